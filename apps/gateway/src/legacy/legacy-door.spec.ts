import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';

import type { AccessAnswer, signInOnce } from '#lib/contracts';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { DocumentReceiver } from '../document-receiver.js';
import { LaneFull, SenderStalled } from '../errors.js';
import { ImportDesk } from '../import-desk.js';
import { answerText } from './answers.js';
import { LegacyForm } from './form.js';
import { LegacyDoor } from './legacy-door.js';
import { Multipart } from './multipart.js';

type SignedIn = z.input<typeof signInOnce.answer>;

const [environmentId, companyId, partnerUserId] = [randomUUID(), randomUUID(), randomUUID()];
const ADMITTED: SignedIn = { as: 'admitted', partnerUserId, language: 'ENG', companyId };
const COMPANY: AccessAnswer = {
  decidedAt: '2026-11-22T10:00:00Z',
  allowed: true,
  reasons: [],
  waits: false,
  opensAt: null,
  rulesVersion: null,
  company: { environmentId, fivaldiNumber: '2251', xmlSettings: null },
};
const DOCUMENT =
  '<FivaldiXML><FVBusinessId>2251</FVBusinessId><Product><ProductCode>A</ProductCode></Product></FivaldiXML>';
const LONG = DOCUMENT.replace('<Product>', `<!--${'x'.repeat(700_000)}--><Product>`);
const FIELDS = ['p_username', 'p_password', 'p_yt'];

let clone: TestDatabase;
let database: Database;
/** What auth says, and whether the lane has room. */
let signedIn: SignedIn;
let access: AccessAnswer;
let room: () => Promise<void>;
let refused: string[];
beforeAll(async () => {
  clone = await createTestDatabase();
  database = await Database.open({ url: clone.as('gateway'), name: 'legacy door spec' });
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});
beforeEach(() => {
  signedIn = ADMITTED;
  access = COMPANY;
  room = () => Promise.resolve();
  refused = [];
});

/** The door of a service without a connector: nothing that it accepts goes on. */
function door(wait = 0): LegacyDoor {
  const ask = ({ pattern }: { readonly pattern: string }) =>
    Promise.resolve(pattern === 'auth.sign-in-once.v1' ? signedIn : access);
  const lane = { take: () => room() };
  const questions = { ask } as never;
  return new LegacyDoor({
    database,
    questions,
    desk: new ImportDesk(database, questions, { nudge: () => undefined }, { accepted: () => undefined }),
    receiver: new DocumentReceiver(database, 60, lane),
    room: lane,
    metrics: { refused: (_, code) => void refused.push(code) },
    legacy: { silence: 60, wait, spoolBytes: 1_000_000, spoolsAtOnce: 10 },
  });
}

/** The bytes of a form, in pieces as a network gives them. */
function* bytesOf(document: string, order: readonly string[]): Generator<Buffer> {
  const parts = order.map(
    (name) =>
      `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${name === 'p_filename' ? document : '2251'}\r\n`,
  );
  const body = Buffer.from(`${parts.join('')}--B--\r\n`);
  for (let from = 0; from < body.length; from += 65_536) yield body.subarray(from, from + 65_536);
}

async function send(
  at: LegacyDoor,
  { document = DOCUMENT, order = [...FIELDS, 'p_filename'], ends = (): Buffer | undefined => undefined } = {},
): Promise<string> {
  const pieces = bytesOf(document, order);
  const form = new LegacyForm(new Multipart(() => Promise.resolve(pieces.next().value ?? ends()), 'B'));
  const from = { address: '192.0.2.7', language: 'fi', isGone: () => false } as const;
  const { answer, facts, language } = await at.answer(form, from);
  return answerText(answer, form.bytes, facts, language);
}

const stored = async () =>
  (
    await database.rows<{ transfers: number; uploads: number; chunks: number }>(
      `select (select count(*)::int from transfers.transfer) as transfers,
              (select count(*)::int from transfers.upload) as uploads,
              (select count(*)::int from transfers.document_chunk c
                where not exists (select from transfers.document d where d.id = c.document_id)) as chunks`,
      [],
      { scope: { acrossTenants: 'a spec counts what is left' } },
    )
  )[0]!;

describe('a sender whose transfer does not end in time', () => {
  it('is told that it goes on, and joins it by sending the same again, however many do so at once', async () => {
    const { transfers } = await stored();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(door())));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^23 105 Received; still being read in\.\ntransfer: [\da-f-]{36}$/);
    expect((await stored()).transfers).toBe(transfers + 1);
  });

  it('leaves nothing of the bytes that are here already', async () => {
    const document = LONG.replace('<!--x', '<!--z');
    const first = await send(door(), { document });
    const before = await stored();
    expect(await send(door(), { document })).toBe(first);
    expect(await stored()).toEqual(before);
  });

  it('starts another with other bytes', async () => {
    const { transfers } = await stored();
    await send(door(), { document: `${DOCUMENT} ` });
    expect((await stored()).transfers).toBe(transfers + 1);
  });

  it('is told so as soon as the service stops', async () => {
    const stopping = door(100);
    const answer = send(stopping);
    stopping.stop();
    expect(await answer).toMatch(/^23 /);
  });
});

describe('a document', () => {
  it.each([
    ['behind its credentials', [...FIELDS, 'p_filename']],
    ['before them', ['p_filename', ...FIELDS]],
  ])('that comes %s and is refused leaves nothing', async (_, order) => {
    const before = await stored();
    access = { ...COMPANY, allowed: false, reasons: ['COMPANY_GRANT_MISSING'] };
    expect(await send(door(), { document: LONG, order })).toMatch(new RegExp(`^5 ${LONG.length} `));
    access = COMPANY;
    signedIn = { as: 'refused' };
    expect(await send(door(), { document: LONG, order })).toMatch(new RegExp(`^2 ${LONG.length} Väärä`));
    expect(refused).toEqual(['legacy.denied', 'legacy.sign-in-refused']);
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['behind its credentials', [...FIELDS, 'p_filename']],
    ['before them', ['p_filename', ...FIELDS]],
  ])('that comes %s, whose sender leaves, leaves nothing, and has no answer', async (_, order) => {
    const before = await stored();
    const ends = (): never => {
      throw new SenderStalled(60);
    };
    const cut = order.slice(0, order.indexOf('p_filename') + 1);
    await expect(send(door(), { document: LONG, order: [...cut, 'p_filename'], ends })).resolves.toMatch(/^1 /);
    const pieces = [...bytesOf(LONG, cut)].slice(0, -1);
    const form = new LegacyForm(new Multipart(() => Promise.resolve(pieces.shift() ?? ends()), 'B'));
    const from = { address: null, language: 'fi', isGone: () => true } as const;
    await expect(door().answer(form, from)).rejects.toMatchObject({ code: 'request.stalled' });
    expect(await stored()).toEqual(before);
  });

  it('is not accepted when the form breaks off behind it', async () => {
    const before = await stored();
    const document = LONG.replace('<!--x', '<!--y');
    const order = [...FIELDS, 'p_filename', 'p_yt'];
    expect(await send(door(), { document, order })).toMatch(/^1 \d+ .+\nform\.repeated$/);
    expect(await stored()).toEqual(before);
  });

  it('may not come in while the lane is full', async () => {
    room = () => Promise.reject(new LaneFull(100));
    expect(await send(door())).toBe("12 105 The company's queue is full: send it again later.\nagain after 30 s");
  });

  it('is not moved by a one-time password, nor by somebody without the company', async () => {
    signedIn = { as: 'change-needed', language: 'SWE' };
    expect(await send(door())).toMatch(/^3 105 Lösenordet är ett engångslösenord/);
    signedIn = { ...ADMITTED, companyId: null };
    expect(await send(door())).toBe('4 105 There is no company p_yt, or you have no rights in it.');
    signedIn = ADMITTED;
    access = { ...COMPANY, allowed: false, reasons: ['COMPANY_NOT_VISIBLE'], company: null };
    expect(await send(door())).toBe('4 105 There is no company p_yt, or you have no rights in it.');
  });

  it('has no answer of this interface when the failure is ours', async () => {
    access = { ...COMPANY, company: { ...COMPANY.company!, environmentId: 'no environment' } };
    await expect(send(door())).rejects.toThrow(TypeError);
  });
});

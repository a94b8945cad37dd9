import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

import type { AccessAnswer, DocumentStream } from '#lib/contracts';
import { documentTables, type RegisterName } from '#lib/documents';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { DocumentReceiver, type ReceivedDocument } from './document-receiver.js';
import { type Bringer, ImportDesk, type ImportOrder } from './import-desk.js';

const [environmentId, companyId] = [randomUUID(), randomUUID()];
const bringer: Bringer = { partnerUserId: randomUUID(), companyId, address: '192.0.2.7', patient: false };
const order: ImportOrder = { environmentId, stream: 'tuoterekisteri', dryRun: false, idempotencyKey: null };
const ANSWER: AccessAnswer = {
  decidedAt: '2026-11-22T10:00:00Z',
  allowed: true,
  reasons: [],
  waits: false,
  opensAt: null,
  rulesVersion: null,
  company: { environmentId, fivaldiNumber: '500001', xmlSettings: null },
};
const DENIED: AccessAnswer = { ...ANSWER, allowed: false, reasons: ['COMPANY_GRANT_MISSING'] };
const CLOSED: AccessAnswer = { ...DENIED, waits: true, opensAt: '2026-11-23T06:00:00Z' };

let clone: TestDatabase;
let database: Database;
let answer: AccessAnswer;
let asked: { readonly stream: DocumentStream }[];
let counted: string[];
let nudges: number;
let desk: ImportDesk;
beforeAll(async () => {
  clone = await createTestDatabase();
  database = await Database.open({ url: clone.as('gateway'), name: 'import desk spec' });
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});
beforeEach(() => {
  answer = ANSWER;
  asked = [];
  counted = [];
  nudges = 0;
  const ask = (_: unknown, question: { readonly stream: DocumentStream }) => (
    asked.push(question),
    Promise.resolve(answer)
  );
  const relay = { nudge: () => void (nudges += 1) };
  const metrics = { accepted: (_: unknown, as: string, bytes?: number) => void counted.push(`${as} ${bytes}`) };
  desk = new ImportDesk(database, { ask } as never, relay, metrics);
});

/** A document of more than one chunk: what is stored before it is accepted can be seen. */
const textOf = (mark: string): string =>
  `<FivaldiXML><FVBusinessId>500001</FVBusinessId><!--${mark.repeat(300_000)}--><Product><ProductCode>A</ProductCode></Product></FivaldiXML>`;

function received(mark: string): Promise<ReceivedDocument> {
  const receiver = new DocumentReceiver(database, 60, { take: () => Promise.resolve() });
  return receiver.receive({
    ...{ body: Readable.from([Buffer.from(textOf(mark))]), announced: null, gzip: false, charset: null, environmentId },
    tables: documentTables('tuoterekisteri', true),
    lane: { environmentId, companyId, stream: 'tuoterekisteri' },
    companyNumber: '500001',
  });
}

const stored = async () =>
  (
    await database.rows<{ transfers: number; documents: number; uploads: number }>(
      `select (select count(*)::int from transfers.transfer) as transfers,
              (select count(distinct document_id)::int from transfers.document_chunk) as documents,
              (select count(*)::int from transfers.upload) as uploads`,
      [],
      { scope: { tenant: environmentId } },
    )
  )[0]!;

describe('the decision on what is brought', () => {
  it('is of this sender, company, stream and address, at the moment of acceptance', async () => {
    expect(await desk.decide(bringer, 'tuoterekisteri')).toBe(ANSWER);
    const { partnerUserId, address } = bringer;
    const moment = { at: 'acceptance', client: address };
    expect(asked).toEqual([{ partnerUserId, companyId, stream: 'tuoterekisteri', direction: 'import', moment }]);
  });

  it.each<[DocumentStream, RegisterName[], number]>([
    ['tuoterekisteri', ['product'], 0],
    ['perustiedot', ['dimension'], 0],
    ['tuoterekisteri', ['dimension'], 1],
    ['tilaukset', ['order', 'employee', 'dimension'], 1],
  ])('is made of base data in %s with %j %i times', async (stream, registers, times) => {
    answer = DENIED;
    expect(await desk.basicDataDenial(bringer, stream, registers)).toBe(times === 0 ? undefined : DENIED);
    expect(asked.map((question) => question.stream)).toEqual(Array.from({ length: times }, () => 'perustiedot'));
  });

  it.each([
    ['lets in', 'is allowed', ANSWER, false, undefined],
    ['lets in', 'waits for an opening, as its sender would', CLOSED, true, undefined],
    ['keeps out', 'waits for an opening, as its sender would not', CLOSED, false, CLOSED],
    ['keeps out', 'is denied', DENIED, true, DENIED],
  ])('%s a document whose base data %s', async (_, __, decided, patient, denial) => {
    answer = decided;
    expect(await desk.basicDataDenial({ ...bringer, patient }, 'tuoterekisteri', ['dimension'])).toBe(denial);
  });
});

describe('a document with a key', () => {
  it('is accepted once, and forgotten when it comes again or the key stands for another', async () => {
    const keyed = { ...order, idempotencyKey: randomUUID() };
    const before = await stored();
    const first = await desk.accept(await received('a'), bringer, keyed);
    const after = { transfers: before.transfers + 1, documents: before.documents + 1, uploads: before.uploads };
    expect(await stored()).toEqual(after);
    expect(await desk.accept(await received('a'), bringer, keyed)).toEqual({ ...first, as: 'repeated' });
    expect(await desk.accept(await received('b'), bringer, keyed)).toEqual({ as: 'reused' });
    expect(await desk.accept(await received('a'), bringer, { ...keyed, dryRun: true })).toEqual({ as: 'reused' });
    expect(await stored()).toEqual(after);
    const bytes = textOf('a').length;
    expect(counted).toEqual([`new ${bytes}`, `repeated ${bytes}`, `reused ${bytes}`, `reused ${bytes}`]);
    expect(nudges).toBe(4);
  });

  it('is another document than the same one with another key', async () => {
    const [one, other] = [randomUUID(), randomUUID()].map((idempotencyKey) => ({ ...order, idempotencyKey }));
    expect(await desk.accept(await received('c'), bringer, one!)).toMatchObject({ as: 'new' });
    expect(await desk.accept(await received('c'), bringer, other!)).toMatchObject({ as: 'new' });
  });
});

describe('a document without a key', () => {
  it('is accepted once however often it comes at once, while its transfer has not ended', async () => {
    const before = await stored();
    const arrived = await Promise.all(Array.from({ length: 5 }, () => received('d')));
    const accepted = await Promise.all(arrived.map((one) => desk.accept(one, bringer, order)));
    expect(new Set(accepted.map((one) => 'transferId' in one && one.transferId)).size).toBe(1);
    expect(accepted.map(({ as }) => as).toSorted()).toEqual(['new', ...Array.from({ length: 4 }, () => 'repeated')]);
    const { transfers, documents, uploads } = before;
    expect(await stored()).toEqual({ transfers: transfers + 1, documents: documents + 1, uploads });
  });

  it('is accepted anew from somebody else', async () => {
    await desk.accept(await received('e'), bringer, order);
    const another = { ...bringer, partnerUserId: randomUUID() };
    expect(await desk.accept(await received('e'), another, order)).toMatchObject({ as: 'new' });
  });
});

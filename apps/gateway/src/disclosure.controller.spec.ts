import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { FastifyReply } from 'fastify';

import type { OutboxRelay } from '#lib/bus';
import type { Principal } from '#lib/contracts';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';
import { acceptTransfer, DocumentWriter } from '#lib/transfers';

import { DisclosureController } from './disclosure.controller.js';
import { Absent, RoleMissing } from './errors.js';

const TEXT = Buffer.from('<?xml version="1.0"?><Products/>');
const REASON = { reason: 'asiakkaan pyyntö, tiketti 4711' };

let clone: TestDatabase;
let database: Database;
let controller: DisclosureController;
let environmentId: string;
let id: string;

beforeAll(async () => {
  clone = await createTestDatabase();
  database = await Database.open({ url: clone.url, name: 'disclosure spec' });
  controller = new DisclosureController(database, { nudge: () => undefined } as OutboxRelay);
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});
beforeEach(async () => {
  environmentId = randomUUID();
  id = await accepted();
  await database.rows('delete from bus.outbox');
});

async function accepted(text: Buffer = TEXT, charset: string | null = null): Promise<string> {
  const writer = new DocumentWriter(database, { environmentId, gzip: false, charset });
  await writer.write(text);
  const document = await writer.finish();
  const outcome = await database.transaction(
    (sql) =>
      acceptTransfer(sql, {
        environmentId,
        companyId: randomUUID(),
        partnerUserId: randomUUID(),
        stream: 'tuoterekisteri',
        direction: 'import',
        dryRun: false,
        document,
        address: null,
        idempotencyKey: randomUUID(),
        fingerprint: Buffer.from('request'),
      }),
    { scope: { tenant: environmentId } },
  );
  if (outcome.as === 'reused') throw new Error('A fresh key is not reused');
  return outcome.transferId;
}

const support = (where: string | null): Principal => ({
  kind: 'person',
  id: randomUUID(),
  roles: [{ role: 'support', environmentId: where, companyId: null }],
  language: 'fi',
});
const reply = { header: () => undefined } as unknown as FastifyReply;
const disclose = (caller: Principal, transferId = id) =>
  controller.disclose(caller, { id: transferId }, REASON, '192.0.2.9', reply);
const told = () => database.rows<{ data: Record<string, unknown> }>('select data from bus.outbox');

describe('a disclosure', () => {
  it('gives the document as it was received, and has said who looks at it and why before the first byte', async () => {
    const caller = support(null);
    const answer = await disclose(caller);
    const before = await told();
    expect(before.map(({ data }) => data)).toMatchObject([
      {
        action: 'document.disclosed',
        environmentId,
        transferId: id,
        actor: { kind: 'person', id: caller.id },
        address: '192.0.2.9',
        details: REASON,
      },
    ]);
    expect(await buffer(answer.getStream())).toEqual(TEXT);
  });

  it.each<[string, () => Principal, typeof Absent | typeof RoleMissing]>([
    ['support of another environment', () => support(randomUUID()), Absent],
    [
      'a main user of the environment',
      () => ({
        kind: 'person',
        id: randomUUID(),
        roles: [{ role: 'main-user', environmentId, companyId: null }],
        language: 'fi',
      }),
      RoleMissing,
    ],
  ])('is refused to %s, and nothing is told', async (_, caller, error) => {
    await expect(disclose(caller())).rejects.toThrow(error);
    expect(await told()).toEqual([]);
  });

  it.each<[string, Buffer, string | null, string]>([
    ['what it declares', Buffer.from('<?xml version="1.0" encoding="ISO-8859-15"?><A/>'), null, 'ISO-8859-15'],
    ['its byte order mark', Buffer.from('\ufeff<A/>', 'utf16le'), null, 'UTF-16LE'],
    ['what its sender said', TEXT, 'iso-8859-1', 'ISO-8859-1'],
    ['nothing', TEXT, null, 'UTF-8'],
  ])('names the encoding of a document by %s', async (_, text, charset, encoding) => {
    const answer = await disclose(support(null), await accepted(text, charset));
    expect(answer.options.type).toBe(`application/xml; charset=${encoding}`);
    expect(await buffer(answer.getStream())).toEqual(text);
  });

  it('names the file after its id, whatever its sender called it', async () => {
    const answer = await disclose(support(null));
    const [{ id: documentId } = { id: '' }] = await database.rows<{ id: string }>(
      'select document_id as id from transfers.transfer where id = $1',
      [id],
    );
    expect(answer.options.disposition).toBe(`attachment; filename="${documentId}.xml"`);
  });

  it('knows no transfer that is not there', async () => {
    await expect(disclose(support(null), randomUUID())).rejects.toThrow(Absent);
  });
});

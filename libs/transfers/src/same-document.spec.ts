import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';

import { Database, type Sql } from '#lib/store';
import { createTestDatabase, type TestDatabase, until } from '#lib/testing';

import { acceptTransfer } from './acceptance.js';
import { DocumentWriter } from './document-store.js';
import { findSameUnfinished, type SentDocument } from './same-document.js';
import { cancelTransfer } from './transfer-log.js';

const [environmentId, partnerUserId] = [randomUUID(), randomUUID()];
const scope = { tenant: environmentId };
const BYTES = Buffer.from('<FivaldiXML/>');
const sha256 = createHash('sha256').update(BYTES).digest();

let test: TestDatabase;
let database: Database;
let sent: SentDocument;
beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.as('gateway'), name: 'same document spec' });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});
beforeEach(() => {
  sent = { environmentId, companyId: randomUUID(), partnerUserId, stream: 'tuoterekisteri', sha256 };
});

async function accept(sql: Sql, other: { dryRun?: boolean } = {}): Promise<string> {
  const writer = new DocumentWriter(database, { environmentId, gzip: false, charset: null });
  await writer.write(BYTES);
  const { companyId, stream } = sent;
  const accepted = await acceptTransfer(sql, {
    ...{ environmentId, companyId, partnerUserId, stream, direction: 'import', address: null, dryRun: false },
    document: await writer.finish(),
    idempotencyKey: randomUUID(),
    fingerprint: sha256,
    ...other,
  });
  return 'transferId' in accepted ? accepted.transferId : '';
}
const accepted = (other?: { dryRun?: boolean }) => database.transaction((sql) => accept(sql, other), { scope });
const find = (like: Partial<SentDocument> = {}) =>
  database.transaction((sql) => findSameUnfinished(sql, { ...sent, ...like }), { scope });

describe('the same document on its way', () => {
  it.each<[string, Partial<SentDocument>]>([
    ['another company', { companyId: randomUUID() }],
    ['another partner user', { partnerUserId: randomUUID() }],
    ['another stream', { stream: 'palkat' }],
    ['other bytes', { sha256: Buffer.alloc(32) }],
  ])('is found, and not by %s', async (_, like) => {
    const id = await accepted();
    expect(await find()).toBe(id);
    expect(await find(like)).toBeUndefined();
  });

  it('is not a dry run', async () => {
    await accepted({ dryRun: true });
    expect(await find()).toBeUndefined();
  });

  it('is found while it is held, and not once it has ended', async () => {
    const id = await accepted();
    await database.rows(`update transfers.transfer set state = 'held', effect = '{}' where id = $1`, [id], { scope });
    expect(await find()).toBe(id);
    const by = { actor: { kind: 'operator', id: 'operator' }, address: null } as const;
    await database.transaction((sql) => cancelTransfer(sql, id, by), { scope });
    expect(await find()).toBeUndefined();
  });

  it('is found by whoever asked while it was being accepted', async () => {
    let second: Promise<string | undefined> = Promise.resolve(undefined);
    const id = await database.transaction(
      async (sql) => {
        await findSameUnfinished(sql, sent);
        second = find();
        await until(isWaitedFor, { what: 'the second to wait for the first' });
        return accept(sql);
      },
      { scope },
    );
    expect(await second).toBe(id);
  });
});

async function isWaitedFor(): Promise<boolean> {
  const waiting = await database.rows(
    `select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`,
  );
  return waiting.length > 0;
}

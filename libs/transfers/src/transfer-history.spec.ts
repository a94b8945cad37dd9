import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { DocumentStream } from '#lib/contracts';
import { Database, type Scope } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { acceptTransfer } from './acceptance.js';
import { type Replayed, replayTransfer } from './replay.js';
import { type HistoryFilter, type HistoryPlace, listTransfers } from './transfer-history.js';
import { cancelTransfer } from './transfer-log.js';

const environmentId = randomUUID();
const companyId = randomUUID();
const partnerUserId = randomUUID();
const scope: Scope = { tenant: environmentId };
const by = { kind: 'person', id: randomUUID() } as const;

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.as('gateway'), name: 'transfer-history.spec' });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

async function accept(stream: DocumentStream = 'tuoterekisteri', company = companyId): Promise<string> {
  const document = {
    id: randomUUID(),
    sha256: Buffer.alloc(32),
    bytes: 1,
    gzip: false,
    charset: null,
    chunks: 1,
    lastChunk: Buffer.alloc(1),
  };
  const accepted = await database.transaction(
    (sql) =>
      acceptTransfer(sql, {
        environmentId,
        companyId: company,
        partnerUserId,
        stream,
        direction: 'import',
        dryRun: false,
        document,
        address: null,
        idempotencyKey: randomUUID(),
        fingerprint: Buffer.alloc(32),
      }),
    { scope },
  );
  if (accepted.as !== 'new') throw new Error('not new');
  return accepted.transferId;
}

const page = (filter: HistoryFilter, limit: number, below: HistoryPlace | null = null) =>
  database.transaction((sql) => listTransfers(sql, filter, { below, limit }), { scope });
const cancel = (id: string) =>
  database.transaction((sql) => cancelTransfer(sql, id, { actor: by, address: '192.0.2.1' }), { scope });
const replay = (id: string, idempotencyKey = 'again') =>
  database.transaction((sql) => replayTransfer(sql, id, { by, address: '192.0.2.1', idempotencyKey }), { scope });

const idOf = (replayed: Replayed): string => {
  if (!('transferId' in replayed)) throw new Error(replayed.as);
  return replayed.transferId;
};
const succeed = (id: string) =>
  database.rows(
    `update transfers.transfer set state = 'succeeded', finished_at = clock_timestamp() where id = $1`,
    [id],
    { scope },
  );

describe('the transfer history', () => {
  it('is read newest first, page by page, and what comes meanwhile shifts nothing', async () => {
    const company = randomUUID();
    const ids: string[] = [];
    for (let no = 0; no < 5; no += 1) ids.unshift(await accept('tuoterekisteri', company));
    const filter = { environmentId, companyId: company };
    const first = await page(filter, 2);
    await accept('tuoterekisteri', company);
    const second = await page(filter, 2, first.next);
    const third = await page(filter, 2, second.next);
    const read = [first, second, third].flatMap(({ transfers }) => transfers.map(({ id }) => id));
    expect(read).toEqual(ids);
    expect(third.next).toBeNull();
  });

  it('is narrowed by stream, state and time', async () => {
    const company = randomUUID();
    const products = await accept('tuoterekisteri', company);
    const companies = await accept('yritysrekisteri', company);
    await cancel(companies);
    const found = async (filter: HistoryFilter) =>
      (await page({ companyId: company, ...filter }, 10)).transfers.map(({ id }) => id);
    expect(await found({ stream: 'tuoterekisteri' })).toEqual([products]);
    expect(await found({ state: 'cancelled' })).toEqual([companies]);
    expect(await found({ until: new Date(0) })).toEqual([]);
    expect(await found({ from: new Date(0) })).toEqual([companies, products]);
  });
});

describe('a transfer carried out again', () => {
  it('is a new one with the same document, and the ended one stays as it is', async () => {
    const ended = await accept();
    await cancel(ended);
    const replayed = await replay(ended);
    const [again, before] = (await page({ companyId }, 2)).transfers;
    expect(again).toMatchObject({ id: idOf(replayed), state: 'queued', replayOf: ended });
    expect(again?.documentId).toBe(before?.documentId);
    expect(before).toMatchObject({ id: ended, state: 'cancelled' });
  });

  it('is one, however often the request is repeated', async () => {
    const ended = await accept();
    await cancel(ended);
    const first = await replay(ended, 'one');
    expect(await replay(ended, 'one')).toEqual({ ...first, as: 'repeated' });
  });

  it('is one while it is on its way, whoever asks for another, and however many at once', async () => {
    const ended = await accept();
    await cancel(ended);
    const asked = await Promise.all(['one', 'two', 'three'].map((key) => replay(ended, key)));
    expect(asked.map(({ as }) => as).sort()).toEqual(['new', 'not-ended', 'not-ended']);
  });

  it('may be tried again when the replay has ended badly, but not when it has succeeded', async () => {
    const ended = await accept();
    await cancel(ended);
    await cancel(idOf(await replay(ended, 'one')));
    await succeed(idOf(await replay(ended, 'two')));
    expect(await replay(ended, 'three')).toEqual({ as: 'succeeded' });
    expect(await replay(ended, 'two')).toMatchObject({ as: 'repeated' });
  });

  it('says in the audit log who asked for it', async () => {
    const ended = await accept();
    await cancel(ended);
    const replayed = await replay(ended);
    const [event] = await database.rows<{ data: object }>(
      `select data from bus.outbox where type = 'audit.event.v1' order by id desc limit 1`,
    );
    expect(event?.data).toMatchObject({
      action: 'transfer.accepted',
      actor: by,
      address: '192.0.2.1',
      transferId: idOf(replayed),
      details: { replayOf: ended },
    });
  });

  it('must have ended', async () => {
    expect(await replay(await accept())).toEqual({ as: 'not-ended' });
  });

  it('must not have succeeded', async () => {
    const id = await accept();
    await succeed(id);
    expect(await replay(id)).toEqual({ as: 'succeeded' });
  });
});

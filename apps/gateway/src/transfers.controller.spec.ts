import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import type { OutboxRelay } from '#lib/bus';
import type { Principal } from '#lib/contracts';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';
import { acceptTransfer } from '#lib/transfers';

import type { GatewayMetrics } from './gateway-metrics.js';
import { TransferHistoryController } from './transfer-history.controller.js';
import { TransfersController } from './transfers.controller.js';

const THERE = '192.0.2.33';
const environmentId = randomUUID();
const companyId = randomUUID();
const partnerUserId = randomUUID();
const accountant: Principal = {
  kind: 'person',
  id: randomUUID(),
  roles: [{ role: 'accountant', environmentId, companyId }],
  language: 'fi',
};

let clone: TestDatabase;
let database: Database;
let history: TransferHistoryController;
let transfers: TransfersController;
beforeAll(async () => {
  clone = await createTestDatabase();
  database = await Database.open({ url: clone.as('gateway'), name: 'transfers spec' });
  history = new TransferHistoryController(database);
  const relay = { nudge: () => undefined } as OutboxRelay;
  transfers = new TransfersController(database, relay, { cancelled: () => undefined } as unknown as GatewayMetrics);
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});

async function accept(): Promise<string> {
  const document = {
    id: randomUUID(),
    sha256: Buffer.alloc(32),
    bytes: 1,
    gzip: false,
    charset: null,
    chunks: 1,
    lastChunk: Buffer.alloc(1),
  };
  const request = { environmentId, companyId, partnerUserId, stream: 'tuoterekisteri', direction: 'import' } as const;
  const key = { idempotencyKey: randomUUID(), fingerprint: Buffer.alloc(32) };
  const accepted = await database.transaction(
    (sql) => acceptTransfer(sql, { ...request, dryRun: false, document, address: null, ...key }),
    { scope: { tenant: environmentId } },
  );
  if (accepted.as !== 'new') throw new Error(accepted.as);
  return accepted.transferId;
}

/** A held transfer, as the brake leaves it. */
async function held(): Promise<string> {
  const id = await accept();
  const effect = { created: 0, updated: 0, unchanged: 0, left: 0, deleted: 9, rejected: 0, emptied: 0, brake: ['x'] };
  await database.rows(`update transfers.transfer set state = 'held', effect = $2 where id = $1`, [id, effect], {
    scope: { tenant: environmentId },
  });
  return id;
}

const lastEvent = async (): Promise<unknown> => {
  const [event] = await database.rows<{ data: unknown }>(
    `select data from bus.outbox where type = 'audit.event.v1' order by id desc limit 1`,
  );
  return event?.data;
};

describe('who steps in', () => {
  const actor = { kind: 'person', id: accountant.id };

  it('is in the log with their address when they cancel a transfer', async () => {
    const id = await accept();
    await transfers.cancel(accountant, { id }, THERE);
    expect(await lastEvent()).toMatchObject({ action: 'transfer.cancelled', transferId: id, actor, address: THERE });
  });

  it('is in the log with their address when they release one', async () => {
    const id = await held();
    await transfers.release(accountant, { id }, `"${id}.0.0.0.0.9.0.0"`, THERE);
    expect(await lastEvent()).toMatchObject({ action: 'transfer.released', transferId: id, actor, address: THERE });
  });
});

describe('a page of the transfer history', () => {
  const asking = { limit: 1 };

  it('goes on where its cursor says', async () => {
    const [older, newer] = [await accept(), await accept()];
    const first = await history.ofEnvironment(accountant, { environmentId }, { ...asking, companyId });
    expect(first).toMatchObject({ transfers: [{ id: newer }] });
    const { next: cursor } = first as { next: string };
    const second = await history.ofEnvironment(accountant, { environmentId }, { ...asking, companyId, cursor });
    expect(second).toMatchObject({ transfers: [{ id: older }] });
  });

  it.each([
    ['no moment', '----------'],
    ['a day that there is not', '2026-02-30 10:00:00+00'],
    ['a moment written otherwise', '2026-02-20T10:00:00Z'],
    ['an hour that there is not', '2026-02-20 25:00:00+00'],
  ])('refuses a cursor with %s', async (_, moment) => {
    const cursor = Buffer.from(JSON.stringify([moment, randomUUID()])).toString('base64url');
    const listing = history.ofEnvironment(accountant, { environmentId }, { ...asking, companyId, cursor });
    await expect(listing).rejects.toMatchObject({ kind: 'invalid', code: 'cursor.unknown' });
  });
});

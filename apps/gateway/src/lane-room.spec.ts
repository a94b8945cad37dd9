import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';
import { type Acceptance, acceptTransfer, DocumentWriter, type LaneName, waitingInLane } from '#lib/transfers';

import { LaneFull } from './errors.js';
import { LaneRoom } from './lane-room.js';

const LANE: LaneName = { environmentId: 'e', companyId: 'c', stream: 'tuoterekisteri' };

function counted(waiting: number, most: number) {
  const seen = { now: 0, waiting, counts: 0 };
  const count = (_: LaneName, atMost: number) => {
    seen.counts += 1;
    return Promise.resolve(Math.min(seen.waiting, atMost));
  };
  return { seen, room: new LaneRoom(count, most, () => seen.now) };
}
const takes = (room: LaneRoom, lane = LANE) =>
  room.take(lane).then(
    () => true,
    (error: unknown) => {
      expect(error).toBeInstanceOf(LaneFull);
      return false;
    },
  );

describe('the room in a lane', () => {
  it('is what is left of the limit, and those who come at once do not share it', async () => {
    const { seen, room } = counted(7, 10);
    const taken = await Promise.all(Array.from({ length: 5 }, () => takes(room)));
    expect(taken).toEqual([true, true, true, false, false]);
    expect(seen.counts).toBe(1);
  });

  it('is counted anew after a second', async () => {
    const { seen, room } = counted(10, 10);
    expect(await takes(room)).toBe(false);
    seen.waiting = 9;
    expect(await takes(room)).toBe(false);
    seen.now = 1_000;
    expect(await takes(room)).toBe(true);
  });

  it('is each lane’s own', async () => {
    const { room } = counted(9, 10);
    expect(await takes(room)).toBe(true);
    expect(await takes(room)).toBe(false);
    for (const other of [{ environmentId: 'f' }, { companyId: 'd' }, { stream: 'palkat' as const }])
      expect(await takes(room, { ...LANE, ...other })).toBe(true);
  });

  it('is asked for again where it could not be counted', async () => {
    let away = true;
    const room = new LaneRoom(() => (away ? Promise.reject(new Error('away')) : Promise.resolve(0)), 1);
    await expect(room.take(LANE)).rejects.toThrow('away');
    away = false;
    expect(await takes(room)).toBe(true);
  });
});

describe('what waits in a lane', () => {
  let clone: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    clone = await createTestDatabase();
    database = await Database.open({ url: clone.url, name: 'lane room spec' });
  });
  afterAll(async () => {
    await database.close();
    await clone.drop();
  });

  async function send({ environmentId, companyId, stream }: LaneName): Promise<void> {
    const writer = new DocumentWriter(database, { environmentId, gzip: false, charset: null });
    await writer.write(Buffer.from('<Products/>'));
    const document = await writer.finish();
    const sent: Acceptance = {
      ...{ environmentId, companyId, partnerUserId: randomUUID(), stream, direction: 'import', dryRun: false },
      ...{ document, address: null, idempotencyKey: randomUUID(), fingerprint: Buffer.from('request') },
    };
    await database.transaction((sql) => acceptTransfer(sql, sent), { scope: { tenant: environmentId } });
  }

  it('is counted for one company and stream, no further than asked, and not what has ended', async () => {
    const lane: LaneName = { environmentId: randomUUID(), companyId: randomUUID(), stream: 'tuoterekisteri' };
    expect(await waitingInLane(database, lane, 10)).toBe(0);
    for (let n = 0; n < 3; n += 1) await send(lane);
    await send({ ...lane, companyId: randomUUID() });
    await send({ ...lane, stream: 'yritysrekisteri' });
    expect(await waitingInLane(database, lane, 10)).toBe(3);
    expect(await waitingInLane(database, lane, 2)).toBe(2);
    await database.rows(
      `update transfers.transfer set state = 'cancelled', finished_at = clock_timestamp() where company_id = $1`,
      [lane.companyId],
      { scope: { tenant: lane.environmentId } },
    );
    expect(await waitingInLane(database, lane, 10)).toBe(0);
  });
});

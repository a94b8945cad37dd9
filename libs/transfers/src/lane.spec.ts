import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { LaneTicket } from '#lib/contracts';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase, until } from '#lib/testing';

import { acceptTransfer } from './acceptance.js';
import { LaneSuperseded } from './errors.js';
import { type Claim, claimTransfer, passLaneOn, resendOldTickets, wakeAfterChange, wakeLanes } from './lane.js';
import { cancelTransfer, deferTransfer, findTransfer, finishTransfer } from './transfer-log.js';

describe('a lane', () => {
  let test: TestDatabase;
  let database: Database;
  let gateway: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.as('fivaldi-connector'), name: 'lane.spec' });
    gateway = await Database.open({ url: test.as('gateway'), name: 'lane.spec' });
  });
  afterAll(async () => {
    await Promise.all([database.close(), gateway.close()]);
    await test.drop();
  });

  it('has one ticket, however many transfers are accepted into it', async () => {
    const lane = await newLane(3);
    expect(await tickets(lane.companyId)).toHaveLength(1);
  });

  it('is carried out in the order of acceptance, each turn with a ticket of its own', async () => {
    const { companyId, transferIds } = await newLane(3);
    const done: string[] = [];
    for (let [ticket] = await tickets(companyId); ticket; [ticket] = (await tickets(companyId)).reverse()) {
      const claim = await claimed(ticket);
      if (!claim) break;
      done.push(claim.transfer.id);
      await finish(claim);
    }
    expect(done).toEqual(transferIds);
    expect(new Set((await tickets(companyId)).map(({ ticket }) => ticket)).size).toBe(3);
  });

  it('does not know a ticket that was used', async () => {
    const { companyId } = await newLane(2);
    const [ticket] = await tickets(companyId);
    await finish((await claimed(ticket!))!);
    expect(await claimed(ticket!)).toBeUndefined();
  });

  it('lets only the newest of two claims come to its end', async () => {
    const { companyId } = await newLane(1);
    const [ticket] = await tickets(companyId);
    const older = (await claimed(ticket!))!;
    const newer = (await claimed(ticket!))!;
    await expect(finish(older)).rejects.toThrow(LaneSuperseded);
    await finish(newer);
    expect(await state(newer.transfer.id)).toBe('succeeded');
  });

  it('counts an attempt for a delivery that comes again, and none for a duplicate beside one that works', async () => {
    const { companyId } = await newLane(1);
    const [ticket] = await tickets(companyId);
    const attempts = [false, false, true].map(
      (again) => async () => (await claimed(ticket!, again))!.transfer.attempts,
    );
    const counted: number[] = [];
    for (const attempt of attempts) counted.push(await attempt());
    expect(counted).toEqual([1, 1, 2]);
  });

  it('sleeps while its first transfer waits for an opening, wakes at it, and keeps the order', async () => {
    const { companyId, transferIds } = await newLane(2);
    const [ticket] = await tickets(companyId);
    const claim = (await claimed(ticket!))!;
    await defer(claim, new Date(Date.now() + 3_600_000));
    expect(await wakeLanes(database, 10)).toBe(0);
    expect(await tickets(companyId)).toHaveLength(1);

    await wakeAfterChange(database, { environmentId: null, companyId, partnerUserId: null });
    expect(await wakeLanes(database, 10)).toBe(1);
    const woken = (await claimed((await tickets(companyId))[1]!))!;
    expect(woken.transfer).toMatchObject({ id: transferIds[0], attempts: 1 });
  });

  it('does not sleep over a change of rules that came between the decision and the deferral', async () => {
    const { companyId, transferIds } = await newLane(1);
    const claim = (await claimed((await tickets(companyId))[0]!))!;
    const decidedAt = new Date();
    await wakeAfterChange(database, { environmentId: null, companyId, partnerUserId: null });
    await defer(claim, new Date(Date.now() + 3_600_000), decidedAt);
    const again = (await claimed((await tickets(companyId))[1]!))!;
    expect(again.transfer.id).toBe(transferIds[0]);
  });

  it('does not sleep on for a transfer that was cancelled', async () => {
    const { companyId, transferIds } = await newLane(2);
    await defer((await claimed((await tickets(companyId))[0]!))!, new Date(Date.now() + 3_600_000));
    const by = { actor: { kind: 'operator', id: 'operator' }, address: null } as const;
    await gateway.transaction((sql) => cancelTransfer(sql, transferIds[0]!, by), { scope: { tenant: companyId } });
    expect(await wakeLanes(database, 10)).toBe(1);
    const woken = (await claimed((await tickets(companyId))[1]!))!;
    expect(woken.transfer.id).toBe(transferIds[1]);
  });

  it('is not woken by a change of rules that does not concern it', async () => {
    const { companyId } = await newLane(1);
    await defer((await claimed((await tickets(companyId))[0]!))!, new Date(Date.now() + 3_600_000));
    await wakeAfterChange(database, { environmentId: null, companyId: randomUUID(), partnerUserId: null });
    expect(await wakeLanes(database, 10)).toBe(0);
  });

  it('is passed on by a claim that waited for a person who cancelled its first transfer', async () => {
    const { companyId, transferIds } = await newLane(2);
    const [ticket] = await tickets(companyId);
    const by = { kind: 'operator', id: 'operator' } as const;
    const claiming = await gateway.transaction(
      async (sql) => {
        await cancelTransfer(sql, transferIds[0]!, { actor: by, address: null });
        const claiming = claimTransfer(database, ticket!, false);
        await until(() => isWaiting(), { what: 'the claim to wait for the cancellation' });
        return { claiming };
      },
      { scope: { tenant: companyId } },
    );
    expect(await claiming.claiming).toMatchObject({ as: 'idle', environmentId: companyId });
  });

  const isWaiting = async (): Promise<boolean> => {
    const text = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    return (await database.rows(text)).length > 0;
  };

  it('gets its ticket again when the broker has lost it', async () => {
    const { companyId } = await newLane(1);
    expect(await resendOldTickets(database, 10)).toBe(0);
    await database.rows(
      `update transfers.lane set ticket_at = clock_timestamp() - interval '11 minutes' where company_id = $1`,
      [companyId],
      { scope: { tenant: companyId } },
    );
    expect(await resendOldTickets(database, 10)).toBe(1);
    const sent = await tickets(companyId);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatchObject({ laneId: sent[0]?.laneId, ticket: sent[0]?.ticket });
  });

  it('never lets a transfer leave its end', async () => {
    const { companyId, transferIds } = await newLane(1);
    await finish((await claimed((await tickets(companyId))[0]!))!);
    await expect(
      database.rows(
        `update transfers.transfer set state = 'queued', finished_at = null where id = $1`,
        [transferIds[0]],
        { scope: { tenant: companyId } },
      ),
    ).rejects.toThrow('which is final');
  });

  async function newLane(transfers: number): Promise<{ companyId: string; transferIds: string[] }> {
    const companyId = randomUUID();
    const transferIds: string[] = [];
    for (let no = 0; no < transfers; no += 1) {
      const accepted = await gateway.transaction(
        (sql) =>
          acceptTransfer(sql, {
            environmentId: companyId,
            companyId,
            partnerUserId: companyId,
            stream: 'tuoterekisteri',
            direction: 'import',
            dryRun: false,
            document: {
              id: randomUUID(),
              sha256: Buffer.alloc(32),
              bytes: 1,
              gzip: false,
              charset: null,
              chunks: 1,
              lastChunk: Buffer.alloc(1),
            },
            address: null,
            idempotencyKey: String(no),
            fingerprint: Buffer.alloc(32),
          }),
        { scope: { tenant: companyId } },
      );
      if (accepted.as === 'new') transferIds.push(accepted.transferId);
    }
    return { companyId, transferIds };
  }

  /** Every ticket of the company's lane that was ever written to the outbox, oldest first. */
  async function tickets(companyId: string): Promise<LaneTicket[]> {
    const rows = await database.rows<{ data: LaneTicket }>(
      `select data from bus.outbox
        where type = 'fivaldi.lane-ticket.v1'
          and data ->> 'laneId' = (select id::text from transfers.lane where company_id = $1) order by id`,
      [companyId],
      { scope: { tenant: companyId } },
    );
    return rows.map(({ data }) => data);
  }

  async function claimed(ticket: LaneTicket, again = false): Promise<Claim | undefined> {
    const outcome = await claimTransfer(database, ticket, again);
    return outcome.as === 'claimed' ? outcome.claim : undefined;
  }

  const scopeOf = ({ transfer }: Claim) => ({ scope: { tenant: transfer.environmentId } });

  const finish = (claim: Claim): Promise<void> =>
    database.transaction(async (sql) => {
      await finishTransfer(sql, claim.transfer, { state: 'succeeded' });
      await passLaneOn(sql, claim);
    }, scopeOf(claim));

  const defer = (claim: Claim, opensAt: Date, decidedAt = new Date(Date.now() + 1000)): Promise<void> =>
    database.transaction(async (sql) => {
      await deferTransfer(sql, claim, { reasons: ['WEEKEND'], opensAt, decidedAt });
      await passLaneOn(sql, claim);
    }, scopeOf(claim));

  async function state(id: string): Promise<string | undefined> {
    return (await findTransfer(database, id))?.state;
  }
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { LinksUnderTest } from './link.spec-support.js';
import { sweepRuns } from './run-sweep.js';

let room: LinksUnderTest;
beforeAll(async () => {
  room = await LinksUnderTest.open();
});
afterAll(() => room.close());
beforeEach(() => room.moveOn());

const ended = async (more: Readonly<Record<string, unknown>>, daysAgo = 31): Promise<string> => {
  const run = { trigger: 'schedule', state: 'succeeded', counts: { read: 7 }, ...more };
  const id = uuid();
  await room.owner.query(
    `insert into severa.run (environment_id, run_id, company_id, flow, trigger, state, counts, ended_at)
     values ($1, $2, $3, 'payments', $4, $5, $6, now() - $7 * interval '1 day')`,
    [room.where.environmentId, id, room.where.companyId, run.trigger, run.state, run.counts, daysAgo],
  );
  return id;
};
const left = async (): Promise<readonly string[]> => {
  const { rows } = await room.owner.query<{ id: string }>(
    'select run_id as id from severa.run where company_id = $1 order by run_id',
    [room.where.companyId],
  );
  return rows.map(({ id }) => id);
};

describe('old runs', () => {
  it('of the schedule that met nothing are taken away, of whatever environment', async () => {
    for (let no = 0; no < 3; no += 1) await ended({});
    expect(await sweepRuns(room.database, 2)).toBe(3);
    expect(await left()).toEqual([]);
  });

  it.each([
    ['that moved something', { counts: { read: 7, moved: 1 } }, 400],
    ['that failed', { state: 'failed', counts: {} }, 400],
    ['that somebody asked for', { trigger: 'person' }, 400],
    ['of this month', {}, 29],
  ])('%s stay', async (_, run, daysAgo) => {
    const id = await ended(run, daysAgo);
    await sweepRuns(room.database);
    expect(await left()).toEqual([id]);
  });
});

describe('requests for runs by their key', () => {
  it('are forgotten after a month', async () => {
    for (const [key, days] of [
      ['old', 31],
      ['new', 29],
    ]) {
      await room.owner.query(
        `insert into severa.run_request (environment_id, company_id, request_key, asked, run_id, requested_at)
         values ($1, $2, $3, '{}', $4, now() - $5 * interval '1 day')`,
        [room.where.environmentId, room.where.companyId, key, uuid(), days],
      );
    }
    await sweepRuns(room.database);
    const { rows } = await room.owner.query('select request_key from severa.run_request where company_id = $1', [
      room.where.companyId,
    ]);
    expect(rows).toEqual([{ request_key: 'new' }]);
  });
});

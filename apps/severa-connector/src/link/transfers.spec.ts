import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import type { Flow } from '../engine/flow.js';
import { ASKER, FLOWS, LinksUnderTest } from './link.spec-support.js';
import { LinkRecords } from './link-records.js';
import { Retries } from './retries.js';
import { RunDesk } from './run-desk.js';
import { RunList } from './run-list.js';

let room: LinksUnderTest;
let retries: Retries;
let desk: RunDesk;
let runs: RunList;
beforeAll(async () => {
  room = await LinksUnderTest.open();
  retries = new Retries(room.database, () => undefined);
  desk = new RunDesk(room.database, FLOWS, () => undefined);
  runs = new RunList(room.database);
});
afterAll(() => room.close());

const settings = { customers: 'to-netvisor', salesInvoices: { mode: 'on-demand' } };
beforeEach(async () => {
  room.moveOn();
  await room.save(null, { settings });
  await room.owner.query(`update severa.link set state = 'active' where company_id = $1`, [room.where.companyId]);
});

/** Another company of the same environment, linked and in use. */
const another = async (): Promise<string> => {
  room.where = { ...room.where, companyId: randomUUID() };
  await room.save(null, { settings });
  await room.owner.query(`update severa.link set state = 'active' where company_id = $1`, [room.where.companyId]);
  return room.where.companyId;
};

const states = async (): Promise<Record<string, string>> => {
  const { rows } = await room.owner.query<{ key: string; state: string }>(
    'select key, state from severa.pair where environment_id = $1',
    [room.where.environmentId],
  );
  return Object.fromEntries(rows.map(({ key, state }) => [key, state]));
};
const retry = (which: Parameters<Retries['retry']>[0]['retry']['which'], as: 'again' | 'done' = 'again') =>
  retries.retry({ environmentId: room.where.environmentId, ...ASKER, retry: { as, which } });

const stop = () =>
  room.owner.query(`update severa.link set state = 'stopped' where company_id = $1`, [room.where.companyId]);

describe('a retry', () => {
  it('of all that have a cause takes every company, asks for their runs, and leaves an event in each', async () => {
    await room.pair('customers-to-netvisor', 'a', { cause: 'netvisor-access', attempts: 3 });
    await another();
    await room.pair('customers-to-netvisor', 'b', { cause: 'netvisor-access' });
    await room.pair('customers-to-netvisor', 'c', { cause: 'netvisor-period-lock' });
    expect(await retry({ cause: 'netvisor-access' })).toEqual({ records: 2, companies: 2 });
    expect(await states()).toEqual({ a: 'due', b: 'due', c: 'rejected' });
    const { environmentId } = room.where;
    const { rows } = await room.owner.query(
      `select trigger, flow, requested_by from severa.run where environment_id = $1`,
      [environmentId],
    );
    const run = { trigger: 'retry', flow: 'customers-to-netvisor', requested_by: 'person:a1' };
    expect(rows).toEqual([run, run]);
    expect((await room.audited()).at(-1)).toMatchObject({
      action: 'history.retried',
      details: { as: 'again', cause: 'netvisor-access', records: 1, flows: ['customers-to-netvisor'] },
    });
  });

  it('of one, or of some, leaves the others', async () => {
    const { companyId } = room.where;
    for (const key of ['a', 'b', 'c']) await room.pair('customers-to-netvisor', key, { cause: 'netvisor-other' });
    const which = { companyId, flow: 'customers-to-netvisor', keys: ['a', 'b', 'x'] } as const;
    expect(await retry({ ...which, keys: [...which.keys] })).toEqual({ records: 2, companies: 1 });
    expect(await states()).toEqual({ a: 'due', b: 'due', c: 'rejected' });
  });

  it.each([
    ['rejected', 'due'],
    ['denied', 'due'],
    ['waits', 'due'],
    ['due', 'due'],
    ['sending', 'sending'],
    ['unknown', 'unknown'],
    ['moved', 'moved'],
    ['gone', 'gone'],
    ['candidate', 'candidate'],
  ])('of one that is %s: it is %s', async (before, after) => {
    await room.pair('customers-to-netvisor', 'a', { state: before });
    const { companyId } = room.where;
    const { records } = await retry({ companyId, flow: 'customers-to-netvisor', keys: ['a'] });
    expect(await states()).toEqual({ a: after });
    expect(records).toBe(before !== 'due' && after === 'due' ? 1 : 0);
  });

  it('has nothing go on over a link that is not in use', async () => {
    await room.pair('customers-to-netvisor', 'a', { cause: 'netvisor-other' });
    await stop();
    const { companyId } = room.where;
    const named = retry({ companyId, flow: 'customers-to-netvisor', keys: ['a'] });
    await expect(named).rejects.toMatchObject({ code: 'link.not-active' });
    expect(await retry({ cause: 'netvisor-other' })).toEqual({ records: 0, companies: 0 });
    expect(await states()).toEqual({ a: 'rejected' });
  });

  it('as done leaves a document moved by hand, with its line in the history', async () => {
    const { companyId } = room.where;
    await room.pair('sales-invoices', 'a', { number: '1001', cause: 'repeat-unsafe', attempts: 2 });
    expect(await retry({ companyId, flow: 'sales-invoices', keys: ['a'] }, 'done')).toMatchObject({ records: 1 });
    expect(await states()).toEqual({ a: 'moved' });
    const told = await room.owner.query('select * from severa.history where company_id = $1', [companyId]);
    expect(told.rows).toMatchObject([
      { key: 'a', number: '1001', operation: 'link', result: 'moved', attempt: 2, by: 'person:a1' },
    ]);
    const { rows } = await room.owner.query('select known from severa.pair where company_id = $1', [companyId]);
    expect(rows).toEqual([{ known: { key: 'by-hand:a' } }]);
  });

  it.each([
    ['a register', { flow: 'customers-to-netvisor', keys: ['a'] }],
    ['all of a cause', { cause: 'repeat-unsafe' }],
  ] as const)('as done is not taken for %s', async (_, which) => {
    const { companyId } = room.where;
    const asked = 'keys' in which ? { ...which, keys: [...which.keys], companyId } : which;
    await expect(retry(asked, 'done')).rejects.toMatchObject({ code: 'record.not-done-by-hand' });
  });
});

const ask = (records: Parameters<RunDesk['request']>[0]['run']['records'] = 'changed', requestKey: string = uuid()) =>
  desk.request({ ...room.where, ...ASKER, requestKey, run: { flow: 'sales-invoices', records } });

describe('a request for a run', () => {
  it('opens one, wakes the link and says so in the audit log', async () => {
    const { runId, joined } = await ask(['i1', 'i2']);
    expect(joined).toBe(false);
    const { rows } = await room.owner.query(
      'select r.scope, r.trigger, l.due_at from severa.run r join severa.link l using (company_id) where r.run_id = $1',
      [runId],
    );
    expect(rows).toEqual([{ scope: { keys: ['i1', 'i2'] }, trigger: 'person', due_at: expect.anything() }]);
    expect((await room.audited()).at(-1)).toMatchObject({
      action: 'run.requested',
      details: { flow: 'sales-invoices', records: 2, runId },
    });
  });

  it('joins the one that is open', async () => {
    const { runId } = await ask(['i1']);
    expect(await ask('candidates')).toEqual({ runId, joined: true });
  });

  it('that is asked twice with one key is one request, also when its run is over', async () => {
    const { runId } = await ask(['i1'], 'k');
    await room.owner.query(`update severa.run set ended_at = now(), state = 'succeeded' where run_id = $1`, [runId]);
    expect(await ask(['i1'], 'k')).toEqual({ runId, joined: true });
    await expect(ask(['i2'], 'k')).rejects.toMatchObject({ kind: 'reused' });
    expect((await ask(['i1'], 'other')).runId).not.toBe(runId);
    await stop();
    expect(await ask(['i1'], 'k')).toEqual({ runId, joined: true });
  });

  it('is refused of a flow that is off, and of a link that is not in use', async () => {
    const run = { flow: 'payments', records: 'changed' } as const;
    const asked = { ...room.where, ...ASKER, requestKey: 'k' };
    await expect(desk.request({ ...asked, run })).rejects.toMatchObject({ code: 'link.flow-off' });
    await stop();
    await expect(ask()).rejects.toMatchObject({ code: 'link.not-active' });
    room.moveOn();
    await expect(ask()).rejects.toMatchObject({ kind: 'absent' });
  });

  it('is listed with its kind, newest first, page by page', async () => {
    const first = await ask();
    await room.owner.query(
      `update severa.run set ended_at = now(), state = 'failed', cause = 'not-allowed' where run_id = $1`,
      [first.runId],
    );
    const second = await ask();
    const page = (more: object) => runs.list({ ...room.where, language: 'en', limit: 1, ...more });
    const newest = await page({});
    expect(newest).toMatchObject({ runs: [{ runId: second.runId, state: 'waiting', trigger: 'person' }] });
    expect(await page({ cursor: newest.next })).toMatchObject({
      runs: [{ runId: first.runId, cause: { code: 'not-allowed', owner: 'main-user' } }],
    });
    expect((await page({ state: 'failed' })).runs).toMatchObject([{ runId: first.runId }]);
  });

  it.each([
    'nonsense',
    `2026-02-31 10:00:00+00|${uuid()}`,
    `2026-11-22 25:00:00.5+00|${uuid()}`,
    `2026-11-22 10:00:00+00|${'-'.repeat(36)}`,
  ])('is not listed from a place that the list has not given: %s', async (place) => {
    const cursor = Buffer.from(place).toString('base64url');
    const listed = runs.list({ ...room.where, language: 'en', limit: 1, cursor });
    await expect(listed).rejects.toMatchObject({ code: 'cursor.unknown' });
  });
});

describe('what is offered', () => {
  const flow: Pick<Flow, 'name' | 'next'> = {
    name: 'sales-invoices',
    next: ({ source, today }) => {
      if (source?.['bad'] === 'unreadable') throw new TypeError('It cannot be worked on');
      if (source?.['bad'] !== true) return { do: 'done' };
      return { do: 'reject', objections: [{ cause: 'netvisor-data-size', field: 'name', message: today }] };
    },
  };
  const records = () =>
    new LinkRecords(
      room.database,
      [flow],
      { 'sales-invoices': (source) => ({ total: source['total'] }) },
      () => new Date('2026-11-22T22:30:00Z'),
    );
  const shown = (more: object = {}) =>
    records().list({ ...room.where, language: 'en', flow: 'sales-invoices', state: 'candidate', limit: 50, ...more });

  it('comes with a preview, and with what would keep it from moving', async () => {
    await room.pair('sales-invoices', 'a', { state: 'candidate', number: '1', source: { total: '10.00' } });
    await room.pair('sales-invoices', 'b', { state: 'candidate', number: '2', source: { bad: true } });
    await room.pair('sales-invoices', 'c', { state: 'moved' });
    await room.pair('sales-invoices', 'd', { state: 'candidate', source: { bad: 'unreadable' } });
    expect((await shown()).records).toMatchObject([
      { key: 'a', number: '1', objections: [], preview: { total: '10.00' } },
      { key: 'b', objections: [{ code: 'netvisor-data-size', field: 'name', message: '2026-11-23' }] },
      { key: 'd', objections: [{ code: 'fault-of-ours' }] },
    ]);
  });

  it('and what was rejected comes with its cause, page by page', async () => {
    for (const key of ['a', 'b', 'c']) {
      await room.pair('sales-invoices', key, { cause: 'netvisor-invalid-data', message: 'Data form incorrect:.' });
    }
    const first = await shown({ state: 'rejected', limit: 2 });
    expect(first).toMatchObject({
      records: [{ key: 'a', objections: [{ code: 'netvisor-invalid-data', message: 'Data form incorrect:.' }] }, {}],
      next: 'b',
    });
    expect(await shown({ state: 'rejected', limit: 2, cursor: 'b' })).toMatchObject({
      records: [{ key: 'c' }],
      next: null,
    });
  });
});

import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { linkHistoryFilters } from '#lib/contracts';
import type { Database } from '#lib/store';

import { HistoryView } from './history-view.js';
import { FLOWS, LinksUnderTest } from './link.spec-support.js';
import { Troubles } from './troubles.js';

let room: LinksUnderTest;
let history: HistoryView;
let troubles: Troubles;
beforeAll(async () => {
  room = await LinksUnderTest.open();
  history = new HistoryView(room.database, FLOWS);
  troubles = new Troubles(room.database);
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

const moved = async (key: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const { environmentId, companyId } = room.where;
  const row = {
    environment_id: environmentId,
    company_id: companyId,
    history_id: typeof more['at'] === 'string' ? uuid({ msecs: Date.parse(more['at']) }) : uuid(),
    flow: 'customers-to-netvisor',
    key,
    operation: 'create',
    result: 'moved',
    attempt: 1,
    by: 'schedule',
    ...more,
  };
  await room.owner.query(
    `insert into severa.history (${Object.keys(row).join(', ')}) values (${Object.keys(row)
      .map((_, no) => `$${no + 1}`)
      .join(', ')})`,
    Object.values(row),
  );
  return row.history_id;
};
type PlanNode = Readonly<Record<string, unknown>> & { readonly Plans?: readonly PlanNode[] };

/** Every node of a plan as PostgreSQL explains it in JSON. */
function nodesOf(plan: string): readonly PlanNode[] {
  const [[{ Plan: root }]] = JSON.parse(plan) as [[{ Plan: PlanNode }]];
  const below = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(below)];
  return below(root);
}

const list = (filters: object = {}, more: object = {}) =>
  history.list({
    environmentId: room.where.environmentId,
    language: 'fi',
    filters: linkHistoryFilters.parse(filters),
    limit: 50,
    ...more,
  });

describe('the transfer history', () => {
  it('is of all companies of the environment, newest first, with the cause in the row', async () => {
    await moved('g1', { number: '10', name: 'Oy Yksi Ab', netvisor_key: '7', severa_key: 'g1' });
    const first = room.where.companyId;
    const second = await another();
    await moved('p1', { flow: 'payments', result: 'rejected', cause: 'netvisor-period-lock', message: 'Lukittu.' });
    expect((await list()).rows).toMatchObject([
      {
        companyId: second,
        flow: 'payments',
        direction: 'export',
        cause: { code: 'netvisor-period-lock', what: 'Päivä on lukitulla tilikaudella.', owner: 'accountant' },
        message: 'Lukittu.',
      },
      { companyId: first, direction: 'import', number: '10', name: 'Oy Yksi Ab', netvisorKey: '7', cause: null },
    ]);
    expect((await list({ companyId: first })).rows).toHaveLength(1);
  });

  it.each([
    ['a flow', { flow: 'payments' }, ['b']],
    ['a result', { result: 'rejected' }, ['b']],
    ['a cause', { cause: 'netvisor-access' }, ['b']],
    ['a part of a name', { text: 'yksi' }, ['a']],
    ['a part of a number', { text: '00' }, ['b', 'a']],
    ['the start of a key', { text: 'nv-9' }, ['a']],
    ['a percent sign, as it is written', { text: '0%' }, []],
    ['a period', { from: '2026-11-20T00:00:00Z', until: '2026-11-21T00:00:00Z' }, ['a']],
    ['its end, which is not in it', { until: '2026-11-20T10:00:00Z' }, []],
    ['both of two', { flow: 'payments', text: 'yksi' }, []],
  ])('is narrowed by %s', async (_, filters, keys) => {
    await moved('a', { number: '1001', name: 'Oy Yksi Ab', netvisor_key: 'nv-9', at: '2026-11-20T10:00:00Z' });
    await moved('b', { number: '2002', flow: 'payments', result: 'rejected', cause: 'netvisor-access' });
    expect((await list(filters)).rows.map(({ key }) => key)).toEqual(keys);
  });

  it('comes page by page, whatever has come meanwhile', async () => {
    for (const key of ['a', 'b', 'c']) await moved(key);
    const first = await list({}, { limit: 2 });
    await moved('d');
    expect(first.rows.map(({ key }) => key)).toEqual(['c', 'b']);
    const second = await list({}, { limit: 2, cursor: first.next });
    expect(second).toMatchObject({ rows: [{ key: 'a' }], next: null });
  });

  it('is searched a bounded number of rows at a time, and says where the search goes on', async () => {
    await moved('sought', { name: 'Oy Yksi Ab' });
    for (let nth = 0; nth < 9; nth += 1) await moved(`k${nth}`);
    const small = new HistoryView(room.database, FLOWS, { window: 2, most: 4 });
    const search = (cursor?: string) =>
      small.list({
        environmentId: room.where.environmentId,
        language: 'fi',
        filters: linkHistoryFilters.parse({ text: 'yksi' }),
        limit: 50,
        cursor,
      });
    const found: string[] = [];
    let asked = 0;
    let cursor: string | null | undefined;
    do {
      const { rows, next } = await search(cursor ?? undefined);
      found.push(...rows.map(({ key }) => key));
      cursor = next;
      asked += 1;
    } while (cursor !== null);
    expect(found).toEqual(['sought']);
    expect(asked).toBe(3);
  });

  it('gives each row once over the pages of a search', async () => {
    for (let nth = 0; nth < 7; nth += 1) await moved(`k${nth}`, { name: nth % 2 === 0 ? 'Yksi' : 'Kaksi' });
    const small = new HistoryView(room.database, FLOWS, { window: 3, most: 6 });
    const keys: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const filters = linkHistoryFilters.parse({ text: 'yksi' });
      const { environmentId } = room.where;
      const page = await small.list({ environmentId, language: 'fi', filters, limit: 2, cursor: cursor ?? undefined });
      keys.push(...page.rows.map(({ key }) => key));
      cursor = page.next;
    }
    expect(keys).toEqual(['k6', 'k4', 'k2', 'k0']);
  });

  it('is searched by reading so many rows of an index, however many there are and whatever is sought', async () => {
    const { environmentId, companyId } = room.where;
    await room.owner.query(
      `insert into severa.history (environment_id, company_id, history_id, flow, key, name, operation, result, attempt, by)
       select $1, $2, (lpad(to_hex(1764000000000 + n), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid,
              'customers-to-netvisor', 'k' || n, 'Oy ' || n, 'create', 'moved', 1, 'schedule'
         from generate_series(1, 30000) n`,
      [environmentId, companyId],
    );
    await room.owner.query('analyze severa.history');
    const plans: string[] = [];
    const explaining: Pick<Database, 'rows'> = {
      rows: async (text, values, options) => {
        const explained = await room.database.rows<{ 'QUERY PLAN': unknown }>(
          `explain (analyze, format json) ${text}`,
          values,
          options,
        );
        plans.push(JSON.stringify(explained.map((row) => row['QUERY PLAN'])));
        return room.database.rows(text, values, options);
      },
    };
    const view = new HistoryView(explaining as Database, FLOWS, { window: 500, most: 500 });
    const filters = linkHistoryFilters.parse({ text: 'nowhere', flow: 'payments' });
    const { rows, next } = await view.list({ environmentId, language: 'fi', filters, limit: 50 });
    expect([rows, typeof next]).toEqual([[], 'string']);
    const read = nodesOf(plans[0] ?? '').filter((node) => node['Relation Name'] === 'history');
    expect(read.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(Math.max(...read.map((node) => Number(node['Actual Rows'])))).toBe(500);
  });

  it('is not seen from another environment', async () => {
    await moved('a');
    expect((await list({}, { environmentId: randomUUID() })).rows).toEqual([]);
  });
});

describe('what stands still', () => {
  it('is grouped by cause and flow over companies, with those it hurts most first', async () => {
    const first = room.where.companyId;
    await room.pair('customers-to-netvisor', 'a', { cause: 'netvisor-access' });
    const second = await another();
    for (const key of ['b', 'c']) await room.pair('customers-to-netvisor', key, { cause: 'netvisor-access' });
    await room.pair('sales-invoices', 'd', { state: 'denied', cause: 'not-allowed' });
    await room.pair('sales-invoices', 'e', { state: 'moved' });
    await room.owner.query(
      `update severa.link set paused = 'severa-key-invalid', paused_at = now() where company_id = $1`,
      [second],
    );
    const { environmentId } = room.where;
    expect(await troubles.list({ environmentId, language: 'sv' })).toMatchObject({
      paused: [{ companyId: second, cause: { code: 'severa-key-invalid' } }],
      troubles: [
        {
          cause: { code: 'netvisor-access', owner: 'netvisor-user' },
          flow: 'customers-to-netvisor',
          records: 3,
          companies: 2,
          worst: [
            { companyId: second, records: 2 },
            { companyId: first, records: 1 },
          ],
        },
        { cause: { code: 'not-allowed' }, flow: 'sales-invoices', records: 1, companies: 1 },
      ],
    });
    expect((await troubles.list({ environmentId, companyId: first, language: 'fi' })).troubles).toHaveLength(1);
  });
});

describe('a flow whose last run failed', () => {
  const run = async (state: string, createdAt: string) => {
    const { environmentId, companyId } = room.where;
    await room.owner.query(
      `insert into severa.run (environment_id, run_id, company_id, flow, trigger, state, cause, created_at, ended_at)
       values ($1, $2, $3, 'payments', 'schedule', $4, case when $4 = 'failed' then 'netvisor-access' end, $5, $5)`,
      [environmentId, uuid(), companyId, state, createdAt],
    );
    await room.owner.query(
      `insert into severa.flow_state (environment_id, company_id, flow, due_at) values ($1, $2, 'payments', now())
       on conflict do nothing`,
      [environmentId, companyId],
    );
  };
  const failed = async () =>
    (await troubles.list({ environmentId: room.where.environmentId, language: 'en' })).failedRuns;

  it('is told with its cause, until one succeeds', async () => {
    await run('succeeded', '2026-11-22T08:00:00Z');
    await run('failed', '2026-11-22T08:05:00Z');
    expect(await failed()).toMatchObject([
      { flow: 'payments', at: '2026-11-22T08:05:00.000Z', cause: { code: 'netvisor-access', owner: 'netvisor-user' } },
    ]);
    await run('succeeded', '2026-11-22T08:10:00Z');
    expect(await failed()).toEqual([]);
  });

  it('is told no more when it was switched off: nothing tries it again', async () => {
    await run('failed', '2026-11-22T08:05:00Z');
    await room.owner.query('update severa.flow_state set due_at = null where company_id = $1', [room.where.companyId]);
    expect(await failed()).toEqual([]);
  });
});

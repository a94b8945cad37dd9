import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { Connections } from './connections.js';
import { type Marking, markForDelivery, markTransfer } from './marking.js';

let test: TestDatabase;
let owner: pg.Client;
let database: Database;
let connections: Connections;
beforeAll(async () => {
  test = await createTestDatabase();
  owner = new pg.Client({ connectionString: test.url });
  await owner.connect();
  database = await Database.open({ url: test.as('fivaldi-connector'), name: 'connections' });
  connections = new Connections(database, () => undefined);
});
afterAll(async () => {
  await database.close();
  await owner.end();
  await test.drop();
});

let where: { environmentId: string; companyId: string };
beforeEach(() => {
  where = { environmentId: randomUUID(), companyId: randomUUID() };
});

const by = { kind: 'operator', id: 'operator' } as const;
const newCuid = () => randomUUID().replaceAll('-', '');
const save = (ifMark: string | null, more: object = {}, at = where) => {
  const connection = { cuid: newCuid(), target: 'myynninhallinta' as const, active: true, ...more };
  return connections.save({ ...at, by, address: null, ifMark, connection });
};
const show = (at = where) => connections.show({ ...at, language: 'en' });
const mark = (marking: Omit<Marking, 'environmentId' | 'companyId'>) =>
  database.transaction((sql) => markForDelivery(sql, { ...where, ...marking }), {
    scope: { tenant: where.environmentId },
  });
const product = (code: string, writtenBy: string, register = 'product', key = 'product_code') =>
  owner.query(
    `insert into fivaldi.${register}_record (environment_id, company_id, ${key}, imported, written_by)
     values ($1, $2, $3, true, $4)`,
    [where.environmentId, where.companyId, code, writtenBy],
  );
/** A product that an import has written, with the item that says so. */
const imported = async (code: string, transferId: string, register = 'product', key = 'product_code') => {
  await product(code, transferId, register, key);
  await owner.query(
    `insert into transfers.item (environment_id, transfer_id, register, no, key, outcome)
     select $1, $2, $3, count(*) + 1, $4, 'created' from transfers.item where transfer_id = $2`,
    [where.environmentId, transferId, register, code],
  );
};
const queue = async () => {
  const { rows } = await owner.query<{ key: string; state: string; mark: string }>(
    'select key, state, mark from fivaldi.delivery where company_id = $1 order by key',
    [where.companyId],
  );
  return rows;
};

describe('a connection to Fivaldi', () => {
  it('is made, shown and changed by whoever has seen it, and says so in the audit log', async () => {
    const cuid = newCuid();
    const first = await save(null, { cuid });
    expect(await show()).toMatchObject({ cuid, active: true, mark: first, paused: null, deliveries: {} });
    await expect(save(null)).rejects.toMatchObject({ kind: 'outdated' });
    const second = await save(first, { cuid, active: false });
    await expect(save(first, { cuid })).rejects.toMatchObject({ kind: 'outdated' });
    expect(second).not.toBe(first);
    const { rows } = await owner.query<{ data: { action: string; details: object } }>(
      `select data from bus.outbox where data ->> 'companyId' = $1 order by id`,
      [where.companyId],
    );
    expect(rows.map(({ data }) => data)).toMatchObject([
      { action: 'fivaldi-connection.saved', details: { before: null, after: { cuid } } },
      { action: 'fivaldi-connection.saved', details: { before: { cuid, active: true }, after: { active: false } } },
    ]);
  });

  it('cannot be to a company of Fivaldi’s that another one of ours is connected to', async () => {
    const cuid = newCuid();
    await save(null, { cuid });
    const other = { environmentId: randomUUID(), companyId: randomUUID() };
    await expect(save(null, { cuid }, other)).rejects.toMatchObject({ code: 'fivaldi-connection.taken' });
  });

  it('knows nothing of another company of Fivaldi’s: its numbers mean other records', async () => {
    const first = await save(null);
    await product('A', 'spec');
    await mark({ register: 'product', written: { keys: ['A'] } });
    await owner.query(
      `insert into fivaldi.newcomer (environment_id, company_id, register, remote_id) values ($1, $2, 'order', '7')`,
      [where.environmentId, where.companyId],
    );
    await owner.query(
      `update fivaldi.connection set pulled_from = '{"order": "2025-02-03"}', listed_since = '2025-02-03' where company_id = $1`,
      [where.companyId],
    );
    await save(first);
    expect(await queue()).toEqual([]);
    const { rows } = await owner.query(
      `select pulled_from, listed_since > now() - interval '1 minute' as anew,
              (select count(*)::int from fivaldi.newcomer n where n.company_id = c.company_id) as newcomers
         from fivaldi.connection c where company_id = $1`,
      [where.companyId],
    );
    expect(rows).toEqual([{ pulled_from: {}, anew: true, newcomers: 0 }]);
  });

  it('is not seen from another environment', async () => {
    await save(null);
    expect(await show({ ...where, environmentId: randomUUID() })).toBeNull();
  });

  it('goes on when it is saved after a pause', async () => {
    const cuid = newCuid();
    const first = await save(null, { cuid });
    await owner.query(
      `update fivaldi.connection set paused = 'right-missing', paused_at = now(), refusals = 2 where cuid = $1`,
      [cuid],
    );
    expect(await show()).toMatchObject({ paused: { code: 'right-missing', owner: 'main-user' } });
    await save(first, { cuid });
    expect(await show()).toMatchObject({ paused: null });
  });

  it('to another company of Fivaldi’s forgets what was known of the old one', async () => {
    const first = await save(null);
    await product('A', 'person:x');
    await mark({ register: 'product', written: { keys: ['A'] } });
    await save(first);
    expect(await queue()).toEqual([]);
  });
});

describe('what is marked for delivery', () => {
  it('is all that stood in the register before the company was connected, when somebody says so', async () => {
    const deliver = () => connections.deliver({ ...where, by, address: null, register: 'product' });
    await product('A', 'person:x');
    await product('B', 'person:x');
    await product('C', 'person:x');
    await owner.query(
      `update fivaldi.product_record set deleted_at = now() where company_id = $1 and product_code = 'C'`,
      [where.companyId],
    );
    await expect(deliver()).rejects.toMatchObject({ code: 'fivaldi-connection.inactive' });
    await save(null);
    await mark({ register: 'product', written: { keys: ['A'] } });
    expect(await deliver()).toBe(1);
    expect(await queue()).toMatchObject([
      { key: 'A', mark: '1' },
      { key: 'B', mark: '1', state: 'due' },
    ]);
    expect(await deliver()).toBe(0);
  });

  it('is what a transfer has written, once, and nothing of a company that is not connected', async () => {
    const transferId = randomUUID();
    await imported('A', transferId);
    await imported('B', transferId);
    await imported('C', randomUUID());
    expect(await mark({ register: 'product', written: { transferId } })).toBe(0);
    await save(null);
    expect(await mark({ register: 'product', written: { transferId } })).toBe(2);
    expect(await mark({ register: 'product', written: { transferId } })).toBe(2);
    expect(await queue()).toEqual([
      { key: 'A', state: 'due', mark: '2' },
      { key: 'B', state: 'due', mark: '2' },
    ]);
  });

  it('is all that a transfer has written, in whichever register', async () => {
    const id = randomUUID();
    await imported('A', id);
    await imported('T', id, 'order', 'order_number');
    const all = () =>
      database.transaction((sql) => markTransfer(sql, { ...where, id }), { scope: { tenant: where.environmentId } });
    expect(await all()).toBe(0);
    await save(null);
    expect(await all()).toBe(2);
    expect(await queue()).toMatchObject([{ key: 'A' }, { key: 'T' }]);
  });

  it('leaves out the orders of a company whose orders go elsewhere', async () => {
    await save(null, { target: 'tilaustenkasittely' });
    await product('T', 'person:x', 'order', 'order_number');
    expect(await mark({ register: 'order', written: { keys: ['T'] } })).toBe(0);
  });

  it.each([
    ['delivered', null, 'due'],
    ['rejected', 'refused', 'due'],
    ['sending', null, 'sending'],
    ['unknown', null, 'unknown'],
    ['conflict', 'changed-on-both-sides', 'conflict'],
    ['review', 'no-answer', 'unknown'],
    ['review', 'list-too-long', 'unknown'],
    ['review', 'made-not-found', 'unknown'],
    ['review', 'not-changeable', 'due'],
  ])('and was %s (%s) is %s', async (before, cause, after) => {
    await save(null);
    await product('A', 'person:x');
    await mark({ register: 'product', written: { keys: ['A'] } });
    await owner.query('update fivaldi.delivery set state = $2, cause = $3 where company_id = $1', [
      where.companyId,
      before,
      cause,
    ]);
    await mark({ register: 'product', written: { keys: ['A'] } });
    expect(await queue()).toMatchObject([{ state: after }]);
  });
});

describe('a person’s word on a delivery', () => {
  const decide = (as: 'again' | 'done') =>
    connections.decide({ ...where, by: { kind: 'person', id: 'x' }, address: null, register: 'product', key: 'A', as });

  it.each([
    ['review', 'again', 'due'],
    ['review', 'done', 'delivered'],
    ['rejected', 'again', 'due'],
    ['denied', 'again', 'due'],
  ] as const)('of one in %s: %s makes it %s', async (before, as, after) => {
    await save(null);
    await product('A', 'person:x');
    await mark({ register: 'product', written: { keys: ['A'] } });
    await owner.query('update fivaldi.delivery set state = $2 where company_id = $1', [where.companyId, before]);
    expect(await decide(as)).toBe(after);
    expect(await queue()).toMatchObject([{ state: after }]);
  });

  it.each(['due', 'sending', 'unknown', 'delivered', 'rejected'])(
    'is not asked for, of one that is %s',
    async (before) => {
      await save(null);
      await product('A', 'person:x');
      await mark({ register: 'product', written: { keys: ['A'] } });
      await owner.query('update fivaldi.delivery set state = $2 where company_id = $1', [where.companyId, before]);
      await expect(decide('done')).rejects.toMatchObject({ code: 'delivery.not-waiting' });
    },
  );

  it('is listed with what is wrong, who acts and how, page by page', async () => {
    await save(null);
    for (const key of ['A', 'B', 'C']) await product(key, 'person:x');
    await mark({ register: 'product', written: { keys: ['A', 'B', 'C'] } });
    await owner.query(
      `update fivaldi.delivery set state = 'rejected', cause = 'refused', complaints = '[{"text":"Ei käy"}]' where company_id = $1`,
      [where.companyId],
    );
    const first = await connections.list({ ...where, language: 'fi', limit: 2 });
    expect(first).toMatchObject([
      { key: 'A', cause: { code: 'refused', owner: 'accountant' }, complaints: [{ text: 'Ei käy' }] },
      { key: 'B' },
    ]);
    const after = { register: 'product' as const, key: 'B' };
    expect(await connections.list({ ...where, language: 'fi', limit: 2, after })).toMatchObject([{ key: 'C' }]);
    expect(await connections.list({ ...where, language: 'fi', limit: 2, state: 'due' })).toEqual([]);
  });
});

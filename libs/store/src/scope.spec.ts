import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { Database } from './database.js';
import { StoreUnavailable } from './errors.js';
import type { Scope } from './scope.js';
import { tenantTable } from './tenant-table.js';

const ours = randomUUID();
const theirs = randomUUID();
const every: Scope = { acrossTenants: 'the spec looks at both' };

describe('a scope', () => {
  let test: TestDatabase;
  let owner: Database;
  /** One connection, so that each turn meets what the one before has left behind. */
  let service: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    owner = await Database.open({ url: test.url, name: 'scope.spec' });
    await owner.rows('create table bus.note (environment_id uuid, text text)');
    for (const statement of tenantTable('bus.note')) await owner.rows(statement);
    await owner.rows('grant select, insert, update, delete on bus.note to tietovirta_audit');
    service = await Database.open({ url: test.as('audit'), name: 'scope.spec', poolSize: 1 });
  });
  beforeEach(async () => {
    await owner.rows('delete from bus.note');
    await owner.rows(`insert into bus.note values ($1, 'ours'), ($2, 'theirs'), (null, 'nobody''s')`, [ours, theirs]);
  });
  afterAll(async () => {
    await Promise.all([owner.close(), service.close()]);
    await test.drop();
  });

  const read = async (scope?: Scope): Promise<string[]> => {
    const text = 'select text from bus.note order by text';
    return (await service.rows<{ text: string }>(text, [], scope && { scope })).map((row) => row.text);
  };

  it.each<[string, Scope | undefined, string[]]>([
    ['of a tenant shows its rows', { tenant: ours }, ['ours']],
    ['in capitals is the same', { tenant: ours.toUpperCase() }, ['ours']],
    ['across tenants shows all rows', every, ["nobody's", 'ours', 'theirs']],
    ['of a stranger shows none', { tenant: randomUUID() }, []],
    ['that is missing shows none', undefined, []],
  ])('%s, as statement, transaction and entities', async (_, scope, texts) => {
    const options = scope && { scope };
    const text = 'select text from bus.note order by text';
    const all = (rows: { text: string }[]): string[] => rows.map((row) => row.text);
    expect(await read(scope)).toEqual(texts);
    expect(all(await service.transaction((sql) => sql.rows<{ text: string }>(text), options))).toEqual(texts);
    expect(all(await service.entities((em) => em.execute<{ text: string }[]>(text), options))).toEqual(texts);
  });

  it('is forgotten by the connection: whoever comes next has none, and nothing raises', async () => {
    for (const scope of [{ tenant: ours }, every]) {
      await read(scope);
      expect(await read()).toEqual([]);
      await service.transaction((sql) => sql.rows('select 1'), { scope });
      expect(await read()).toEqual([]);
      const failing = service.transaction((sql) => sql.rows('select 1/0'), { scope });
      await expect(failing).rejects.toThrow('division by zero');
      expect(await read()).toEqual([]);
    }
  });

  it('of a transaction that was left open is lent to nobody', async () => {
    await service.rows(`begin; set local tietovirta.tenant = 'every'`, [], { prepare: false });
    expect(await read()).toEqual([]);
  });

  it('outside a transaction is none: SET LOCAL has no effect there', async () => {
    await service.rows(`set local tietovirta.tenant = 'every'`, [], { prepare: false });
    expect(await read()).toEqual([]);
  });

  it('lets nothing be written for another tenant, nor moved to one', async () => {
    const scope = { tenant: ours };
    const insert = 'insert into bus.note values ($1, $2)';
    await service.rows(insert, [ours, 'more'], { scope });
    for (const tenant of [theirs, null]) {
      await expect(service.rows(insert, [tenant, 'x'], { scope })).rejects.toThrow('row-level security');
    }
    await expect(service.rows(insert, [ours, 'x'])).rejects.toThrow('row-level security');
    const move = service.rows('update bus.note set environment_id = $1', [theirs], { scope });
    await expect(move).rejects.toThrow('row-level security');
    await service.rows(`update bus.note set text = 'mine'`, [], { scope });
    await service.rows('delete from bus.note', [], { scope });
    expect(await read(every)).toEqual([`nobody's`, 'theirs']);
  });

  it.each(['', 'every', `${ours}'; drop table bus.note; --`, 'null'])(
    'is refused for the tenant %j',
    async (tenant) => {
      await expect(read({ tenant })).rejects.toThrow('A tenant is named by its id');
    },
  );

  it('of one statement ends with it, when it fails and when the connection dies under it', async () => {
    const scope = { tenant: ours };
    await expect(service.rows('select 1/0', [], { scope })).rejects.toThrow('division by zero');
    expect(await read(scope)).toEqual(['ours']);
    const dying = service.rows('select pg_terminate_backend(pg_backend_pid())', [], { scope });
    await expect(dying).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await read(scope)).toEqual(['ours']);
    expect(await read()).toEqual([]);
  });

  it('of one statement commits what it wrote, and undoes what failed at its end', async () => {
    await owner.rows('create table bus.once (n int unique deferrable initially deferred)');
    await owner.rows('grant select, insert on bus.once to tietovirta_audit');
    const insert = () => service.rows('insert into bus.once values (1)', [], { scope: every });
    await insert();
    await expect(insert()).rejects.toThrow('duplicate key');
    expect(await owner.rows('select n from bus.once')).toEqual([{ n: 1 }]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { Database } from './database.js';
import { type IsolationFault, isolationFaults, IsolationMissing, requireIsolation } from './isolation.js';
import type { ConnectionSql } from './sql.js';
import { tenantTable } from './tenant-table.js';

describe('the isolation that a service demands at its start', () => {
  let test: TestDatabase;
  let owner: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    owner = await Database.open({ url: test.url, name: 'isolation.spec' });
  });
  afterAll(async () => {
    await owner.close();
    await test.drop();
  });

  it.each(['gateway', 'auth', 'fivaldi-connector', 'severa-connector', 'audit'] as const)(
    'is there for %s',
    async (service) => {
      const database = await Database.open({ url: test.as(service), name: 'isolation.spec' });
      expect(await isolationFaults(database)).toEqual([]);
      await requireIsolation(database);
      await database.close();
    },
  );

  it('is not there for the owner of the server, who is told what to do', async () => {
    await expect(requireIsolation(owner)).rejects.toThrow(IsolationMissing);
    await expect(requireIsolation(owner)).rejects.toThrow(/superuser.*\n.*DATABASE_URL/);
  });

  /** What the role finds after the statements, in a transaction that never comes to its end. */
  const faultsAfter = async (statements: readonly string[]): Promise<readonly IsolationFault[]> => {
    let faults: readonly IsolationFault[] = [];
    const undone = owner.transaction(async (sql: ConnectionSql) => {
      for (const statement of statements) await sql.rows(statement, [], { prepare: false });
      await sql.rows('set local session authorization tietovirta_audit', [], { prepare: false });
      faults = await isolationFaults(sql);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    return faults;
  };

  const leaky = ['create table bus.leaky (environment_id uuid, text text)', ...tenantTable('bus.leaky')];
  const fault = (what: IsolationFault['what'], name = 'bus.leaky'): IsolationFault => ({ what, name });

  beforeEach(async () => {
    expect(await faultsAfter(leaky)).toEqual([]);
  });

  it.each<[string, string[], IsolationFault[]]>([
    ['BYPASSRLS', ['alter role tietovirta_audit bypassrls'], [fault('past-every-policy', 'tietovirta_audit')]],
    [
      'the way to another role that is a superuser',
      ['create role isolation_spec_super superuser', 'grant isolation_spec_super to tietovirta_audit'],
      [fault('past-every-policy', 'tietovirta_audit')],
    ],
    [
      'a table of its own',
      ['alter table bus.leaky owner to tietovirta_audit'],
      [fault('may-truncate'), fault('owns-a-table')],
    ],
    ['TRUNCATE', ['grant truncate on bus.leaky to tietovirta_audit'], [fault('may-truncate')]],
    ['a table without FORCE', ['alter table bus.leaky no force row level security'], [fault('not-forced')]],
    ['a table without row-level security', ['alter table bus.leaky disable row level security'], [fault('not-forced')]],
    ['a table without a policy', ['drop policy tenant on bus.leaky'], [fault('no-policy')]],
    ['a second policy', ['create policy open on bus.leaky using (true)'], [fault('no-policy')]],
    ['a policy that lets all through', ['alter policy tenant on bus.leaky using (true)'], [fault('no-policy')]],
    ['a policy that lets all be written', ['alter policy tenant on bus.leaky with check (true)'], [fault('no-policy')]],
    [
      'a view with the rights of its owner',
      ['create view bus.seen as select * from bus.leaky'],
      [fault('view-of-its-owner', 'bus.seen')],
    ],
  ])('is missed with %s', async (_, statements, faults) => {
    expect(await faultsAfter([...leaky, ...statements])).toEqual(faults);
  });

  it('holds with a view that has the rights of whoever reads it', async () => {
    const view = 'create view bus.seen with (security_invoker = true) as select * from bus.leaky';
    expect(await faultsAfter([...leaky, view])).toEqual([]);
  });
});

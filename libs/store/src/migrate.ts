import type { SecureContext } from 'node:tls';

import { MikroORM } from '@mikro-orm/postgresql';
import { Migration, Migrator } from '@mikro-orm/migrations';
import pg from 'pg';

import { applyGrants, type Grants } from './grants.js';
import { serverAddress, type ServerAddress } from './server-address.js';
import { createServiceRoles, letIn, type ServiceRole } from './service-role.js';

export { Migration };

type MigrationClass = new (...args: ConstructorParameters<typeof Migration>) => Migration;

/** One owner of one schema, with its migrations in the order they are applied. A released one is never edited. */
export interface MigrationOwner {
  readonly schema: string;
  readonly migrations: readonly MigrationClass[];
  /** Who may do what with the tables as the last migration leaves them. Each table is named, if only to give nothing. */
  readonly grants: Grants;
}

/** Any constant: it names this lock among the advisory locks of the database. */
const MIGRATION_LOCK = 7_243_011;

/**
 * Brings every owner's schema up to date, one owner after the other, and with it the services' roles and what they may.
 *
 * Safe to run at any time and by several processes: an advisory lock lets one
 * through, the others find nothing left to do. Each migration is a
 * transaction; one that is cut off leaves nothing behind and is run again.
 */
export async function migrate(
  url: string,
  owners: readonly MigrationOwner[],
  tls?: () => SecureContext,
): Promise<string[]> {
  const server = serverAddress(url, tls);
  const lock = clientOf(server);
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const applied: string[] = [];
    for (const owner of owners) {
      await lock.query(`create schema if not exists ${owner.schema}`);
      applied.push(...(await migrateOwner(server, owner)));
    }
    await createServiceRoles(lock);
    await applyGrants(lock, owners);
    return applied;
  } finally {
    await lock.end();
  }
}

/** Lets the services log in, each with its password or without any; those that are not named stay as they are. */
export async function letServicesIn(
  url: string,
  passwords: Readonly<Partial<Record<ServiceRole, string | null>>>,
  tls?: () => SecureContext,
): Promise<void> {
  const client = clientOf(serverAddress(url, tls));
  await client.connect();
  try {
    for (const [service, password] of Object.entries(passwords)) await letIn(client, service as ServiceRole, password);
  } finally {
    await client.end();
  }
}

function clientOf({ url, ssl }: ServerAddress): pg.Client {
  return new pg.Client({ connectionString: url, ssl, application_name: 'tietovirta migrate' });
}

async function migrateOwner({ url, ssl }: ServerAddress, { schema, migrations }: MigrationOwner): Promise<string[]> {
  const orm = await MikroORM.init({
    clientUrl: url,
    driverOptions: () => ({ ssl }),
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    logger: () => undefined,
    migrations: {
      tableName: `${schema}.migration`,
      snapshot: false,
      allOrNothing: false,
      migrationsList: migrations.map((migration) => ({ name: migration.name, class: migration })),
    },
  });
  try {
    const applied = await orm.migrator.up();
    return applied.map(({ name }) => `${schema}: ${name}`);
  } finally {
    await orm.close(true);
  }
}

import type { ClientBase } from 'pg';

import { SERVICE_ROLES, type ServiceRole } from './service-role.js';

/**
 * What each service may do with the tables of one schema; what is not said here it may not.
 *
 * The key is a table, or `sequence x`; the value names privileges as GRANT does, on columns too: `update (id)`.
 * TRUNCATE is nobody's: row-level security does not hold it back.
 */
export type Grants = Readonly<Record<string, Readonly<Partial<Record<ServiceRole, string>>>>>;

const COLUMNS = '\\([a-z0-9_]+(, [a-z0-9_]+)*\\)';
const PRIVILEGE = `(select|insert|update|delete|usage)( ${COLUMNS})?`;
const PRIVILEGES = new RegExp(`^${PRIVILEGE}(, ${PRIVILEGE})*$`);

/**
 * The statements that leave the services with exactly these privileges in the schema, whatever they had before.
 *
 *   given                         | the role has
 *   ------------------------------+------------------------------------------------
 *   nothing in any table          | not even the schema
 *   a privilege of some table     | the schema's USAGE and that privilege
 *   a word that is no privilege   | nothing: it throws, `truncate` and `all` too
 */
export function grantStatements(schema: string, grants: Grants): readonly string[] {
  const everyRole = Object.values(SERVICE_ROLES).join(', ');
  const statements = [
    `revoke all on all tables in schema ${schema} from ${everyRole}`,
    `revoke all on all sequences in schema ${schema} from ${everyRole}`,
    `revoke all on schema ${schema} from ${everyRole}`,
  ];
  const admitted = new Set<string>();
  for (const [thing, holders] of Object.entries(grants)) {
    const [, kind = 'table', name] = /^(?:(sequence) )?([a-z0-9_]+)$/.exec(thing) ?? [];
    if (name === undefined) throw new TypeError(`Not a table or sequence: ${thing}`);
    for (const [service, privileges] of Object.entries(holders)) {
      if (!PRIVILEGES.test(privileges)) throw new TypeError(`Not privileges of ${schema}.${name}: ${privileges}`);
      const role = SERVICE_ROLES[service as ServiceRole];
      admitted.add(role);
      statements.push(`grant ${privileges} on ${kind} ${schema}.${name} to ${role}`);
    }
  }
  return [...statements, ...[...admitted].map((role) => `grant usage on schema ${schema} to ${role}`)];
}

/** Gives every service what the owners of the schemas say, all at once; a service at work notices nothing. */
export async function applyGrants(
  client: ClientBase,
  owners: readonly { readonly schema: string; readonly grants: Grants }[],
): Promise<void> {
  await client.query('begin');
  try {
    for (const { schema, grants } of owners) {
      for (const statement of grantStatements(schema, grants)) await client.query(statement);
    }
    // The policies of every schema call its functions.
    await client.query(`grant usage on schema tietovirta to ${Object.values(SERVICE_ROLES).join(', ')}`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

import type { ClientBase } from 'pg';

/** The role that each service is in PostgreSQL. Roles belong to the whole server: its databases share them. */
export const SERVICE_ROLES = {
  gateway: 'tietovirta_gateway',
  auth: 'tietovirta_auth',
  connector: 'tietovirta_connector',
  severa: 'tietovirta_severa',
  audit: 'tietovirta_audit',
} as const;

export type ServiceRole = keyof typeof SERVICE_ROLES;

/** What makes row-level security bind a role, and keeps it from becoming another one. */
const ATTRIBUTES = 'nosuperuser nobypassrls noinherit nocreatedb nocreaterole noreplication';

/** Another database of the server makes or changes the same role at this moment: nothing of ours was done. */
const RACES = ['23505', 'XX000'];
const ATTEMPTS = 20;

/** Creates the roles that are not there, without a login. A role that is there stays as it is. */
export async function createServiceRoles(client: ClientBase): Promise<void> {
  for (const role of Object.values(SERVICE_ROLES)) {
    await overRaces(async () => {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
      if (rowCount === 0) await client.query(`create role ${role} ${ATTRIBUTES} nologin`);
    });
  }
}

/** Lets a service log in as its role; with `null` it has no password from then on, as where its certificate says who it is. */
export async function letIn(client: ClientBase, service: ServiceRole, password: string | null): Promise<void> {
  const role = SERVICE_ROLES[service];
  const secret = password === null ? 'null' : client.escapeLiteral(password);
  await overRaces(() => client.query(`alter role ${role} login password ${secret}`));
}

/** Tries again what lost a race; 42710: the other one has made the very role. */
async function overRaces(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (![...RACES, '42710'].includes(code) || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * 10));
    }
  }
}

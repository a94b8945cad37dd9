/**
 * Brings the database up to date: `npm run migrate`, with DATABASE_URL set to whoever owns it. The services' roles come
 * with it; GATEWAY_DATABASE_PASSWORD, AUTH_…, CONNECTOR_…, SEVERA_… and AUDIT_… let them log in. Each of these, and the owner's
 * DATABASE_PASSWORD, may come from a file (NAME_FILE). Over TLS with `?sslmode=verify-full`, by the authority in
 * DATABASE_CA_FILE.
 *
 * Needs a build: the migrations are those of `dist/`, the very code that will run.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { ServiceRole } from '../libs/store/src/service-role.ts';

const OWNERS = [
  ['libs/store', 'storeMigrations'],
  ['libs/store', 'busMigrations'],
  ['libs/transfers', 'transfersMigrations'],
  ['apps/auth', 'authMigrations'],
  ['apps/fivaldi-connector', 'fivaldiMigrations'],
  ['apps/severa-connector', 'severaMigrations'],
  ['apps/audit', 'auditMigrations'],
] as const;

const SERVICES: readonly ServiceRole[] = ['gateway', 'auth', 'connector', 'severa', 'audit'];

const passwordOf = (service: ServiceRole): string => `${service.toUpperCase()}_DATABASE_PASSWORD`;

type Passwords = Readonly<Partial<Record<ServiceRole, string | null>>>;

const dist = (room: string, file: string): string => new URL(`../dist/${room}/src/${file}.js`, import.meta.url).href;

/**
 * Migrates the database at `databaseUrl`; returns the migrations applied, oldest first. The services that have a
 * password here may log in with it from then on; `null`: without one, where the server asks for none.
 */
export async function migrate(databaseUrl: string, passwords: Passwords = {}): Promise<string[]> {
  const authority = process.env['DATABASE_CA_FILE'];
  const ca = authority ? readFileSync(authority, 'utf8') : undefined;
  const store = (await import(dist('libs/store', 'index'))) as typeof import('../libs/store/src/index.js');
  const owners = await Promise.all(
    OWNERS.map(async ([room, name]) => {
      const module = (await import(dist(room, 'migrations/index'))) as Record<
        string,
        Parameters<typeof store.migrate>[1][number]
      >;
      return module[name]!;
    }),
  );
  const applied = await store.migrate(databaseUrl, owners, ca);
  await store.letServicesIn(databaseUrl, passwords, ca);
  return applied;
}

/** The passwords that the environment names; an empty one is none. */
function passwordsOf(env: Readonly<Record<string, string | undefined>>): Passwords {
  const given = SERVICES.flatMap((service) => {
    const password = env[passwordOf(service)];
    return password === undefined ? [] : [[service, password === '' ? null : password] as const];
  });
  return Object.fromEntries(given);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const service = (await import(dist('libs/service', 'index'))) as typeof import('../libs/service/src/index.js');
  const env = service.toldBy(process.env, SERVICES.map(passwordOf));
  const url = env['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is not set: say which database to migrate.');
  const applied = await migrate(url, passwordsOf(env));
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied:\n  ${applied.join('\n  ')}`);
}

/**
 * Brings the database up to date: `npm run migrate`, with DATABASE_URL set to whoever owns it. The services' roles come
 * with it; GATEWAY_DATABASE_PASSWORD, AUTH_…, CONNECTOR_…, SEVERA_… and AUDIT_… let them log in. Each of these, and the owner's
 * DATABASE_PASSWORD, may come from a file (NAME_FILE). Over TLS with `?sslmode=verify-full`, by the authority in
 * DATABASE_CA_FILE. Where the owner shows a certificate (DATABASE_CERT_FILE, DATABASE_KEY_FILE), the services do as well: those
 * without a password here are let in without any, and lose one that they had.
 *
 * Needs a build: the migrations are those of `dist/`, the very code that will run.
 */
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
 * password here may log in with it from then on; `null`: without one, and with none that they had.
 */
export async function migrate(databaseUrl: string, passwords: Passwords = {}): Promise<string[]> {
  const service = (await import(dist('libs/service', 'index'))) as typeof import('../libs/service/src/index.js');
  const fileOf = (kind: string): string | undefined => process.env[`DATABASE_${kind}_FILE`] || undefined;
  const tls = service.clientTls({ ca: fileOf('CA'), cert: fileOf('CERT'), key: fileOf('KEY') }, console.warn);
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
  const applied = await store.migrate(databaseUrl, owners, tls);
  await store.letServicesIn(databaseUrl, passwords, tls);
  return applied;
}

/** The passwords that the environment names; an empty one is none, and nobody has any where the owner shows a certificate. */
function passwordsOf(env: Readonly<Record<string, string | undefined>>): Passwords {
  const given = SERVICES.flatMap((service) => {
    const password = env[passwordOf(service)] ?? (env['DATABASE_CERT_FILE'] ? '' : undefined);
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

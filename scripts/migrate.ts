/**
 * Brings the database up to date: `npm run migrate`, with DATABASE_URL set.
 *
 * Needs a build: the migrations are those of `dist/`, the very code that will run.
 */
import { pathToFileURL } from 'node:url';

const OWNERS = [
  ['libs/store', 'busMigrations'],
  ['libs/transfers', 'transfersMigrations'],
  ['apps/auth', 'authMigrations'],
  ['apps/fivaldi-connector', 'fivaldiMigrations'],
  ['apps/audit', 'auditMigrations'],
] as const;

/** Migrates the database at `databaseUrl`; returns the migrations applied, oldest first. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const dist = (room: string, file: string): string => new URL(`../dist/${room}/src/${file}.js`, import.meta.url).href;
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
  return store.migrate(databaseUrl, owners);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is not set: say which database to migrate.');
  const applied = await migrate(url);
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied:\n  ${applied.join('\n  ')}`);
}

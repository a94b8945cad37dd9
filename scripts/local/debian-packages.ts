import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Say } from './local-service.ts';
import { run } from './process.ts';

/** Which package, and the folder its files go to. */
export interface Unpacking {
  readonly name: string;
  /** Packages with these beginnings are fetched even where they are installed: their files must lie together. */
  readonly together: readonly string[];
  readonly into: string;
  /** Finishes the unpacked files before anyone can see them. */
  readonly finish: (root: string) => void;
  readonly say: Say;
}

/** A folder for what is only needed meanwhile, and what is asked of apt. */
interface Errand {
  readonly name: string;
  readonly work: string;
  /** Options that say where apt keeps its knowledge. */
  readonly options: readonly string[];
}

/**
 * Fetches a Debian package and what it needs beside what this machine has, and unpacks the files under `into` as if
 * that were the root of the system. Nothing is installed, no maintainer script runs, root is not needed; apt checks
 * the signatures as always.
 *
 * The machine's own package lists are used where they serve; where they are empty or old, lists of our own are
 * fetched into a folder of ours.
 */
export async function unpackDebianPackage({ name, together, into, finish, say }: Unpacking): Promise<void> {
  const work = `${into}.unfinished-${process.pid}`;
  const root = join(work, 'root');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  try {
    say(`Fetching the distribution's package ${name} (once; nothing is installed)`);
    const errand = { name, work, options: statusOption(work, together) };
    for (const archive of await fetchArchives(errand, say)) await run('dpkg-deb', ['--extract', archive, root]);
    finish(root);
    settle(root, into);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fetchArchives(errand: Errand, say: Say): Promise<readonly string[]> {
  try {
    return await download(errand);
  } catch {
    say('Fetching the lists of packages first');
    const options = [...errand.options, ...ownListsOptions(errand.work)];
    await run('apt-get', [...options, '-qq', 'update']);
    return download({ ...errand, options });
  }
}

async function download({ name, work, options }: Errand): Promise<readonly string[]> {
  const plan = await run('apt-get', [...options, '-qq', '--simulate', '--no-install-recommends', 'install', name]);
  const archives = join(work, 'archives');
  rmSync(archives, { recursive: true, force: true });
  mkdirSync(archives);
  await run('apt-get', [...options, '-qq', 'download', ...newPackages(plan)], { cwd: archives });
  return readdirSync(archives).map((file) => join(archives, file));
}

function statusOption(work: string, together: readonly string[]): readonly string[] {
  const file = join(work, 'status');
  writeFileSync(file, withoutPackages(readFileSync('/var/lib/dpkg/status', 'utf8'), together));
  return aptOptions({ 'Dir::State::status': file });
}

/** Everything apt writes goes below `work`. */
function ownListsOptions(work: string): readonly string[] {
  const lists = join(work, 'lists');
  const cache = join(work, 'cache');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  return aptOptions({ 'Dir::State::lists': lists, 'Dir::Cache': cache });
}

function aptOptions(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** dpkg's list of what is installed (paragraphs parted by empty lines), as if packages so named were not. */
export function withoutPackages(status: string, beginnings: readonly string[]): string {
  const isOut = (paragraph: string): boolean => beginnings.some((name) => paragraph.startsWith(`Package: ${name}`));
  return status
    .split('\n\n')
    .filter((paragraph) => !isOut(paragraph))
    .join('\n\n');
}

/**
 * What a simulated installation would add, as `name=version`.
 *
 *   line of apt                                    | taken
 *   -----------------------------------------------+-------------------------------------------------
 *   Inst socat (1.7.4.4-2 Debian:12.15 [amd64])    | socat=1.7.4.4-2
 *   Inst libc6 [2.36-9] (2.36-9+deb12u9 … [amd64]) | no: what is installed serves, and two do not mix
 *   Conf socat (1.7.4.4-2 Debian:12.15 [amd64])    | no: nothing is configured
 */
export function newPackages(plan: string): readonly string[] {
  return [...plan.matchAll(/^Inst (\S+) \((\S+) /gm)].map(([, name, version]) => `${name}=${version}`);
}

/** Moves the whole into place at once. Another start that was faster has put the same there. */
function settle(root: string, into: string): void {
  try {
    renameSync(root, into);
  } catch (error) {
    if (!existsSync(into)) throw error;
  }
}

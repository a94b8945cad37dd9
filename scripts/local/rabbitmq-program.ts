import {
  accessSync,
  constants,
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { unpackDebianPackage } from './debian-packages.ts';
import type { Say } from './local-service.ts';

/** A RabbitMQ that can be run as an ordinary process. */
export interface RabbitmqProgram {
  /** The script that starts the server in the foreground. */
  readonly server: string;
  /** Erlang's port mapper. */
  readonly epmd: string;
  /** What both need in their environment to find their parts. */
  readonly environment: Readonly<Record<string, string>>;
}

const SERVER = 'usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server';
const ERLANG = 'usr/lib/erlang/bin';

/** The server that is installed on this machine, if there is one with its Erlang. */
export function installedProgram(path: string): RabbitmqProgram | undefined {
  const erl = onPath('erl', path);
  // The distributions' wrapper on the PATH insists on root; the program it wraps does not.
  const server = newest('/', SERVER) ?? onPath('rabbitmq-server', path);
  if (erl === undefined || server === undefined) return undefined;
  const epmd = join(dirname(realpathSync(erl)), 'epmd');
  return existsSync(epmd) ? { server, epmd, environment: { PATH: path } } : undefined;
}

/**
 * The distribution's server, unpacked under `folder` at the first call and found there afterwards; `undefined` where
 * the distribution has no apt.
 */
export async function unpackedProgram(folder: string, path: string, say: Say): Promise<RabbitmqProgram | undefined> {
  if (onPath('apt-get', path) === undefined || onPath('dpkg-deb', path) === undefined) return undefined;
  if (!existsSync(folder)) {
    const together = ['erlang-', 'rabbitmq-server'];
    await unpackDebianPackage({ name: 'rabbitmq-server', together, into: folder, finish: makeRelocatable, say });
  }
  const erlang = join(folder, ERLANG);
  const server = newest(folder, SERVER);
  if (server === undefined) return undefined;
  const libraries = ['lib', 'usr/lib'].flatMap((place) => libraryFolders(join(folder, place)));
  return {
    server,
    epmd: join(erlang, 'epmd'),
    environment: { PATH: [erlang, path].join(delimiter), LD_LIBRARY_PATH: libraries.join(delimiter) },
  };
}

/** The distribution writes the place of installation into `erl`; ours finds it by where it lies itself. */
function makeRelocatable(root: string): void {
  const erl = join(root, ERLANG, 'erl');
  writeFileSync(erl, relocatable(readFileSync(erl, 'utf8')));
}

/** The script with every fixed `ROOTDIR` replaced by the folder above its own. Done twice, it stays the same. */
export function relocatable(script: string): string {
  return script.replaceAll(
    /ROOTDIR="?\/usr\/lib\/erlang"?$/gm,
    'ROOTDIR="$(dirname "$(dirname "$(readlink -f "$0")")")"',
  );
}

function libraryFolders(place: string): readonly string[] {
  if (!existsSync(place)) return [];
  const names = readdirSync(place).filter((name) => name.includes('-linux-gnu'));
  return names.map((name) => join(place, name));
}

function newest(root: string, pattern: string): string | undefined {
  const found = globSync(pattern, { cwd: root }).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const last = found.at(-1);
  return last === undefined ? undefined : join(root, last);
}

/** Where `name` lies on the given PATH, if it can be run. */
export function onPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { ensureDatabase, knockAtDatabase } from './databases.ts';
import { knockUntilAnswered } from './knock.ts';
import { type LocalService, LocalServiceError, type Say } from './local-service.ts';
import { keptPassword } from './password.ts';
import { postgresProgram } from './postgres-program.ts';
import { endProcess, lastLines, run, runsWith } from './process.ts';
import { serverHome, type ServerUser, serverUser } from './server-user.ts';

const USER = 'tietovirta';
const DATABASE = 'tietovirta';
const BOOT_ATTEMPTS = 5;
/** Long enough for the recovery after a crash. */
const BOOT_MS = 60_000;
const ADOPTION_MS = 15_000;

/** Laid on at every start, so that a change here reaches data folders that exist. Sized for two cores. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // Compiling a query costs more than it saves on transactions as short as these.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

/** Where the data goes, and where its clients look for the server. */
export interface PostgresPlace {
  readonly directory: string;
  readonly say: Say;
  /** A free port unless told. */
  readonly port?: number;
  /** Laid over the usual ones. */
  readonly settings?: Settings;
}

type Settings = Readonly<Record<string, string>>;

/** Where this checkout's server keeps its things, and who runs it. */
interface Place {
  /** The port its clients expect; any free one when nobody says. */
  readonly wanted: number | undefined;
  readonly settings: Settings;
  readonly data: string;
  readonly log: string;
  readonly passwordFile: string;
  readonly password: string;
  readonly program: string;
  readonly user: ServerUser | undefined;
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * A private PostgreSQL with its data under `directory`, on a free port of the loopback interface, and in it an empty
 * database `tietovirta` at first. The url's user owns the server; only its password opens it.
 *
 * Nothing is made faster at the price of truth: fsync is on. A server left running by a start that was killed is
 * adopted when it answers, else ended and started again.
 */
export async function startPostgres({ directory, say, port, settings = {} }: PostgresPlace): Promise<LocalService> {
  const place = settle(resolve(directory), port, settings);
  if (!existsSync(place.data)) await initialise(place, say);
  const orphan = await adopt(place);
  const server = orphan ?? (await boot(place, say));
  await ensureDatabase(urlOf(place, server.port, 'postgres'), DATABASE);
  return {
    url: urlOf(place, server.port, DATABASE),
    adopted: orphan !== undefined,
    stop: () => end(place, server.pid, 'SIGINT'),
  };
}

function settle(directory: string, wanted: number | undefined, settings: Settings): Place {
  const user = serverUser();
  const home = serverHome(directory, user);
  const passwordFile = join(home, 'password');
  const password = keptPassword(passwordFile);
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const program = postgresProgram(home, user);
  const files = { data: join(home, 'data'), log: join(home, 'postgres.log'), passwordFile };
  return { wanted, settings, ...files, password, program, user };
}

/** Made beside and moved into place: a start killed in the middle leaves no half of a data folder. */
async function initialise(place: Place, say: Say): Promise<void> {
  say('Creating a PostgreSQL data folder');
  const unfinished = `${place.data}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await run(
    join(place.program, 'bin', 'initdb'),
    [
      `--pgdata=${unfinished}`,
      `--username=${USER}`,
      `--pwfile=${place.passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    { ...place.user, cwd: '/', env: serverEnvironment() },
  );
  renameSync(unfinished, place.data);
}

/** The server that already works on this data, if there is one that answers. */
async function adopt(place: Place): Promise<Postmaster | undefined> {
  const pidFile = join(place.data, 'postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const found = postmasterFrom(readFileSync(pidFile, 'utf8'));
  if (found === undefined || !runsWith(found.pid, place.data)) {
    // Left by a server that was killed. Its number may be another process's by now, which PostgreSQL would fear.
    rmSync(pidFile, { force: true });
    return undefined;
  }
  if (await letsUsIn(place, found, ADOPTION_MS)) return found;
  await end(place, found.pid, 'SIGQUIT');
  return undefined;
}

/** The server named in a `postmaster.pid`: its first line is the process, its fourth the port. */
export function postmasterFrom(pidFile: string): Postmaster | undefined {
  const lines = pidFile.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return pid > 1 && port > 0 ? { pid, port } : undefined;
}

/**
 * Starts the server and waits until it answers. It is tried again when another program took the port first, or when
 * the last children of a server that was killed still hold its shared memory.
 */
async function boot(place: Place, say: Say): Promise<Postmaster> {
  say('Starting PostgreSQL');
  for (let attempt = 1; attempt <= BOOT_ATTEMPTS; attempt += 1) {
    const port = place.wanted ?? (await freePort());
    const server = { pid: launch(place, port), port };
    if (await letsUsIn(place, server, BOOT_MS)) return server;
    await end(place, server.pid, 'SIGQUIT');
    await pause(attempt * 200);
  }
  const complaint = lastLines(readFileSync(place.log, 'utf8'), 5);
  throw new LocalServiceError(`PostgreSQL does not start; the end of ${place.log} says:\n${complaint}`);
}

/** In a session of its own: the terminal's Ctrl-C reaches us alone, and we stop it in our order. */
function launch({ settings, data, log, program, user }: Place, port: number): number {
  const args = Object.entries({ ...SETTINGS, ...settings, port }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const output = openSync(log, 'w', 0o600);
  const child = spawn(join(program, 'bin', 'postgres'), ['-D', data, ...args], {
    ...user,
    cwd: '/',
    env: serverEnvironment(),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  // What could not be started is told by its missing pid; the event alone would end this process.
  child.on('error', () => undefined).unref();
  if (child.pid === undefined) throw new LocalServiceError(`${program} has no PostgreSQL that runs here`);
  return child.pid;
}

/** False when the server ended, or did not answer within the time. */
async function letsUsIn(place: Place, { pid, port }: Postmaster, within: number): Promise<boolean> {
  const url = urlOf(place, port, 'postgres');
  const answer = await knockUntilAnswered({ pid, sign: place.data, knock: () => knockAtDatabase(url), within });
  if (answer !== 'refused') return answer === 'in';
  await end(place, pid, 'SIGINT');
  throw new LocalServiceError(`the password in ${place.passwordFile} does not open ${place.data}: remove both`);
}

/** SIGINT ends connections and writes everything out; SIGQUIT leaves that to the next start's recovery. */
async function end(place: Place, pid: number, ask: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  const force = ask === 'SIGINT' ? 'SIGQUIT' : 'SIGKILL';
  await endProcess({ pid, sign: place.data, ask, force, patience: 30_000 });
}

function urlOf({ password }: Place, port: number, database: string): string {
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Nothing of the caller's environment steers the server; macOS needs a plain locale to start at all. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

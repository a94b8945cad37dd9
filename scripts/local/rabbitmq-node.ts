import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { knockAtBroker } from './amqp.ts';
import { knockUntilAnswered } from './knock.ts';
import { type LocalService, LocalServiceError, type Say } from './local-service.ts';
import { ownFolder } from './own-folder.ts';
import { keptPassword } from './password.ts';
import { endProcess, lastLines } from './process.ts';
import type { RabbitmqProgram } from './rabbitmq-program.ts';
import { shortHash } from './server-user.ts';

const USER = 'tietovirta';
/** The same in every folder, so that data moves with its folder; each node has a port mapper to itself. */
const NODE_NAME = 'tietovirta@localhost';
const BOOT_ATTEMPTS = 3;
/** A cold boot takes 7 s on a quiet machine with two cores, and several times that on a busy one. */
const BOOT_MS = 180_000;
const ADOPTION_MS = 30_000;

/** What must be known of a running node to reach it and to end it, kept in its folder while it runs. */
interface Node {
  readonly pid: number;
  readonly port: number;
  readonly epmdPid: number;
  readonly epmdPort: number;
}

/** Where a node keeps its things. */
interface Home {
  readonly directory: string;
  readonly password: string;
  /** The port its clients expect; any free one when nobody says. */
  readonly wanted: number | undefined;
  readonly settings: Settings;
  readonly plugins: readonly string[];
  readonly knock: Knock;
}

type Settings = Readonly<Record<string, string>>;

/** Asks the broker once, whose url for passwords is given, whether it lets somebody in. */
type Knock = (url: string) => ReturnType<typeof knockAtBroker>;

/** What a node has beside the usual. */
export interface NodeOptions {
  /** The port its clients expect; any free one when nobody says. */
  readonly port?: number | undefined;
  /** Laid over the usual ones. */
  readonly settings?: Settings;
  readonly plugins?: readonly string[];
  /** It begins without anything that earlier ones have left. */
  readonly empty?: boolean | undefined;
  /** For a node that no password opens. */
  readonly knock?: Knock;
}

/**
 * A RabbitMQ node with its data under `directory`, as an ordinary process: its own node name, cookie, port mapper and
 * ports, all of the loopback interface, no plugins unless told. A node left running by a start that was killed is adopted
 * when it answers, else ended and started again.
 */
export async function startNode(
  program: RabbitmqProgram,
  directory: string,
  say: Say,
  { port: wanted, settings = {}, plugins = [], empty = false, knock = knockAtBroker }: NodeOptions = {},
): Promise<LocalService> {
  const own = ownFolder(directory);
  const home = { directory: own, password: keptPassword(join(own, 'password')), wanted, settings, plugins, knock };
  const orphan = empty ? await clear(home) : await adopt(home);
  const node = orphan ?? (await boot(program, home, say));
  return { url: urlOf(home, node.port), adopted: orphan !== undefined, stop: () => end(home, node) };
}

async function adopt(home: Home): Promise<Node | undefined> {
  const node = leftRunning(home);
  if (node === undefined) return undefined;
  // It may be in the middle of its boot: whoever started it was killed, not it.
  if (await letsUsIn(home, node, ADOPTION_MS)) return node;
  await end(home, node, 'SIGKILL');
  return undefined;
}

/** Nothing of earlier nodes stays. */
async function clear(home: Home): Promise<undefined> {
  const node = leftRunning(home);
  if (node !== undefined) await end(home, node, 'SIGKILL');
  rmSync(dataOf(home), { recursive: true, force: true });
}

function leftRunning(home: Home): Node | undefined {
  const file = stateFile(home);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Node) : undefined;
}

async function boot(program: RabbitmqProgram, home: Home, say: Say): Promise<Node> {
  say('Starting RabbitMQ');
  for (let attempt = 1; attempt <= BOOT_ATTEMPTS; attempt += 1) {
    const node = await launch(program, home);
    if (await letsUsIn(home, node, BOOT_MS)) return node;
    await end(home, node, 'SIGKILL');
  }
  const output = join(home.directory, 'output.log');
  throw new LocalServiceError(
    `RabbitMQ does not start; the end of ${output} says:\n${lastLines(readFileSync(output, 'utf8'), 8)}`,
  );
}

/** Starts the port mapper, then the node; both in sessions of their own, so that the terminal's Ctrl-C is only ours. */
async function launch({ server, epmd, environment }: RabbitmqProgram, home: Home): Promise<Node> {
  const [port, distributionPort, epmdPort] = [home.wanted ?? (await freePort()), await freePort(), await freePort()];
  const env = { ...environment, ...epmdEnvironment(epmdPort) };
  const output = openSync(join(home.directory, 'output.log'), 'w', 0o600);
  const start = (file: string, args: readonly string[], own: NodeJS.ProcessEnv): number =>
    pidOf(
      spawn(file, args, { cwd: home.directory, env: own, detached: true, stdio: ['ignore', output, output] }),
      file,
    );
  const epmdPid = start(epmd, ['-port', `${epmdPort}`, '-address', '127.0.0.1'], env);
  const pid = start(server, signOf(home).split(' '), { ...env, ...nodeEnvironment(home, port, distributionPort) });
  closeSync(output);
  const node = { pid, port, epmdPid, epmdPort };
  keepState(home, node);
  return node;
}

function pidOf(child: ChildProcess, file: string): number {
  // What could not be started is told by its missing pid; the event alone would end this process.
  child.on('error', () => undefined).unref();
  if (child.pid === undefined) throw new LocalServiceError(`${file} cannot be run`);
  return child.pid;
}

/** Writes the node's settings and answers the environment that makes it use them and nothing of the machine's own. */
function nodeEnvironment(home: Home, port: number, distributionPort: number): NodeJS.ProcessEnv {
  const { directory, password, settings, plugins } = home;
  const write = (file: string, text: string): string => {
    const path = join(directory, file);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    HOME: directory,
    LANG: 'C.UTF-8',
    RABBITMQ_NODENAME: NODE_NAME,
    RABBITMQ_DIST_PORT: `${distributionPort}`,
    RABBITMQ_CONF_ENV_FILE: write('rabbitmq-env.conf', ''),
    RABBITMQ_CONFIG_FILE: write('rabbitmq.conf', nodeSettings(port, USER, password, settings)),
    RABBITMQ_ADVANCED_CONFIG_FILE: write('advanced.config', '[].\n'),
    RABBITMQ_ENABLED_PLUGINS_FILE: write('enabled_plugins', `[${plugins.join(',')}].\n`),
    RABBITMQ_GENERATED_CONFIG_DIR: join(directory, 'generated'),
    RABBITMQ_MNESIA_BASE: dataOf(home),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    // Together these make the script become the server itself, so that the process we started is the one to signal.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-noinput ${ERLANG_FLAGS}`,
  };
}

/** The distribution's port on the loopback interface only; two schedulers that do not spin while they have no work. */
const ERLANG_FLAGS = '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none';

function epmdEnvironment(port: number): NodeJS.ProcessEnv {
  return { ERL_EPMD_PORT: `${port}`, ERL_EPMD_ADDRESS: '127.0.0.1' };
}

/** `rabbitmq.conf`: one listener, one user, limits that leave the machine to the tests, and what is asked beside. */
export function nodeSettings(port: number, user: string, password: string, more: Settings = {}): string {
  const settings = {
    'listeners.tcp.local': `127.0.0.1:${port}`,
    default_user: user,
    default_pass: password,
    'vm_memory_high_watermark.absolute': '512MB',
    'disk_free_limit.absolute': '200MB',
    // The write-ahead log of quorum queues is held in memory too; its usual 512 MB would reach the limit above.
    'raft.wal_max_size_bytes': '64000000',
    'log.console': 'false',
    'log.file.level': 'info',
    'log.file.rotation.size': '10485760',
    'log.file.rotation.count': '2',
    ...more,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** False when the node ended, or did not answer within the time. */
async function letsUsIn(home: Home, node: Node, within: number): Promise<boolean> {
  const url = urlOf(home, node.port);
  const answer = await knockUntilAnswered({
    pid: node.pid,
    sign: signOf(home),
    knock: () => home.knock(url),
    within,
  });
  if (answer !== 'refused') return answer === 'in';
  await end(home, node);
  throw new LocalServiceError(`the password in ${home.directory} does not open its data: remove the folder`);
}

/** Ends the node, then its port mapper, which would otherwise stay for ever. */
async function end(home: Home, node: Node, ask: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  await endProcess({ pid: node.pid, sign: signOf(home), ask, force: 'SIGKILL', patience: 60_000 });
  const sign = `-port ${node.epmdPort} `;
  await endProcess({ pid: node.epmdPid, sign, ask: 'SIGTERM', force: 'SIGKILL', patience: 5_000 });
  rmSync(stateFile(home), { force: true });
}

/** A flag of no meaning to Erlang: the command line has it from the first script to the running server. */
function signOf({ directory }: Home): string {
  return `-folder ${shortHash(directory)}`;
}

/** Written beside and moved into place: a start killed in the middle of it leaves nothing that cannot be read. */
function keepState(home: Home, node: Node): void {
  const unfinished = `${stateFile(home)}.unfinished`;
  writeFileSync(unfinished, JSON.stringify(node));
  renameSync(unfinished, stateFile(home));
}

function dataOf({ directory }: Home): string {
  return join(directory, 'data');
}

function stateFile({ directory }: Home): string {
  return join(directory, 'node.json');
}

function urlOf({ password }: Home, port: number): string {
  return `amqp://${USER}:${password}@127.0.0.1:${port}`;
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../libs/testing/src/free-port.ts';

export const SERVICES = ['auth', 'audit', 'fivaldi-connector', 'severa-connector', 'gateway'] as const;
export type Service = (typeof SERVICES)[number];

/** One service as a process of its own, ready to work. */
export interface ServiceProcess {
  readonly service: Service;
  readonly pid: number;
  /** `http://…` of health and metrics. */
  readonly operationsUrl: string;
  readonly logFile: string;
  /** Resolves with the exit code, or the signal's name, once it has ended. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

export interface ServiceOptions {
  readonly checkout: string;
  readonly logs: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A small nursery: what a document leaves behind is collected soon, instead of growing the process by 100 MB first. It
 * costs no measurable time.
 */
export const NODE_FLAGS = ['--enable-source-maps', '--max-old-space-size=192', '--max-semi-space-size=8'];

/**
 * From so many bytes on, what is freed is given back at once, which costs no measurable time. glibc would keep the 19 MB
 * of each password it has hashed, four times over, and the places of a document's chunks.
 */
export const MEMORY = { MALLOC_MMAP_THRESHOLD_: '131072' };

/** Longer than this a healthy service never takes to begin, even on a busy machine. */
const START_LIMIT = 60_000;

/** As much of a log as says why a service did not come up. */
const LAST_LINES = 25;

/** A service ended at its start, or took too long; with the last lines that it wrote. */
export class ServiceNotReady extends Error {
  /** It gave up by itself; nobody stopped it. */
  readonly failed: boolean;

  constructor(service: Service, over: number | string, logFile: string) {
    const last = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n  ');
    super(`${service} did not become ready (${over}). Its log, ${logFile}, ends with:\n  ${last}`);
    this.name = 'ServiceNotReady';
    this.failed = typeof over === 'number' && over > 0;
  }
}

/**
 * Starts one service from `dist/` and waits until it says it is ready.
 *
 * It holds on to us by an IPC channel: if we are killed, it stops by itself.
 */
export async function startService(service: Service, { checkout, logs, env }: ServiceOptions): Promise<ServiceProcess> {
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, `${service}.log`);
  const operationsPort = await freePort();
  const child = fork(join(checkout, 'dist', 'apps', service, 'src', 'main.js'), {
    cwd: checkout,
    env: { PATH: process.env['PATH'] ?? '', ...MEMORY, ...env, OPERATIONS_PORT: String(operationsPort) },
    execArgv: NODE_FLAGS,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1)),
  );
  const closed = once(child, 'close').then(() => new Promise<void>((resolve) => log.end(resolve)));
  const operationsUrl = `http://127.0.0.1:${operationsPort}`;
  const over = await untilReady(child, ended, operationsUrl);
  if (over !== undefined) {
    await closed;
    throw new ServiceNotReady(service, over, logFile);
  }
  return { service, pid: child.pid ?? 0, operationsUrl, logFile, ended, kill: (signal) => void child.kill(signal) };
}

/** Resolves with nothing when it is ready, else with what it ended by. */
async function untilReady(
  child: ChildProcess,
  ended: Promise<number | string>,
  operationsUrl: string,
): Promise<number | string | undefined> {
  let over: number | string | undefined;
  void ended.then((code) => (over = code));
  const deadline = Date.now() + START_LIMIT;
  while (over === undefined && Date.now() < deadline) {
    const ready = await fetch(`${operationsUrl}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  return over ?? 'too slow';
}

/** Asks services to stop, in the order given, and waits for each; one that does not within its time is killed. */
export async function stopServices(processes: readonly ServiceProcess[], limit = 45_000): Promise<void> {
  await Promise.all(
    processes.map(async (one) => {
      one.kill('SIGTERM');
      const late = setTimeout(() => one.kill('SIGKILL'), limit);
      await one.ended;
      clearTimeout(late);
    }),
  );
}

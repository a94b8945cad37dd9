import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { until } from '../../libs/testing/src/until.ts';
import { LocalServiceError } from './local-service.ts';

const execute = promisify(execFile);

/** What a program is run with. A `uid` needs root. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs a program to its end and answers what it printed; a failure carries the end of what it complained about. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { ...options, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (cause) {
    const complaint = lastLines((cause as { stderr?: string }).stderr ?? '', 5) || String(cause);
    throw new LocalServiceError(`${program} failed: ${complaint}`, { cause });
  }
}

/** The last `count` lines that say something. */
export function lastLines(text: string, count: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}

/**
 * The command line of a running process, its words parted by spaces; `undefined` when no such process runs.
 *
 * It tells a server of ours from a stranger that was given the same number later. A process that has ended but was
 * not yet collected by its parent has no command line, and does not run.
 */
export function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' }).stdout.trim() || undefined;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process runs and its command line mentions `sign`, such as its own data folder. */
export function runsWith(pid: number, sign: string): boolean {
  return commandOf(pid)?.includes(sign) === true;
}

/** Who to end and how. */
export interface Ending {
  readonly pid: number;
  /** As for {@link runsWith}: a stranger is never signalled. */
  readonly sign: string;
  /** The polite signal, which lets it finish. */
  readonly ask: NodeJS.Signals;
  /** The signal after `patience` milliseconds. */
  readonly force: NodeJS.Signals;
  readonly patience: number;
}

/** Ends a process and waits until it is gone. Nothing happens when it is gone already. */
export async function endProcess({ pid, sign, ask, force, patience }: Ending): Promise<void> {
  const gone = () => !runsWith(pid, sign);
  if (gone()) return;
  signal(pid, ask);
  try {
    await until(gone, { within: patience, what: `process ${pid} to end` });
  } catch {
    signal(pid, force);
    await until(gone, { what: `process ${pid} to end by force` });
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

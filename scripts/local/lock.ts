import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LocalServiceError } from './local-service.ts';
import { commandOf } from './process.ts';

/** What a lock file says of its owner. */
interface Owner {
  readonly pid: number;
  readonly command: string;
}

/** The folder is in use by a start that is still alive. */
export class AlreadyRunning extends LocalServiceError {
  readonly pid: number;

  constructor(pid: number) {
    super(`already running with pid ${pid}: stop that one first, or use what it started`);
    this.pid = pid;
  }
}

/**
 * Takes the lock `file` for this process and answers with what gives it back; throws {@link AlreadyRunning} while its
 * owner lives. A lock left by a process that was killed, or whose number now belongs to another program, is taken over.
 */
export function takeLock(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  while (!created(file)) {
    const owner = ownerOf(file);
    if (owner !== undefined && owner.pid !== process.pid && commandOf(owner.pid) === owner.command) {
      throw new AlreadyRunning(owner.pid);
    }
    rmSync(file, { force: true });
  }
  return () => rmSync(file, { force: true });
}

function created(file: string): boolean {
  try {
    const owner: Owner = { pid: process.pid, command: commandOf(process.pid) ?? '' };
    writeFileSync(file, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined for what no owner wrote to its end. */
function ownerOf(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

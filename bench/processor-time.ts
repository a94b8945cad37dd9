import { readFileSync } from 'node:fs';

/** Clock ticks a second, in which the kernel counts: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Processes by what they are to the reader. */
export type Watched = Readonly<Record<string, () => readonly number[]>>;

/**
 * Counts what processors do for these processes from now until the answer is called for, in seconds. Children that end
 * in between are counted with their parent.
 */
export function watchProcessors(watched: Watched): () => Record<string, number> {
  const taken = () =>
    Object.fromEntries(
      Object.entries(watched).map(([name, pids]) => [name, pids().reduce((sum, pid) => sum + ticksOf(pid), 0)]),
    );
  const before = taken();
  return () =>
    Object.fromEntries(Object.entries(taken()).map(([name, ticks]) => [name, (ticks - (before[name] ?? 0)) / TICKS]));
}

/** The children of a process that run this; `''`: all of them. */
export function childrenOf(pid: number, program = ''): readonly number[] {
  const listed = told(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return listed.filter((child) => told(child, 'cmdline').includes(program));
}

export const parentOf = (pid: number): number => Number(fieldsOf(pid)[1]);

/** Its own and that of its children that have ended. */
const ticksOf = (pid: number): number =>
  fieldsOf(pid)
    .slice(11, 15)
    .reduce((sum, field) => sum + Number(field), 0);

/** Those after the name of the program, which may hold anything. */
function fieldsOf(pid: number): readonly string[] {
  const line = told(pid, 'stat');
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}

/** What the kernel tells of a process; nothing of one that has just ended: its parent tells of that. */
function told(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import type { FaultKind } from './netvisor-faults.js';
import type { Category } from './outcome.js';

/** A call that was to change something, or that came while another of its company was not answered. */
export interface JournalEntry {
  /** Counted from 1 since the sandbox started. */
  readonly seq: number;
  readonly at: string;
  readonly organisation: string;
  readonly resource: string;
  /** `add`, `edit`, `replace`, `increment`; of a call that was refused, the query's `method`; null in a GET. */
  readonly method: string | null;
  /** The NetvisorKey of what was changed; null where the resource tells none. */
  readonly key: string | null;
  /** What the caller calls it: a code, a number, an employee and a day. */
  readonly reference: string | null;
  readonly applied: boolean;
  readonly overlap: boolean;
  /** Why it was refused; null when it was not. */
  readonly refused: Category | null;
  readonly fault: FaultKind | null;
}

/** In memory, and in a file of JSON Lines if one is named. A line is there before the answer is sent. */
export class NetvisorJournal {
  private lines: JournalEntry[] = [];
  private readonly descriptor: number | null;
  private seq = 0;
  private isClosed = false;

  constructor(file: string | undefined) {
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
    this.descriptor = file === undefined ? null : openSync(file, 'a');
  }

  append(entry: Omit<JournalEntry, 'seq'>): void {
    // The number of a closed file may already be another file's.
    if (this.isClosed) throw new Error('The journal is closed.');
    this.seq += 1;
    const line = { seq: this.seq, ...entry };
    this.lines.push(line);
    if (this.descriptor !== null) writeSync(this.descriptor, `${JSON.stringify(line)}\n`);
  }

  entries(): readonly JournalEntry[] {
    return this.lines;
  }

  /** What was until now is forgotten; the file keeps it. */
  clear(): void {
    this.lines = [];
  }

  close(): void {
    this.isClosed = true;
    if (this.descriptor !== null) closeSync(this.descriptor);
  }
}

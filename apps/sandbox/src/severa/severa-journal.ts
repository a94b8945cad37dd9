import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Change } from './outcome.js';
import type { FaultKind } from './severa-faults.js';

/** A call that changed something here. */
export interface JournalEntry {
  /** Counted from 1 since the sandbox started. */
  readonly seq: number;
  readonly at: string;
  readonly organisation: string;
  readonly clientId: string;
  readonly method: string;
  readonly path: string;
  /** Hex SHA-256 of the body's JSON with its keys sorted. */
  readonly sha256: string | null;
  readonly changes: readonly Change[];
  /** How many times the same body was applied at the same path, with this one: more than 1 is a repetition. */
  readonly times: number;
  /** What was answered; null when the connection was cut. */
  readonly status: number | null;
  readonly fault: FaultKind | null;
}

/** In memory, and in a file of JSON Lines if one is named. A line is there before the answer is sent. */
export class SeveraJournal {
  private lines: JournalEntry[] = [];
  private readonly repeated = new Map<string, number>();
  private readonly descriptor: number | null;
  private seq = 0;
  private isClosed = false;

  constructor(file: string | undefined) {
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
    this.descriptor = file === undefined ? null : openSync(file, 'a');
  }

  append(entry: Omit<JournalEntry, 'seq' | 'times'>): void {
    // The number of a closed file may already be another file's.
    if (this.isClosed) throw new Error('The journal is closed.');
    const same = [entry.organisation, entry.method, entry.path, entry.sha256].join(' ');
    const times = (this.repeated.get(same) ?? 0) + 1;
    this.repeated.set(same, times);
    this.seq += 1;
    const line = { seq: this.seq, ...entry, times };
    this.lines.push(line);
    if (this.descriptor !== null) writeSync(this.descriptor, `${JSON.stringify(line)}\n`);
  }

  entries(): readonly JournalEntry[] {
    return this.lines;
  }

  /** What was until now is forgotten, repetitions too; the file keeps it. */
  clear(): void {
    this.lines = [];
    this.repeated.clear();
  }

  close(): void {
    this.isClosed = true;
    if (this.descriptor !== null) closeSync(this.descriptor);
  }
}

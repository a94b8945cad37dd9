import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import type { FaultKind } from './faults.js';
import type { AppliedRecord } from './wire.js';

/** One signed call, as one line of the journal. */
export interface JournalEntry {
  /** Counted from 1 since the sandbox started. */
  readonly seq: number;
  /** When the call had come in whole, and when it was decided; ISO 8601. */
  readonly began: string;
  readonly at: string;
  readonly partner: string;
  readonly cuid: string | null;
  readonly method: string;
  /** With its query, as it came. */
  readonly path: string;
  /** Hex SHA-256 of the body: of JSON with its keys sorted, of anything else as it came. Null without a body. */
  readonly sha256: string | null;
  /** Whether anything changed here. Only then are there records. */
  readonly applied: boolean;
  readonly records: readonly AppliedRecord[];
  /** The status that was sent; null when the connection was cut instead. */
  readonly status: number | null;
  /** The fault that this call was given, if any. */
  readonly fault: FaultKind | null;
}

/** An append-only file of JSON Lines. A line is in the file before the answer is sent. */
export class Journal {
  private readonly descriptor: number;
  private seq = 0;
  private closed = false;

  constructor(readonly file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.descriptor = openSync(file, 'a');
  }

  append(entry: Omit<JournalEntry, 'seq'>): void {
    // The number of a closed file may already be another file's.
    if (this.closed) throw new Error('The journal is closed.');
    this.seq += 1;
    writeSync(this.descriptor, `${JSON.stringify({ seq: this.seq, ...entry })}\n`);
  }

  entries(): JournalEntry[] {
    const lines = readFileSync(this.file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalEntry);
  }

  close(): void {
    this.closed = true;
    closeSync(this.descriptor);
  }
}

/** Equal for bodies that say the same, however their keys are ordered and spaced. */
export function digestOf(body: Buffer, parsed: unknown): string | null {
  if (body.length === 0) return null;
  const text = parsed === undefined ? body : JSON.stringify(sorted(parsed));
  return createHash('sha256').update(text).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, it]) => [name, sorted(it)]));
}

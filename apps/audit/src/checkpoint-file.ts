import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import { type Checkpoint, checkpointLine, readCheckpointLine } from './checkpoint.js';

/** Where checkpoints are told to the outside of the database: whoever may write the one should not write the other. */
export interface CheckpointOutlet {
  /** Resolves once they are there for good. */
  append(checkpoints: readonly Checkpoint[]): Promise<void>;
  /** Those of one chain, as they were told. */
  of(chain: string): AsyncIterable<Checkpoint>;
  /** How far each chain's go, of those that are believed. */
  ends(believed: (one: Checkpoint) => boolean): Promise<ReadonlyMap<string, number>>;
}

/**
 * An append-only file of JSON lines, on another disk, a mounted share or a write-once store.
 *
 * A line that was cut off by a crash is passed over when it is read; the next append begins a line of its own.
 */
export class CheckpointFile implements CheckpointOutlet {
  constructor(private readonly path: string) {}

  async append(checkpoints: readonly Checkpoint[]): Promise<void> {
    if (checkpoints.length === 0) return;
    const file = await open(this.path, 'a+', 0o640);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      const cutOff = size > 0 && buffer[0] !== 0x0a;
      await file.appendFile((cutOff ? '\n' : '') + checkpoints.map(checkpointLine).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async *of(chain: string): AsyncGenerator<Checkpoint> {
    for await (const one of this.#all()) if (one.environmentId === chain) yield one;
  }

  async ends(believed: (one: Checkpoint) => boolean): Promise<ReadonlyMap<string, number>> {
    const ends = new Map<string, number>();
    for await (const one of this.#all()) {
      const { environmentId, sequence } = one;
      if (sequence > (ends.get(environmentId) ?? 0) && believed(one)) ends.set(environmentId, sequence);
    }
    return ends;
  }

  async *#all(): AsyncGenerator<Checkpoint> {
    const stream = createReadStream(this.path, 'utf8');
    try {
      for await (const given of createInterface({ input: stream, crlfDelay: Infinity })) {
        const read = readCheckpointLine(given);
        if (read) yield read;
      }
    } catch (error) {
      // Before the first checkpoint there is no file.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

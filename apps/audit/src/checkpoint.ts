import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { CHECKPOINT_FAULTS } from '#lib/contracts';

import { canonicalJson } from './canonical-json.js';
import type { ChainHead, FoundFault } from './chain.js';
import type { SigningKey, TrustedKeys } from './signing-key.js';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);

const statement = z.object({
  version: z.literal(1),
  environmentId: z.uuid(),
  sequence: z.int().positive(),
  /** Of the entry at `sequence`. */
  hash: hex32,
  at: z.string(),
  /** SHA-256 of the text of this chain's checkpoint before; zeros before the first. */
  previous: hex32,
  keyId: z.string(),
});
export type CheckpointStatement = z.output<typeof statement>;

/** "At this time this chain ended here", signed. */
export interface Checkpoint extends CheckpointStatement {
  /** The very text that is signed: canonical JSON of the statement. */
  readonly text: string;
  readonly signature: Buffer;
}

export const NO_CHECKPOINT = '0'.repeat(64);

/** What the next checkpoint of the chain calls `previous`. */
export const linkOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export function signCheckpoint(
  key: SigningKey,
  { environmentId, head, at, previous }: { environmentId: string; head: ChainHead; at: string; previous: string },
): Checkpoint {
  const { sequence } = head;
  const hash = head.hash.toString('hex');
  const said: CheckpointStatement = { version: 1, environmentId, sequence, hash, at, previous, keyId: key.public.id };
  const text = canonicalJson(said);
  return { ...said, text, signature: key.sign(text) };
}

/** A checkpoint as it is kept: its text says everything. `undefined` when it does not read as one. */
export function readCheckpoint(text: string, signature: Buffer): Checkpoint | undefined {
  try {
    return { ...statement.parse(JSON.parse(text)), text, signature };
  } catch {
    return undefined;
  }
}

const line = z.object({ text: z.string(), signature: z.base64() });

/** One line of the file outside, and of an export: text and signature, so that both can be checked as they are. */
export const checkpointLine = ({ text, signature }: Checkpoint): string =>
  `${canonicalJson({ text, signature: signature.toString('base64') })}\n`;

/** `undefined` for a line that was cut off, or is something else. */
export function readCheckpointLine(given: string): Checkpoint | undefined {
  try {
    const { text, signature } = line.parse(JSON.parse(given));
    return readCheckpoint(text, Buffer.from(signature, 'base64'));
  } catch {
    return undefined;
  }
}

/** A row of the log's own table; `sequence` is what the row is found by. */
export interface KeptCheckpoint {
  readonly sequence: number;
  readonly text: string;
  readonly signature: Buffer;
}

export interface CheckpointVerdict {
  /** Ends that a trusted key has signed for, in their order, from either place. */
  readonly anchors: readonly ChainHead[];
  readonly firstFault: FoundFault<(typeof CHECKPOINT_FAULTS)[number]> | null;
}

/**
 * Judges one chain's checkpoints: those kept beside the log, and those told to the outside.
 *
 *   kept                                                       | told outside | fault at its sequence
 *   -----------------------------------------------------------+--------------+----------------------
 *   signed by no trusted key, another chain's, or not readable | any          | checkpoint-altered
 *   signed, but its `previous` is not the one before it        | any          | checkpoint-missing
 *   not there                                                  | signed       | checkpoint-missing
 *   signed                                                     | not there    | none: it is told by the next process
 *
 * A line outside that nobody trusted has signed says nothing, since anybody may write one.
 */
export function judgeCheckpoints(
  chain: string,
  kept: readonly KeptCheckpoint[],
  outside: readonly Checkpoint[],
  trusted: TrustedKeys,
): CheckpointVerdict {
  const isOurs = (one: Checkpoint | undefined): one is Checkpoint =>
    one?.environmentId === chain && trusted.vouchFor(one.keyId, one.text, one.signature);

  const faults: FoundFault<(typeof CHECKPOINT_FAULTS)[number]>[] = [];
  const good = new Map<string, Checkpoint>();
  let previous = NO_CHECKPOINT;
  for (const { sequence, text, signature } of kept) {
    const read = readCheckpoint(text, signature);
    if (!isOurs(read) || read.sequence !== sequence) faults.push({ sequence, what: 'checkpoint-altered' });
    else {
      if (read.previous !== previous) faults.push({ sequence, what: 'checkpoint-missing' });
      good.set(text, read);
    }
    previous = linkOf(text);
  }
  for (const told of outside.filter(isOurs)) {
    if (!good.has(told.text)) faults.push({ sequence: told.sequence, what: 'checkpoint-missing' });
    good.set(told.text, told);
  }
  const anchors = [...good.values()]
    .sort((a, b) => a.sequence - b.sequence)
    .map(({ sequence, hash }) => ({ sequence, hash: Buffer.from(hash, 'hex') }));
  const firstFault = faults.reduce<(typeof faults)[number] | null>(
    (first, one) => (first === null || one.sequence < first.sequence ? one : first),
    null,
  );
  return { anchors, firstFault };
}

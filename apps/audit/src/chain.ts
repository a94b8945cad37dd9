import { createHash } from 'node:crypto';

import type { Entry, StoredEntry } from './entry.js';

/** What the first entry of a chain is hashed over. */
export const FIRST_LINK = Buffer.alloc(32);

/** Where a chain ends, kept apart from its entries so that a cut tail shows. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: Buffer;
}

export const EMPTY_CHAIN: ChainHead = { sequence: 0, hash: FIRST_LINK };

export type ChainFault = 'altered' | 'missing' | 'reordered' | 'cut';

export interface VerifyResult {
  /** How many entries are whole, counted from the first: all of them, or those before the fault. */
  readonly entries: number;
  readonly whole: boolean;
  readonly firstFault: { readonly sequence: number; readonly what: ChainFault } | null;
}

/**
 * JSON text that is the same for equal values, as in RFC 8785: members sorted by
 * UTF-16 code unit, no white space, numbers and strings as `JSON.stringify`
 * writes them, members that are `undefined` left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);

  const members = value as Readonly<Record<string, unknown>>;
  const written = Object.keys(members)
    .filter((name) => members[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(members[name])}`);
  return `{${written.join(',')}}`;
}

/**
 * The text of an entry that is hashed: the canonical JSON of all its fields but
 * those that are `null`. Leaving these out lets a field be added one day without
 * changing the hash of a single older entry.
 */
export function canonicalEntry(entry: Entry): string {
  return canonicalJson(Object.fromEntries(Object.entries(entry).filter(([, field]) => field !== null)));
}

/** SHA-256 over the previous entry's hash (32 zero bytes before the first) followed by the entry's canonical text. */
export function entryHash(previous: Buffer | null, entry: Entry): Buffer {
  return createHash('sha256')
    .update(previous ?? FIRST_LINK)
    .update(canonicalEntry(entry), 'utf8')
    .digest();
}

/**
 * Walks a chain from its first entry and names the first place where it is not whole.
 *
 *   at place n stands                     | in the rest stands   | fault at n
 *   --------------------------------------+----------------------+-----------
 *   an entry whose hash is not the one    | what belongs at n    | reordered
 *     over entry n − 1 and its own text   | –                    | altered
 *   nothing, but entries follow           | what belongs at n    | reordered
 *                                         | –                    | missing
 *   nothing, and the head says more       | nothing              | cut
 *   an entry that the head knows nothing of                      | altered
 *
 * A last entry that fits its predecessor but not the head's hash is `altered`.
 * Not seen: a chain rewritten from some place to its end, together with its
 * head. Against that, a head must be kept where the database's owner cannot write.
 *
 * Holds one entry at a time, whatever the length.
 */
export async function verifyChain(entries: AsyncIterable<StoredEntry>, head: ChainHead): Promise<VerifyResult> {
  let last = EMPTY_CHAIN;
  let suspicion: 'altered' | 'missing' | null = null;

  for await (const { entry, hash } of entries) {
    const place = last.sequence + 1;
    const belongsHere = entryHash(last.hash, { ...entry, sequence: place }).equals(hash);
    const standsHere = entry.sequence === place;

    if (suspicion === null && belongsHere && standsHere && place <= head.sequence) {
      last = { sequence: place, hash };
      continue;
    }
    if (belongsHere && (suspicion !== null || !standsHere)) return faultAfter(last, 'reordered');
    suspicion ??= standsHere ? 'altered' : 'missing';
  }

  if (suspicion !== null) return faultAfter(last, suspicion);
  if (last.sequence < head.sequence) return faultAfter(last, 'cut');
  if (!last.hash.equals(head.hash)) return faultAfter({ ...last, sequence: last.sequence - 1 }, 'altered');
  return { entries: last.sequence, whole: true, firstFault: null };
}

function faultAfter(last: ChainHead, what: ChainFault): VerifyResult {
  return { entries: last.sequence, whole: false, firstFault: { sequence: last.sequence + 1, what } };
}

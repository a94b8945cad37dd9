import { createHash } from 'node:crypto';

import type { CHAIN_FAULTS } from '#lib/contracts';

import { canonicalJson, withoutNulls } from './canonical-json.js';
import type { Entry, StoredEntry } from './entry.js';
import { expiryOf } from './retention.js';
import { isRedacted, SEALED_PARTS, sealHolds, type Seals } from './seal.js';

/** What the first entry of a chain is hashed over. */
export const FIRST_LINK = Buffer.alloc(32);

/** Where a chain ends, or once ended: kept apart from its entries so that a cut tail shows. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: Buffer;
}

export const EMPTY_CHAIN: ChainHead = { sequence: 0, hash: FIRST_LINK };

export type ChainFault = (typeof CHAIN_FAULTS)[number];

/** The first place that is not whole; `through` when it lies somewhere from `sequence` to there. */
export interface FoundFault<Fault> {
  readonly sequence: number;
  readonly what: Fault;
  readonly through?: number;
}

export interface ChainVerdict {
  /** How many entries are whole, counted from the first: all of them, or those before the fault. */
  readonly entries: number;
  readonly whole: boolean;
  readonly firstFault: FoundFault<ChainFault> | null;
  /** Entries among these of which a part has been removed after its time. */
  readonly redacted: number;
}

/**
 * The text of an entry that is hashed: the canonical JSON of its fields but those that are `null`.
 *
 *   version | holds
 *   --------+-------------------------------------------------------------------------------------
 *   1       | every field, address and details too: nothing of it can ever be removed
 *   2       | the seals of address and details in their place, in hexadecimal, and `"version":2`
 */
export function canonicalEntry(entry: Entry, seals: Seals | null): string {
  if (seals === null) return canonicalJson(withoutNulls(entry));
  const { address: _address, details: _details, ...open } = entry;
  const addressSeal = seals.address?.hash.toString('hex') ?? null;
  const detailsSeal = seals.details?.hash.toString('hex') ?? null;
  return canonicalJson(withoutNulls({ ...open, addressSeal, detailsSeal, version: 2 }));
}

/** SHA-256 over the previous entry's hash (32 zero bytes before the first) followed by the entry's canonical text. */
export function entryHash(previous: Buffer | null, entry: Entry, seals: Seals | null): Buffer {
  return createHash('sha256')
    .update(previous ?? FIRST_LINK)
    .update(canonicalEntry(entry, seals), 'utf8')
    .digest();
}

export interface ChainExpectation {
  readonly head: ChainHead;
  /** Ends that the chain once had and that somebody has signed for, in their order. */
  readonly anchors?: readonly ChainHead[];
  /** Judges whether what was removed had come to its time. */
  readonly now: Date;
}

/**
 * Walks a chain from its first entry and names the first place where it is not whole.
 *
 *   at place n stands                     | in the rest stands   | fault at n
 *   --------------------------------------+----------------------+-----------
 *   an entry whose hash is not the one    | what belongs at n    | reordered
 *     over entry n − 1 and its own text   | –                    | altered
 *   an entry whose address or details are not those sealed,      | altered
 *     or are gone before their time                              |
 *   nothing, but entries follow           | what belongs at n    | reordered
 *                                         | –                    | missing
 *   nothing, and head or anchor says more | nothing              | cut
 *   an entry that the head knows nothing of                      | altered
 *
 * A last entry that fits its predecessor but not the head's hash is `altered`. So is an entry that fits its
 * predecessor but not an anchor: the chain was written anew from somewhere after the anchor before. Not seen: a chain
 * rewritten, together with its head, after the last anchor.
 *
 * Holds one entry at a time, whatever the length.
 */
export async function verifyChain(
  entries: AsyncIterable<StoredEntry>,
  { head, anchors = [], now }: ChainExpectation,
): Promise<ChainVerdict> {
  let last = EMPTY_CHAIN;
  let borneOut = 0;
  let nextAnchor = 0;
  let redacted = 0;
  let suspicion: 'altered' | 'missing' | null = null;
  const fault = (what: ChainFault, place = last.sequence + 1, through?: number): ChainVerdict => ({
    entries: place - 1,
    whole: false,
    firstFault: { sequence: place, what, ...(through !== undefined && through > place && { through }) },
    redacted,
  });

  for await (const { entry, hash, seals } of entries) {
    const place = last.sequence + 1;
    const belongsHere = entryHash(last.hash, { ...entry, sequence: place }, seals).equals(hash);
    const standsHere = entry.sequence === place;

    if (suspicion === null && belongsHere && standsHere && place <= head.sequence && sealsHold(entry, seals, now)) {
      last = { sequence: place, hash };
      if (isRedacted(seals)) redacted += 1;
      for (; anchors[nextAnchor]?.sequence === place; nextAnchor += 1) {
        if (!anchors[nextAnchor]?.hash.equals(hash)) return fault('altered', borneOut + 1, place);
        borneOut = place;
      }
      continue;
    }
    if (belongsHere && (suspicion !== null || !standsHere)) return fault('reordered');
    suspicion ??= standsHere ? 'altered' : 'missing';
  }

  if (suspicion !== null) return fault(suspicion);
  if (last.sequence < Math.max(head.sequence, anchors.at(-1)?.sequence ?? 0)) return fault('cut');
  if (!last.hash.equals(head.hash)) return fault('altered', last.sequence);
  return { entries: last.sequence, whole: true, firstFault: null, redacted };
}

const sealsHold = (entry: Entry, seals: Seals | null, now: Date): boolean =>
  seals === null || SEALED_PARTS.every((part) => sealHolds(seals[part], entry[part], expiryOf(part, entry) <= now));

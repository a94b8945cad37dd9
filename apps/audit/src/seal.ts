import { createHash, randomBytes } from 'node:crypto';

import { canonicalJson } from './canonical-json.js';

/** The parts of an entry that may be personal, and may go before the entry does. */
export const SEALED_PARTS = ['address', 'details'] as const;
export type SealedPart = (typeof SEALED_PARTS)[number];

/**
 * What the chain holds instead of a part: SHA-256 over salt ‖ canonical JSON of the part.
 *
 * The salt goes with the part. Without it, an address behind a hash could be found by trying the four thousand million
 * that there are.
 */
export interface Seal {
  /** 16 random bytes; `null` once the part is removed. */
  readonly salt: Buffer | null;
  /** 32 bytes. */
  readonly hash: Buffer;
}

/** One seal for each part that an entry has; a part that holds nothing has none. */
export type Seals = Readonly<Record<SealedPart, Seal | null>>;

/** An address, or details. */
type Part = string | null | Readonly<Record<string, unknown>>;

const isEmpty = (part: Part): boolean => part === null || (typeof part === 'object' && Object.keys(part).length === 0);

const sealHash = (salt: Buffer, part: Part): Buffer =>
  createHash('sha256').update(salt).update(canonicalJson(part), 'utf8').digest();

export function sealsOf(entry: Readonly<Record<SealedPart, Part>>): Seals {
  const seal = (part: Part): Seal | null => {
    if (isEmpty(part)) return null;
    const salt = randomBytes(16);
    return { salt, hash: sealHash(salt, part) };
  };
  return { address: seal(entry.address), details: seal(entry.details) };
}

/**
 * Whether a part is the one that was sealed.
 *
 *   seal        | part   | holds
 *   ------------+--------+----------------------------------------
 *   none        | empty  | yes
 *   none        | given  | no: it was added
 *   with salt   | any    | if it is what was sealed
 *   without     | empty  | if `mayBeGone`: removed after its time
 *   without     | given  | no
 */
export function sealHolds(seal: Seal | null, part: Part, mayBeGone: boolean): boolean {
  if (seal === null) return isEmpty(part);
  if (seal.salt === null) return isEmpty(part) && mayBeGone;
  return sealHash(seal.salt, part).equals(seal.hash);
}

/** Whether a part has been removed. */
export const isRedacted = (seals: Seals | null): boolean =>
  seals !== null && SEALED_PARTS.some((part) => seals[part] !== null && seals[part].salt === null);

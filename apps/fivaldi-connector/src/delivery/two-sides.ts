import { type Part, sameValue, type Value } from './content.js';

/** One value that both sides have changed since they were the same. */
export interface Difference {
  /** Fivaldi's name of the field. */
  readonly field: string;
  readonly ours: Value;
  readonly theirs: Value;
}

/** What became of a record on both sides. */
export interface TwoSides {
  /** Changed in Fivaldi alone: ours to take over. */
  readonly pulled: Part;
  /** Changed on both sides, and differently: a person's to decide. */
  readonly conflicts: readonly Difference[];
}

/** A record on both sides, now and when they were the same. */
export interface Sides {
  /** What ours was then. */
  readonly base: Part;
  /** What Fivaldi's was then, where that was seen apart: it fills in much itself. */
  readonly seen?: Part;
  readonly theirs: Part;
  readonly ours: Part;
}

/**
 * Compares both sides with what they were, value by value:
 *
 *   Fivaldi's is        | ours is            | so it is
 *   --------------------+--------------------+----------------------------------------------------
 *   as it was           | any                | ours: what differs is sent
 *   changed             | as it was          | pulled
 *   changed             | the same by now    | done
 *   changed             | changed otherwise  | a conflict: neither is overwritten
 */
export function compareSides({ base, seen = base, theirs, ours }: Sides, names: readonly string[]): TwoSides {
  const changed = names.filter((name) => !sameValue(seen[name], theirs[name]) && !sameValue(theirs[name], ours[name]));
  const pulled = changed.filter((name) => sameValue(base[name], ours[name]));
  return {
    pulled: Object.fromEntries(pulled.map((name) => [name, theirs[name] ?? null])),
    conflicts: changed
      .filter((name) => !pulled.includes(name))
      .map((field) => ({ field, ours: ours[field] ?? null, theirs: theirs[field] ?? null })),
  };
}

import { filled, flat, isEmpty, type Known, type Part, unflat } from './content.js';
import type { Courier } from './courier.js';
import { readingOf, type Situation } from './plan.js';
import { changeTimeOf } from './said.js';
import { sidesOf } from './take-over.js';
import type { TwoSides } from './two-sides.js';

/** What became of a record on both sides since they were the same. */
export interface BothSides extends TwoSides {
  /** What we know once it is taken over. */
  readonly known: Known;
  /** What we know while a person has not decided: of what is not shown to them, what it was. */
  readonly standing: Known;
}

/** A record that we had delivered before, compared with what Fivaldi has by now; `null` where there is nothing to compare. */
export function bothSides(courier: Courier, situation: Situation, result: unknown): BothSides | null {
  if (result === undefined || !courier.pull || !situation.known?.core) return null;
  return courier.whole ? wholeSides(courier, situation, result) : partedSides(courier, situation, result);
}

function partedSides(courier: Courier, { to, content, known, unsure }: Situation, result: unknown): BothSides | null {
  const { pull } = courier;
  const read = courier.parse(result, to, content, known?.parts);
  if (!pull || !known?.core || !read?.core) return null;
  // What was sent and has not come to an answer is no change of theirs, nor is what ours has given up of theirs.
  const met = Object.entries(read.parts).filter(
    ([name]) => !unsure && (known.parts[name] ? known.parts[name].id !== null && name in content.parts : isNew(name)),
  );
  function isNew(name: string): boolean {
    return !Object.hasOwn(content.parts, name);
  }
  const parts = Object.fromEntries(met.map(([name, { as }]) => [name, sparing(as, known.parts[name]?.as)]));
  const base = flat(known.core, Object.fromEntries(met.map(([name]) => [name, known.parts[name]?.as ?? {}])));
  const theirs = flat(read.core, parts);
  const sides = sidesOf(pull.mapping(Object.keys(parts)), { base, theirs, ours: flat(content.core, content.parts) });
  const { stale: _, ...rest } = known;
  const kept = unsure ? {} : withIds(known.parts);
  const there = Object.fromEntries(met.map(([name, part]) => [name, { ...part, as: parts[name] ?? part.as }]));
  const after = { ...rest, core: read.core, parts: { ...read.parts, ...kept, ...there }, ...changeTimeOf(result) };
  const seen = unflat(withTheirs(base, sides));
  const standing = Object.entries(after.parts).map(
    ([name, part]) => [name, seen.parts[name] ? { ...part, as: seen.parts[name] } : part] as const,
  );
  return {
    ...sides,
    known: after,
    standing: { ...after, core: seen.core, parts: Object.fromEntries(standing), stale: true },
  };
}

/**
 * Of a record that is changed as a whole: Fivaldi's change is what it shows otherwise than it did, ours is what is
 * otherwise than was sent. Where it was never seen, what we sent is what it was, and what we left open is no change.
 * Rows are told by their places. Of a request that nobody knows of, what it did is not known to be theirs.
 */
function wholeSides(courier: Courier, situation: Situation, result: unknown): BothSides | null {
  const { content, known, unsure } = situation;
  const { pull } = courier;
  const now = known && pull?.show?.(result, content, known.parts);
  if (!pull || !now || !known.core || unsure) return null;
  const base = flat(known.core, valuesIn(known.parts));
  const before = known.shown ?? unflat({ ...flat(now.core, now.parts), ...filled(base) });
  const seen = flat(before.core, before.parts);
  const names = new Set([...Object.keys(before.parts), ...Object.keys(now.parts)]);
  const ours = flat(content.core, content.parts);
  const sides = sidesOf(pull.mapping([...names]), { base, seen, theirs: flat(now.core, now.parts), ours });
  const { stale: _, ...rest } = known;
  const core = Object.entries(sides.pulled).filter(([name]) => Object.hasOwn(known.core ?? {}, name));
  const read = { ...rest, ...changeTimeOf(result), ...readingOf(situation) };
  return {
    ...sides,
    known: {
      ...read,
      core: { ...known.core, ...Object.fromEntries(core) },
      parts: partsOf({ ...base, ...sides.pulled }),
      shown: now,
    },
    standing: {
      ...read,
      core: unflat(withTheirs(base, sides)).core,
      parts: partsOf(withTheirs(base, sides)),
      shown: unflat(withTheirs(seen, sides)),
      stale: true,
    },
  };
}

const withTheirs = (values: Part, { conflicts }: TwoSides): Part => ({
  ...values,
  ...Object.fromEntries(conflicts.map(({ field, theirs }) => [field, theirs])),
});

const valuesIn = (parts: Known['parts']) =>
  Object.fromEntries(Object.entries(parts).map(([name, { as }]) => [name, as]));

/** The parts among these values; one of which nothing is left is none. */
function partsOf(values: Part): Known['parts'] {
  const parts = Object.entries(unflat(values).parts).map(([name, as]) => [name, filled(as)] as const);
  return Object.fromEntries(parts.filter(([, as]) => !isEmpty(as)).map(([name, as]) => [name, { id: null, as }]));
}

/** Theirs, but for what only its spaces tell from what was sent: an IBAN in groups of four is the same one. */
function sparing(theirs: Part, sent: Part | undefined): Part {
  const bare = (value: unknown) => (typeof value === 'string' ? value.replaceAll(' ', '') : value);
  const entries = Object.entries(theirs).map(([name, value]) => {
    const was = sent?.[name];
    return [name, was !== undefined && bare(was) === bare(value) ? was : value] as const;
  });
  return Object.fromEntries(entries);
}

const withIds = (parts: Known['parts']): Known['parts'] =>
  Object.fromEntries(Object.entries(parts).filter(([, { id }]) => id !== null));

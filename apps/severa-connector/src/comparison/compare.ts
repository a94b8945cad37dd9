import type { Objection } from '../engine/flow.js';

/** A record of the side that is read. */
export interface Ours {
  readonly key: string;
  readonly number: string | null;
  readonly name: string | null;
  readonly businessId: string | null;
  /** What it is matched on; `null`: it cannot be. */
  readonly match: string | null;
  /** Why it could not move. */
  readonly objections: readonly Objection[];
}

/** A record of the side that is written to. What its list does not tell is `null`. */
export interface Theirs {
  readonly key: string;
  readonly match: string;
  readonly name: string | null;
  readonly businessId: string | null;
  /** The list has what it is matched on more than once. */
  readonly twice: boolean;
}

/** What becomes of a record in the first run. */
export const FINDINGS = ['matches', 'would-be-created', 'conflicts', 'breaks-a-rule', 'only-there'] as const;
export type Finding = (typeof FINDINGS)[number];

/** Why a record that would move does not mean the same on both sides, as far as can be told. */
export const CONFLICTS = [
  'same-code-other-name',
  'same-code-other-business-id',
  'same-business-id-other-code',
  'code-twice-here',
  'code-twice-there',
] as const;
export type Conflict = (typeof CONFLICTS)[number];

export interface ComparedRecord {
  readonly key: string;
  readonly number: string | null;
  readonly name: string | null;
  readonly there?: { readonly key: string; readonly name: string | null };
  /** A cause of `link/causes.ts`. */
  readonly cause?: string;
  readonly field?: string;
}

export interface ComparisonReport {
  readonly counts: Readonly<Record<Finding, number>>;
  /** The first so many of each: {@link MOST_SAMPLES}. */
  readonly samples: Readonly<Record<Finding, readonly ComparedRecord[]>>;
  /** How many records each cause stands in the way of, or puts in doubt. */
  readonly causes: Readonly<Record<string, number>>;
}

export const MOST_SAMPLES = 200;

/** What a page of ours is judged by. */
export interface Around {
  /** By what they are matched on. */
  readonly there: ReadonlyMap<string, Theirs>;
  readonly byBusinessId: ReadonlyMap<string, Theirs>;
  /** Ours of the pages before that can move, by what they are matched on. */
  readonly met: ReadonlyMap<string, Judged>;
}

/**
 * Puts a page of our register beside the other one, before anything is moved; pure, but that it counts.
 *
 *   our record                                             | finding
 *   -------------------------------------------------------+-------------------------------------------
 *   could not move                                         | breaks-a-rule, with the first cause
 *   another of ours has its code, too                      | conflicts, both: code-twice-here
 *   is not there, but its business id is                   | conflicts: same-business-id-other-code
 *   is not there                                           | would-be-created
 *   is there more than once                                | conflicts: code-twice-there
 *   is there; business ids on both sides, and they differ  | conflicts: same-code-other-business-id
 *   is there; business ids on both sides, and are the same | matches: a new name is news, no conflict
 *   is there; a business id is missing, and names differ   | conflicts: same-code-other-name
 *   is there                                               | matches
 *
 * Names are the same in any case and spacing; a name or a business id that a list does not tell is in conflict with none.
 *
 * @returns what is found of each, and of those of earlier pages that turn out otherwise.
 */
export function comparePage(page: readonly Ours[], around: Around, tally: Tally): readonly Judged[] {
  const met = new Map(around.met);
  const found = new Map<string, Judged>();
  const keep = (judged: Judged): void => {
    found.set(judged.record.key, judged);
    if (judged.finding !== 'breaks-a-rule') met.set(judged.match, judged);
  };
  for (const record of page) {
    const judged = judge(record, around.there.get(record.match ?? ''), around.byBusinessId);
    const earlier = judged.finding === 'breaks-a-rule' ? undefined : met.get(judged.match);
    if (earlier) {
      tally.move(earlier, twice(earlier));
      keep(twice(earlier));
    }
    tally.add(earlier ? twice(judged) : judged);
    keep(earlier ? twice(judged) : judged);
  }
  return [...found.values()];
}

/** What is found of a record of ours, or of one that only they have. */
export interface Judged {
  readonly finding: Finding;
  readonly match: string;
  readonly record: ComparedRecord;
}

function judge(ours: Ours, theirs: Theirs | undefined, businessIds: ReadonlyMap<string, Theirs>): Judged {
  const { key, number, name } = ours;
  const [objection] = ours.objections;
  if (objection || ours.match === null) {
    const { cause, field } = objection ?? { cause: 'code-missing', field: undefined };
    const record = { key, number, name, cause, ...(field !== undefined && { field }) };
    return { finding: 'breaks-a-rule', match: ours.match ?? '', record };
  }
  const met = theirs ?? (ours.businessId ? businessIds.get(ours.businessId) : undefined);
  const record = { key, number, name, ...(met && { there: { key: met.key, name: met.name } }) };
  const cause = theirs ? conflictOf(ours, theirs) : met ? 'same-business-id-other-code' : null;
  if (cause !== null) return { finding: 'conflicts', match: ours.match, record: { ...record, cause } };
  return { finding: theirs ? 'matches' : 'would-be-created', match: ours.match, record };
}

function conflictOf(ours: Ours, theirs: Theirs): Conflict | null {
  if (theirs.twice) return 'code-twice-there';
  if (ours.businessId && theirs.businessId) {
    return ours.businessId === theirs.businessId ? null : 'same-code-other-business-id';
  }
  return ours.name && theirs.name && folded(ours.name) !== folded(theirs.name) ? 'same-code-other-name' : null;
}

const twice = (judged: Judged): Judged => ({
  ...judged,
  finding: 'conflicts',
  record: { ...judged.record, cause: 'code-twice-here' },
});

const onlyThere = ({ key, match, name }: Theirs): ComparedRecord => ({
  key,
  number: match,
  name,
  there: { key, name },
});

const folded = (name: string): string => name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

/** Counts, and the first of each finding; goes on from what an earlier portion has come to. */
export class Tally {
  readonly #counts: Map<Finding, number>;
  readonly #samples: Map<Finding, ComparedRecord[]>;
  readonly #causes: Map<string, number>;

  constructor(before?: ComparisonReport) {
    this.#counts = new Map(FINDINGS.map((finding) => [finding, before?.counts[finding] ?? 0]));
    this.#samples = new Map(FINDINGS.map((finding) => [finding, [...(before?.samples[finding] ?? [])]]));
    this.#causes = new Map(Object.entries(before?.causes ?? {}));
  }

  add({ finding, record }: Judged): void {
    this.#count(finding, record, 1);
    const samples = this.#samples.get(finding);
    if (samples && samples.length < MOST_SAMPLES) samples.push(record);
  }

  /** What was found of a record turns out otherwise. */
  move(from: Judged, to: Judged): void {
    if (from.finding === to.finding && from.record.cause === to.record.cause) return;
    this.#count(from.finding, from.record, -1);
    const samples = this.#samples.get(from.finding);
    const at = samples?.findIndex(({ key }) => key === from.record.key) ?? -1;
    if (at >= 0) samples?.splice(at, 1);
    this.add(to);
  }

  /** What of theirs no record of ours was matched with: how many, and the first of them. */
  addOnlyThere(count: number, first: readonly Theirs[]): void {
    for (const one of first) this.add({ finding: 'only-there', match: one.match, record: onlyThere(one) });
    this.#counts.set('only-there', (this.#counts.get('only-there') ?? 0) + count - first.length);
  }

  report(): ComparisonReport {
    const of = <T>(value: (finding: Finding) => T) =>
      Object.fromEntries(FINDINGS.map((finding) => [finding, value(finding)])) as Record<Finding, T>;
    return {
      counts: of((finding) => this.#counts.get(finding) ?? 0),
      samples: of((finding) => this.#samples.get(finding) ?? []),
      causes: Object.fromEntries([...this.#causes].filter(([, count]) => count > 0)),
    };
  }

  #count(finding: Finding, { cause }: ComparedRecord, by: number): void {
    this.#counts.set(finding, (this.#counts.get(finding) ?? 0) + by);
    if (cause !== undefined) this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + by);
  }
}

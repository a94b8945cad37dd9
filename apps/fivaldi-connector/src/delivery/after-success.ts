import type { ConnectionSql } from '#lib/store';

import { flat, hashOf, isEmpty, type Known, type Part, unflat } from './content.js';
import type { Courier } from './courier.js';
import type { Settlement, Work } from './delivery-queue.js';
import { changeTimeOf, learned, nextStep, type Situation, type Step } from './plan.js';
import { sidesOf, takeOver } from './pull.js';
import type { Turn } from './turns.js';
import type { TwoSides } from './two-sides.js';

/** A record and the request that it needs. */
export interface ToSend {
  readonly do: 'send';
  readonly work: Work;
  readonly courier: Courier;
  readonly situation: Situation;
  readonly step: Step & { readonly do: 'send' };
  readonly contentHash: string;
}

/** What an answer that is a yes leaves its record as: what we know by now, and whether there is more to send. */
export async function afterSuccess(
  sql: ConnectionSql,
  turn: Turn,
  found: ToSend,
  result: unknown,
): Promise<Settlement> {
  const { courier, situation, step, contentHash } = found;
  const sides = step.action === 'read' ? bothSides(found, result) : null;
  if (sides) return afterReading(sql, turn, found, sides);

  const known = learned(courier, step, situation, result);
  const kept = courier.unrepeatable ? withoutContents(known) : known;
  // It was made, but the answer did not say what it is called: it has to be looked for.
  if (step.action === 'create' && known.id === null) return { state: 'unknown', known: kept };
  const next = nextStep(courier, { ...situation, known, unsure: false });
  const isLast = courier.unrepeatable ? step.action === 'create' : next.do === 'delivered';
  return isLast ? { state: 'delivered', known: kept, contentHash } : { state: 'due', known: kept };
}

interface BothSides extends TwoSides {
  readonly base: Part;
  readonly known: Known;
}

/** A record that we had delivered before, compared with what Fivaldi has by now; `null` where there is nothing to compare. */
function bothSides({ courier, situation }: ToSend, result: unknown): BothSides | null {
  const { to, content, known, unsure } = situation;
  const { pull } = courier;
  const read = result === undefined ? null : courier.parse(result, to, content, known?.parts);
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
  const sides = sidesOf(
    pull.mapping(Object.keys(parts)),
    base,
    flat(read.core, parts),
    flat(content.core, content.parts),
  );
  const { stale: _, ...rest } = known;
  const kept = unsure ? {} : withIds(known.parts);
  const there = Object.fromEntries(met.map(([name, part]) => [name, { ...part, as: parts[name] ?? part.as }]));
  return {
    ...sides,
    base,
    known: { ...rest, core: read.core, parts: { ...read.parts, ...kept, ...there }, ...changeTimeOf(result) },
  };
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

/** Takes over what was changed in Fivaldi alone; stops at what was changed on both sides. */
async function afterReading(
  sql: ConnectionSql,
  { environmentId, companyId }: Turn,
  { work: { register, key }, courier, situation }: ToSend,
  { base, known, pulled, conflicts }: BothSides,
): Promise<Settlement> {
  if (conflicts.length > 0) {
    const seen = unflat({ ...base, ...Object.fromEntries(conflicts.map(({ field, theirs }) => [field, theirs])) });
    const parts = Object.entries(known.parts).map(
      ([name, part]) => [name, seen.parts[name] ? { ...part, as: seen.parts[name] } : part] as const,
    );
    const standing: Known = { ...known, core: seen.core, parts: Object.fromEntries(parts), stale: true };
    return { state: 'conflict', cause: 'changed-on-both-sides', differences: conflicts, known: standing };
  }
  if (!isEmpty(pulled)) await takeOver(sql, { environmentId, companyId, register, key }, pulled, base);
  const content = unflat({ ...flat(situation.content.core, situation.content.parts), ...pulled });
  const next = nextStep(courier, { ...situation, content, known, unsure: false });
  return next.do === 'delivered'
    ? { state: 'delivered', known, contentHash: hashOf(content) }
    : { state: 'due', known };
}

/** Payroll is about people: what was sent is not kept beside the register. */
const withoutContents = ({ id }: Known): Known => ({ id, core: {}, parts: {} });

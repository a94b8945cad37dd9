import type { ConnectionSql } from '#lib/store';

import { type BothSides, bothSides } from './both-sides.js';
import { causeOf } from './causes.js';
import { flat, hashOf, isEmpty, type Known, unflat } from './content.js';
import type { Courier } from './courier.js';
import type { Settlement, Work } from './delivery-queue.js';
import { inAWhile, type Patience } from './patience.js';
import { learned, nextStep, type Situation, type Step } from './plan.js';
import { takeOver } from './take-over.js';
import type { Turn } from './turns.js';

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
  patience: Patience,
): Promise<Settlement> {
  const { work, courier, situation, step, contentHash } = found;
  const objections = step.action === 'create' ? (courier.objections?.(result) ?? null) : null;
  if (objections) return { state: 'rejected', ...causeOf(objections), complaints: objections };
  const sides = step.action === 'read' ? bothSides(courier, situation, result) : null;
  if (sides) return afterReading(sql, turn, found, sides);

  const known = learned(courier, step, situation, result);
  const kept = courier.unrepeatable ? withoutContents(known) : known;
  // It was made, but the answer did not say what it is called: it has to be looked for.
  if (step.action === 'create' && known.id === null) return { state: 'unknown', known: kept };
  // Its batch does not show it: the longer list may.
  if (step.action === 'batch' && known.id === null) return { state: 'unknown', known };
  // Fivaldi has said that it made it: what its list does not show yet is not made once more.
  if (step.action === 'search' && known.id === null && situation.known?.core)
    return inAWhile(work, 'unknown', patience, 'made-not-found');
  const next = nextStep(courier, { ...situation, known, unsure: false });
  const isLast = courier.unrepeatable ? step.action === 'create' : next.do === 'delivered';
  return isLast ? { state: 'delivered', known: kept, contentHash } : { state: 'due', known: kept };
}

/** Takes over what was changed in Fivaldi alone; stops at what was changed on both sides. */
async function afterReading(
  sql: ConnectionSql,
  { environmentId, companyId }: Turn,
  { work: { register, key, row }, courier, situation }: ToSend,
  { known, standing, pulled, conflicts }: BothSides,
): Promise<Settlement> {
  if (conflicts.length > 0) {
    return { state: 'conflict', cause: 'changed-on-both-sides', differences: conflicts, known: standing };
  }
  if (!isEmpty(pulled) && row) await takeOver(sql, { environmentId, companyId, register, key }, pulled, row);
  // What was taken over of a whole record is mapped anew: more of it depends on others than its values say.
  if (!isEmpty(pulled) && courier.whole) return { state: 'due', known };
  const content = unflat({ ...flat(situation.content.core, situation.content.parts), ...pulled });
  const next = nextStep(courier, { ...situation, content, known, unsure: false });
  return next.do === 'delivered'
    ? { state: 'delivered', known, contentHash: hashOf(content) }
    : { state: 'due', known };
}

/** Payroll is about people: what was sent is not kept beside the register. */
const withoutContents = ({ id }: Known): Known => ({ id, core: {}, parts: {} });

import { linkSettingsBody } from '#lib/contracts';

import type { Flow, Incoming, JsonObject, Known, Outgoing, Situation, Step } from '../engine/flow.js';

export const SETTINGS = linkSettingsBody.parse({ customers: 'to-netvisor', products: 'to-netvisor' });
export const TODAY = '2026-03-18';

export const situationOf = (source: JsonObject | null, known: Known | null = null, more: object = {}): Situation => ({
  key: 'k',
  source,
  known,
  unsure: null,
  settings: SETTINGS,
  today: TODAY,
  ...more,
});

/** The one side that a flow writes to, as far as the flow can see it. */
export interface OtherSide {
  /** What changed something, in order: `customer.nv add`, `PATCH customers`. */
  readonly writes: string[];
  answer(call: Outgoing): Incoming;
}

/**
 * Takes a flow's steps until there is no next one, as an engine would.
 *
 * @param lose whether the answer to the write of this number is lost, after it was carried out.
 */
export function move(
  flow: Flow,
  side: OtherSide,
  situation: Situation,
  lose: (write: number) => boolean = () => false,
): { readonly step: Step; readonly known: Known | null } {
  let now = situation;
  for (let steps = 0; steps < 20; steps += 1) {
    const step = flow.next(now);
    if (step.do === 'done') return { step, known: step.known ?? now.known };
    if (step.do !== 'ask' && step.do !== 'write') return { step, known: now.known };
    if ('prepare' in step.call) throw new Error('nothing here is prepared');
    now = begun(now, step);
    const incoming = side.answer(step.call);
    if (step.do === 'write' && lose(side.writes.length)) {
      now = { ...now, unsure: step.operation };
      continue;
    }
    const known = learnt(flow, now, step, incoming);
    if (known === null) return { step: { do: 'reject', objections: [{ cause: 'refused' }] }, known: now.known };
    now = { ...now, known, unsure: null, asked: now.asked === true || step.do === 'ask' };
  }
  throw new Error('the flow finds no end');
}

/**
 * How a record stands whose next write was sent, and its answer lost.
 *
 * @param arrives whether it was carried out.
 */
export function losing(flow: Flow, side: OtherSide, situation: Situation, arrives: boolean): Situation {
  let now = situation;
  for (let steps = 0; steps < 20; steps += 1) {
    const step = flow.next(now);
    if ((step.do !== 'ask' && step.do !== 'write') || 'prepare' in step.call)
      throw new Error(`nothing is sent: ${step.do}`);
    now = begun(now, step);
    if (step.do === 'write') {
      if (arrives) side.answer(step.call);
      return { ...now, unsure: step.operation };
    }
    const known = learnt(flow, now, step, side.answer(step.call));
    now = { ...now, known, unsure: null, asked: true };
  }
  throw new Error('the flow sends nothing');
}

/** As it stands from the moment that a request is sent. */
const begun = (now: Situation, step: Step & { readonly do: 'ask' | 'write' }): Situation =>
  step.do === 'write' && step.known ? { ...now, known: step.known } : now;

function learnt(flow: Flow, now: Situation, step: Step & { readonly do: 'ask' | 'write' }, incoming: Incoming) {
  const { reply, system } = incoming;
  if (reply.as === 'ok') return flow.learn(now, step, incoming);
  if (reply.as !== 'refused') throw new Error(reply.as);
  const category = 'category' in reply ? reply.category : reply.type;
  const status = 'status' in reply ? String(reply.status) : null;
  return flow.learnRefusal?.(now, step, { system, category, status, text: '' }) ?? null;
}

import { AppError } from '#lib/errors';
import type { NetvisorElement } from '#lib/upstream';

import type { Incoming } from '../engine/flow.js';

/** A flow was to learn from an answer that is not the good one of the system it had asked. */
export class NothingToLearn extends AppError {
  readonly kind = 'broken';
  readonly code = 'answer.nothing-to-learn';

  constructor(incoming: Incoming) {
    super('There is nothing to learn from this answer', { system: incoming.system, as: incoming.reply.as });
  }
}

/** What Netvisor answered. */
export const netvisorRoot = (incoming: Incoming): NetvisorElement => netvisorGood(incoming).root;

/** The key that Netvisor gave to the new record; `null` where it did not say. */
export const insertedKey = (incoming: Incoming): string | null => netvisorGood(incoming).inserted;

/** What Severa answered. */
export function severaBody(incoming: Incoming): unknown {
  if (incoming.system === 'severa' && incoming.reply.as === 'ok') return incoming.reply.body;
  throw new NothingToLearn(incoming);
}

function netvisorGood(incoming: Incoming): { readonly root: NetvisorElement; readonly inserted: string | null } {
  if (incoming.system === 'netvisor' && incoming.reply.as === 'ok') return incoming.reply;
  throw new NothingToLearn(incoming);
}

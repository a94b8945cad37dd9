import type { z } from 'zod';

import type { AccessAnswer, decideAccess, DocumentStream } from '#lib/contracts';
import { type ConnectionSql, holdRules } from '#lib/store';

import type { DeliveredRegister } from './courier.js';
import type { Work } from './delivery-queue.js';
import type { Turn } from './turns.js';

/** Whether a record may go out to Fivaldi now. */
export type Permission =
  /** `stands`: whether the rules are still those that were asked; if so, none changes before the transaction ends. */
  | { readonly as: 'allowed'; readonly stands: (sql: ConnectionSql) => Promise<boolean> }
  | { readonly as: 'waits'; readonly forMilliseconds: number }
  | { readonly as: 'denied'; readonly reasons: readonly string[] };

const STREAM_OF: Readonly<Record<DeliveredRegister, DocumentStream>> = {
  company: 'yritysrekisteri',
  product: 'tuoterekisteri',
  order: 'tilaukset',
  payroll_batch: 'palkat',
  dimension: 'perustiedot',
};

/** A window that opens at no known time is looked at again after so long, in milliseconds. */
const NEVER_OPENS = 24 * 3_600_000;

/**
 * What a partner user's import brought goes on to Fivaldi only while that partner user may still bring it: the same
 * question as before the import, asked anew before each request, so that a right that is taken away or a window that
 * closes stops the rest of the register, too.
 *
 *   the record was last written by | asked
 *   -------------------------------+-----------------------------------------------------------------
 *   an import                      | may this partner user import this stream here, now?
 *   a person                       | nothing: whoever may change the register by hand was asked then, and there are no
 *                                  | windows for people
 */
export async function permitDelivery(
  decide: (question: z.input<typeof decideAccess.ask>) => Promise<AccessAnswer>,
  { environmentId, companyId }: Turn,
  { register, transferId, partnerUserId }: Work,
): Promise<Permission> {
  if (transferId === null || partnerUserId === null) return { as: 'allowed', stands: () => Promise.resolve(true) };
  const answer = await decide({
    partnerUserId,
    companyId,
    stream: STREAM_OF[register],
    direction: 'import',
    moment: { at: 'execution', transferId },
  });
  if (answer.allowed) {
    const subjects = { environmentId, companyId, partnerUserId };
    return { as: 'allowed', stands: (sql) => holdRules(sql, subjects, answer.rulesVersion) };
  }
  if (!answer.waits) return { as: 'denied', reasons: answer.reasons };
  const { opensAt, decidedAt } = answer;
  const forMilliseconds = opensAt === null ? NEVER_OPENS : Date.parse(opensAt) - Date.parse(decidedAt);
  return { as: 'waits', forMilliseconds };
}

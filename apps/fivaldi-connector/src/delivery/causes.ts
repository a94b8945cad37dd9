import type { Complaint } from '#lib/upstream';

import { CAUSES } from './cause-texts.js';
import { DELIVERY_CAUSES, type DeliveryCause, type Owner, type Texts } from './cause.js';
import type { Unfit } from './mapping.js';

/** What Fivaldi says, and what it means: the first row that fits. Words of the contract's §1.3. */
const SAID: readonly (readonly [RegExp, DeliveryCause])[] = [
  [/business id is invalid or missing/i, 'business-id'],
  [/no valid address/i, 'address'],
  [/cannot exceed \d+ characters|size must be between|too long/i, 'too-long'],
  [/product code with id .* does not exist/i, 'product-missing'],
  [/code cannot be empty/i, 'product-code'],
  [/already (transferred|exists|imported)/i, 'already-there'],
  [/draft/i, 'not-draft'],
];

/** The cause of a refusal, by Fivaldi's own words; they are kept beside it, as they stood. */
export function causeOf(complaints: readonly Complaint[]): { readonly cause: DeliveryCause } {
  const said = SAID.find(([pattern]) => complaints.some(({ text }) => pattern.test(text)));
  return { cause: said?.[1] ?? 'refused' };
}

/** What our own check found, in the shape of Fivaldi's complaints. */
export const complaintsOf = (unfit: readonly Unfit[]): readonly Complaint[] =>
  unfit.map(({ field, cause, limit }) => ({ text: limit === undefined ? cause : `${cause}: ${limit}`, field }));

/** A cause as people are told it. */
export function explainCause(
  code: string,
  language: keyof Texts,
): { readonly code: string; readonly owner: Owner; readonly what: string; readonly remedy: string } {
  const { owner, what, remedy } = CAUSES[isCause(code) ? code : 'refused'];
  return { code, owner, what: what[language], remedy: remedy[language] };
}

const isCause = (code: string): code is DeliveryCause => (DELIVERY_CAUSES as readonly string[]).includes(code);

import { type Answer, TOO_LARGE } from '#lib/upstream';

import type { ToSend } from './after-success.js';
import { causeOf } from './causes.js';
import type { Settlement, Work } from './delivery-queue.js';
import { inAWhile, type Patience } from './patience.js';
import { withoutBatch, writes } from './plan.js';

/** What was unknown before a look that came to nothing is as unknown after it. */
export const before = ({ unsure }: Work) => (unsure ? 'unknown' : 'due');

/**
 * What an answer that is no yes leaves its record as.
 *
 *   answer        | to                                    | the record
 *   --------------+---------------------------------------+---------------------------------------------------
 *   refused       | the list of its batch                 | looked for in the longer list, from then on
 *   refused       | any other                             | rejected, in Fivaldi's own words
 *   limited       | any                                   | as it was, at its next turn
 *   401, 403, none| any                                   | as it was, in a while
 *   unknown       | what is not to be repeated            | review
 *   unknown       | a search for what was sent, since the | review: the list only grows, it would be as long the
 *                 | list is longer than what is taken     | next time
 *   unknown       | any other                             | in a while, longer each time; then review
 */
export function afterTrouble(
  { work, courier, step, situation }: ToSend,
  answer: Exclude<Answer, { as: 'ok' }>,
  patience: Patience,
): Settlement {
  switch (answer.as) {
    case 'refused':
      if (step.action === 'batch') return { state: 'unknown', known: withoutBatch(situation.known) };
      return { state: 'rejected', ...causeOf(answer.complaints), complaints: answer.complaints };
    case 'limited':
      return { state: before(work), attempts: work.attempts };
    case 'unauthorised':
    case 'unreachable':
      return { state: before(work), attempts: work.attempts, inMilliseconds: patience.connection };
    case 'unknown': {
      if (writes(step.action) && courier.unrepeatable) return { state: 'review', cause: 'repeat-unsafe' };
      if (step.action === 'search' && work.unsure && answer.why === TOO_LARGE)
        return { state: 'review', cause: 'list-too-long' };
      return inAWhile(work, writes(step.action) ? 'unknown' : before(work), patience, 'no-answer');
    }
  }
}

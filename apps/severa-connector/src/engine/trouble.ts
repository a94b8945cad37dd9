import { netvisorPart, severaPart } from '../link/check.js';
import type { Incoming } from './flow.js';
import type { Patience } from './patience.js';
import { CallRefused, PauseLink, type Refused, WaitLink } from './stop.js';

/** An answer that is not the good one, and what follows from it. */
export type Trouble =
  /** The other system does not take this record; nothing was done. */
  | ({ readonly as: 'refused' } & Refused)
  /** It may have been done. */
  | { readonly as: 'unknown'; readonly why: string }
  /** Nothing was done, and the same may be sent again at once. */
  | { readonly as: 'again' }
  /** Nothing was done, and nothing of the link, or of the run, can be done now. */
  | { readonly as: 'stop'; readonly stop: PauseLink | WaitLink | CallRefused };

/** A transaction id that Netvisor had seen before: an accident of ours, and every attempt takes a new one. */
const NOT_UNIQUE = 'REQUEST_NOT_UNIQUE';

/** The right to the resource is missing, or its function is not in use: it says nothing of the record. */
const NO_ACCESS = 'SERVICE_ACCESS_ERROR';

/**
 * What an answer means that is not the good one.
 *
 *   answer                        | for a record   | for the link
 *   ------------------------------+----------------+-----------------------------------------------------
 *   refused                       | rejected       | goes on
 *   refused: no access            | as it was      | goes on without this run, which fails and comes again
 *   refused: id was used before   | sent again     | goes on
 *   limited (Severa's 429)        | sent again     | goes on, at the pace of its budget
 *   unknown                       | looked up      | goes on
 *   unreachable                   | as it was      | waits, longer each time
 *   unavailable (maintenance)     | as it was      | waits a quarter of an hour
 *   unauthorised, not-set-up      | as it was      | stands still until somebody has acted
 *
 * Source: contracts netvisor §3.2, severa §2.7.
 */
export function troubleOf(incoming: Incoming, patience: Patience): Trouble | null {
  const { system, reply } = incoming;
  switch (reply.as) {
    case 'ok':
      return null;
    case 'unknown':
      return { as: 'unknown', why: reply.why };
    case 'unreachable':
      return { as: 'stop', stop: new WaitLink(`${system}-unreachable`) };
    case 'unavailable':
      return { as: 'stop', stop: new WaitLink('netvisor-unavailable', patience.maintenance) };
    case 'limited':
      return { as: 'again' };
    case 'unauthorised':
    case 'not-set-up':
      return { as: 'stop', stop: new PauseLink(causeOf(incoming), system, reply.text) };
    case 'refused':
      break;
  }
  if (incoming.system === 'netvisor' && incoming.reply.as === 'refused') {
    const { category, text } = incoming.reply;
    if (category === NOT_UNIQUE) return { as: 'again' };
    const refused: Refused = { category, status: null, cause: causeOf(incoming), words: text };
    if (category === NO_ACCESS) return { as: 'stop', stop: new CallRefused('netvisor', refused) };
    return { as: 'refused', ...refused };
  }
  if (incoming.system === 'severa' && incoming.reply.as === 'refused') {
    const { type, status, texts } = incoming.reply;
    return { as: 'refused', category: type, status: String(status), cause: 'severa-refused', words: texts.join(' ') };
  }
  return null;
}

const causeOf = (incoming: Incoming): string =>
  (incoming.system === 'netvisor' ? netvisorPart(incoming.reply) : severaPart(incoming.reply)).cause ?? 'fault-of-ours';

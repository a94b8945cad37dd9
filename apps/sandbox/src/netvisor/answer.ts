import { wallTime } from '../helsinki.js';
import { type Outcome, STATUS_OF } from './outcome.js';
import { documentOf, el } from './xml.js';

/** A whole answer, before any fault spoils it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * The answer to an outcome.
 *
 *   outcome | ResponseStatus                       | beside it
 *   --------+--------------------------------------+--------------------------------
 *   refused | FAILED and `CATEGORY :: text`        | -
 *   done    | OK                                   | what was asked for, or the key
 *           |                                      | that was made, under `Replies`
 *
 * The status is 200 for both where the caller has not asked for statuses.
 */
export function answerOf(outcome: Outcome, wantsStatuses: boolean, now: Date): Answer {
  const at = el('TimeStamp', shortTime(now));
  if (outcome.kind === 'refused') {
    const { category, text, status = STATUS_OF[category] } = outcome;
    const statuses = [el('Status', 'FAILED'), el('Status', `${category} :: ${text}`), at];
    return {
      status: wantsStatuses ? status : 200,
      body: documentOf(el('Root', [el('ResponseStatus', statuses)])),
    };
  }
  const { content = null, inserted } = outcome;
  const replies = inserted === undefined ? null : el('Replies', [el('InsertedDataIdentifier', inserted)]);
  const head = el('ResponseStatus', [el('Status', 'OK'), at]);
  return { status: 200, body: documentOf(el('Root', [head, replies, content])) };
}

/** A moment on a clock in Finland as Netvisor shows it: `7.4.2009 13:46:07`. */
export const shortTime = (at: Date): string => withoutZeros(finnish(at));

/** A day `2009-04-07` as lists of payments show it: `7.4.2009`. */
export function shortDay(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return withoutZeros(`${date}.${month}.${year}`);
}

/** A moment on a clock in Finland, `2009-04-07T13:46:07`: what filters are compared with. */
export function sortableTime(at: Date): string {
  const [day = '', time = ''] = finnish(at).split(' ');
  return `${day.split('.').reverse().join('-')}T${time}`;
}

let last = { second: NaN, text: '' };

/** The same second is asked for thousands of times, and costs more than the rest of an answer. */
function finnish(at: Date): string {
  const second = Math.floor(at.getTime() / 1000);
  if (second !== last.second) last = { second, text: wallTime(at) };
  return last.text;
}

const withoutZeros = (time: string): string => time.replace(/^0?(\d+)\.0?(\d+)\.(\d+)/, '$1.$2.$3').replace(' 0', ' ');

import type { Exchange, Incoming } from './exchange.js';

/** What `X-RateLimit-*` said; absent where the answer did not. */
export interface RateLimits {
  readonly remaining?: number;
  /** Requests given back each second. */
  readonly rate?: number;
  /** Most requests at once. */
  readonly capacity?: number;
}

/** One thing that Fivaldi objects to, in its own words. */
export interface Complaint {
  readonly text: string;
  readonly code?: string;
  readonly field?: string;
}

/** How the answer spoke: three shapes of JSON (contract §1.3), plain text, or nothing that could be read. */
export type ErrorFamily = 'list' | 'coded' | 'envelope' | 'text' | 'unreadable';

/**
 * What an answer means for whoever asked.
 *
 *   it came as                                        | as
 *   --------------------------------------------------+--------------------------------------------
 *   2xx with JSON or nothing; an envelope is opened   | ok
 *   2xx whose envelope holds errors and no result     | refused
 *   400, 404 and every other 4xx                      | refused, with every message as it stood
 *   401, 403                                          | unauthorised: the credentials, or a right
 *   429                                               | limited: nothing was done
 *   2xx that is HTML, cut, packed or not UTF-8        | unknown: it may have been done
 *   3xx, 5xx, no answer, half an answer               | unknown
 *   no connection                                     | unreachable: nothing was sent
 */
export type Answer = { readonly limits: RateLimits } & (
  | { readonly as: 'ok'; readonly status: number; readonly result: unknown }
  | {
      readonly as: 'refused';
      readonly status: number;
      readonly family: ErrorFamily;
      readonly complaints: readonly Complaint[];
    }
  | { readonly as: 'unauthorised'; readonly status: 401 | 403 }
  /** `retryAfter` in seconds, where it was said. */
  | { readonly as: 'limited'; readonly retryAfter: number | null }
  | { readonly as: 'unknown' | 'unreachable'; readonly why: string }
);

const MOST_COMPLAINTS = 20;
const LONGEST_TEXT = 500;

export function answerOf(exchange: Exchange): Answer {
  if (exchange.as === 'not-sent') return { as: 'unreachable', why: exchange.why, limits: {} };
  if (exchange.as === 'unanswered') return { as: 'unknown', why: exchange.why, limits: {} };
  const { answer } = exchange;
  return { ...meaningOf(answer), limits: limitsOf(answer) };
}

type Meaning = Answer extends infer A ? (A extends Answer ? Omit<A, 'limits'> : never) : never;

function meaningOf(answer: Incoming): Meaning {
  const { status } = answer;
  if (status === 401 || status === 403) return { as: 'unauthorised', status };
  if (status === 429) return { as: 'limited', retryAfter: numberOf(answer, 'retry-after') ?? null };
  if (status >= 400 && status < 500) return { as: 'refused', status, ...objectionsOf(answer) };
  if (status < 200 || status >= 300) return { as: 'unknown', why: `status ${status}` };
  const read = readJson(answer);
  return 'unreadable' in read ? { as: 'unknown', why: read.unreadable } : successOf(status, read.value);
}

function successOf(status: number, value: unknown): Meaning {
  if (!isEnvelope(value)) return { as: 'ok', status, result: value };
  const complaints = complaintsOf(value);
  const hasResult = value['result'] !== undefined && value['result'] !== null;
  if (complaints.length > 0 && !hasResult) return { as: 'refused', status, family: 'envelope', complaints };
  return { as: 'ok', status, result: value['result'] ?? null };
}

function objectionsOf(answer: Incoming): { family: ErrorFamily; complaints: readonly Complaint[] } {
  const read = readJson(answer);
  if ('unreadable' in read) {
    const text = isHtml(answer) ? null : utf8(answer.body);
    return text?.trim()
      ? { family: 'text', complaints: [{ text: short(text) }] }
      : { family: 'unreadable', complaints: [] };
  }
  const { value } = read;
  if (!isObject(value)) return { family: 'unreadable', complaints: [] };
  const complaints = complaintsOf(value);
  if (isEnvelope(value)) return { family: 'envelope', complaints };
  return { family: complaints.some(({ code }) => code !== undefined) ? 'coded' : 'list', complaints };
}

/** The error that stands over the others is theirs in brief; it is given only where there is nothing else. */
function complaintsOf(value: Readonly<Record<string, unknown>>): readonly Complaint[] {
  const complaints = Array.isArray(value['errors']) ? complaintsIn(value['errors']) : [];
  if (complaints.length > 0) return complaints;
  const { message } = value as { message?: unknown };
  return typeof message === 'string' && message !== '' ? [{ text: short(message) }] : [];
}

/** A list of errors in any of Fivaldi's shapes, as it stood. */
export const complaintsIn = (errors: readonly unknown[]): readonly Complaint[] =>
  errors.slice(0, MOST_COMPLAINTS).flatMap(complaintOf);

function complaintOf(error: unknown): readonly Complaint[] {
  if (typeof error === 'string') return [{ text: short(error) }];
  if (!isObject(error)) return [];
  const text = error['errorMsg'] ?? error['message'];
  const code = error['code'] ?? error['errorCode'];
  const field = error['fieldName'];
  if (typeof text !== 'string') return [];
  return [
    {
      text: short(text),
      ...((typeof code === 'string' || typeof code === 'number') && { code: short(String(code)) }),
      ...(typeof field === 'string' && field !== '' && { field: short(field) }),
    },
  ];
}

type Read = { readonly value: unknown } | { readonly unreadable: string };

function readJson(answer: Incoming): Read {
  const packed = answer.headers['content-encoding'];
  if (packed !== undefined && packed !== 'identity') return { unreadable: 'a packed answer, which was not asked for' };
  if (answer.body.length === 0) return { value: null };
  if (isHtml(answer)) return { unreadable: 'HTML instead of JSON' };
  const text = utf8(answer.body);
  if (text === null) return { unreadable: 'an answer that is not UTF-8' };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // A bare text is what some methods answer with (contract §1.6: `string`); it is no proof that anything broke.
    return isDeclaredText(answer) ? { value: text } : { unreadable: 'an answer that is not JSON' };
  }
}

function limitsOf(answer: Incoming): RateLimits {
  const remaining = numberOf(answer, 'x-ratelimit-remaining');
  const rate = numberOf(answer, 'x-ratelimit-replenish-rate');
  const capacity = numberOf(answer, 'x-ratelimit-burst-capacity');
  return {
    ...(remaining !== undefined && { remaining }),
    ...(rate !== undefined && { rate }),
    ...(capacity !== undefined && { capacity }),
  };
}

function numberOf({ headers }: Incoming, name: string): number | undefined {
  const value = headers[name];
  return typeof value === 'string' && /^\d{1,9}(\.\d{1,6})?$/.test(value) ? Number(value) : undefined;
}

const typeOf = ({ headers }: Incoming): string => headers['content-type']?.toLowerCase() ?? '';

const isDeclaredText = (answer: Incoming): boolean => typeOf(answer).startsWith('text/plain');

const isHtml = (answer: Incoming): boolean =>
  typeOf(answer).includes('html') || /^\s*<(!doctype|html)/i.test(answer.body.subarray(0, 200).toString('latin1'));

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const short = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEnvelope = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && 'httpResponseCode' in value && ('errors' in value || 'result' in value);

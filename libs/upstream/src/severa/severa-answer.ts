import { type Exchange, type Incoming, TOO_LARGE } from '../exchange.js';

/**
 * What Severa's answer means for whoever asked.
 *
 *   it came as                                                     | as
 *   ---------------------------------------------------------------+------------------------------------------
 *   2xx with JSON, nothing, or the bytes that were asked for       | ok
 *   AddonMissing, InsufficientApiScope, … ({@link SETUP}), 403     | not-set-up: a person has to act in Severa
 *   401, AuthenticationRequired                                    | unauthorised
 *   429, whatever its body                                         | limited: nothing was done
 *   every other 4xx                                                | refused, with every message as it stood
 *   bytes beyond what is taken                                     | refused, type `TooLarge`
 *   408, 5xx, InternalSystemError, 3xx, no answer, half an answer  | unknown: it may have been done
 *   2xx that is HTML, cut, packed or not UTF-8                     | unknown
 *   no connection, or no token to ask with                         | unreachable: nothing was sent
 *
 * Source: contracts/severa §2.7.
 */
export type SeveraReply =
  | { readonly as: 'ok'; readonly status: number; readonly body: unknown; readonly nextPageToken: string | null }
  | { readonly as: 'refused'; readonly status: number; readonly type: string | null; readonly texts: readonly string[] }
  | { readonly as: 'unauthorised'; readonly text: string }
  | { readonly as: 'not-set-up'; readonly type: string; readonly text: string }
  /** `retryAfter` in seconds, where it was said. */
  | { readonly as: 'limited'; readonly retryAfter: number | null }
  | { readonly as: 'unknown'; readonly why: string }
  | { readonly as: 'unreachable'; readonly why: string };

/** Types of error that no record is to blame for: they stay until somebody changes something in Severa. */
const SETUP: ReadonlySet<string> = new Set([
  'AddonMissing',
  'AddonMissingTermsOfServiceApproval',
  'ConfigurationError',
  'ExcludedFromTrial',
  'FeatureIsNotEnabled',
  'HttpsRequired',
  'InsufficientApiScope',
  'InvalidApiVersion',
  'NotAvailableInTrial',
  'OrganizationNotActive',
  'PermissionDenied',
  'TermsOfServiceNotApproved',
  'TrialExpired',
  'UserLicenseType',
]);

const MOST_TEXTS = 20;
const LONGEST_TEXT = 500;

export function severaReplyOf(exchange: Exchange, accept: 'json' | 'bytes' = 'json'): SeveraReply {
  if (exchange.as === 'not-sent') return { as: 'unreachable', why: exchange.why };
  if (exchange.as === 'unanswered') {
    if (accept === 'bytes' && exchange.why === TOO_LARGE) {
      return { as: 'refused', status: 200, type: 'TooLarge', texts: [TOO_LARGE] };
    }
    return { as: 'unknown', why: exchange.why };
  }
  const { answer } = exchange;
  // Plain text, and before anything that is JSON: the limiter stands in front of the interface.
  if (answer.status === 429) return { as: 'limited', retryAfter: retryAfterOf(answer) };
  if (answer.status >= 400) return troubleOf(answer);
  if (answer.status < 200 || answer.status >= 300) return { as: 'unknown', why: `status ${answer.status}` };
  return successOf(answer, accept);
}

function successOf(answer: Incoming, accept: 'json' | 'bytes'): SeveraReply {
  const { status } = answer;
  const token = answer.headers['nextpagetoken'];
  const nextPageToken = typeof token === 'string' && token !== '' ? token : null;
  if (accept === 'bytes') {
    if (isHtml(answer)) return { as: 'unknown', why: 'HTML instead of a file' };
    if (isPacked(answer)) return { as: 'unknown', why: PACKED };
    return { as: 'ok', status, body: answer.body, nextPageToken };
  }
  const read = readJson(answer);
  return 'unreadable' in read
    ? { as: 'unknown', why: read.unreadable }
    : { as: 'ok', status, body: read.value, nextPageToken };
}

function troubleOf(answer: Incoming): SeveraReply {
  const { status } = answer;
  const { type, texts } = errorOf(answer);
  const text = texts.join(' ');
  if (type !== null && SETUP.has(type)) return { as: 'not-set-up', type, text };
  if (status === 401 || type === 'AuthenticationRequired') return { as: 'unauthorised', text };
  if (status === 403) return { as: 'not-set-up', type: type ?? 'PermissionDenied', text };
  if (status === 408 || status >= 500 || type === 'InternalSystemError') {
    return { as: 'unknown', why: `status ${status}${type === null ? '' : ` ${type}`}` };
  }
  return { as: 'refused', status, type, texts };
}

/** What Severa says of an error. Its `stack` is about their program, and goes nowhere. */
function errorOf(answer: Incoming): { readonly type: string | null; readonly texts: readonly string[] } {
  const read = readJson(answer);
  if ('unreadable' in read) return { type: null, texts: plainTextOf(answer) };
  if (typeof read.value === 'string') return { type: null, texts: said([read.value]) };
  const error = isObject(read.value) && isObject(read.value['error']) ? read.value['error'] : {};
  const details = Array.isArray(error['details']) ? (error['details'] as readonly unknown[]) : [];
  const type = typeof error['type'] === 'string' ? error['type'].slice(0, 100) : null;
  return { type, texts: said(details.map((detail) => (isObject(detail) ? detail['message'] : undefined))) };
}

function plainTextOf(answer: Incoming): readonly string[] {
  return isHtml(answer) || isPacked(answer) ? [] : said([utf8(answer.body)]);
}

const said = (texts: readonly unknown[]): readonly string[] =>
  texts
    .filter((text): text is string => typeof text === 'string' && text.trim() !== '')
    .slice(0, MOST_TEXTS)
    .map((text) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text));

type Read = { readonly value: unknown } | { readonly unreadable: string };

const PACKED = 'a packed answer, which was not asked for';

function readJson(answer: Incoming): Read {
  if (isPacked(answer)) return { unreadable: PACKED };
  if (answer.body.length === 0) return { value: null };
  if (isHtml(answer)) return { unreadable: 'HTML instead of JSON' };
  const text = utf8(answer.body);
  if (text === null) return { unreadable: 'an answer that is not UTF-8' };
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
  } catch {
    return { unreadable: 'an answer that is not JSON' };
  }
}

function retryAfterOf({ headers }: Incoming): number | null {
  const value = headers['retry-after'];
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : null;
}

function isPacked({ headers }: Incoming): boolean {
  const packed = headers['content-encoding'];
  return packed !== undefined && packed !== 'identity';
}

const isHtml = ({ headers, body }: Incoming): boolean =>
  (headers['content-type'] ?? '').toLowerCase().includes('html') ||
  /^\s*<(!doctype|html)/i.test(body.subarray(0, 200).toString('latin1'));

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

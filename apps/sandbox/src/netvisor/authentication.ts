import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { INTERFACE_LANGUAGES, type Language } from './organisation.js';
import { type Refusal, refusal } from './outcome.js';

/** What of a request its signature speaks of. Header names are lower case; values are bytes, as Latin-1. */
export interface SignedRequest {
  /** Whole, with its query, as it came. */
  readonly url: string;
  readonly header: (name: string) => string;
}

/** What the check has to know of the partner and its users. */
export interface Keys {
  readonly partner: { readonly id: string; readonly key: string };
  readonly customerKey: (customerId: string) => string | undefined;
  /** How far the caller's clock may be off. */
  readonly windowMs: number;
  readonly now: Date;
}

export interface Caller {
  readonly customerId: string;
  readonly organisationId: string;
  readonly transactionId: string;
  readonly language: Language;
}

const PREFIX = 'x-netvisor-authentication-';
const MASK = 'YOUR_PRIVATE_KEY_HERE';

/** In the interface's language; English where Swedish is asked for. */
const TEXTS = {
  header: ['Pakollinen otsake puuttuu', 'A mandatory header is missing'],
  language: ['Kieli ei kelpaa', 'The language is not valid'],
  algorithm: ['MAC-tiivisteen laskentatapa ei kelpaa', 'The algorithm of the MAC is not supported'],
  partner: ['Integraatiokumppania ei löydy, katso dokumentaatio', 'Integration partner not found, see documentation'],
  keys: [
    'Integraatioavaimet eivät kelpaa. Ole hyvä ja tarkista käyttäjä- ja kumppanikohtaiset avaimet',
    'Integration keys are not valid. Please check the keys specific to the user and partner.',
  ],
  clock: ['Aikaleima ei kelpaa', 'The timestamp is not valid'],
} as const;

/**
 * Who calls, or why nobody is believed: the first that fails of headers, language, algorithm (HMACSHA256 alone), partner,
 * user, MAC, clock. The MAC is of the URL's and the headers' bytes as they came; the hexadecimal digits' case is free.
 */
export function authenticate(request: SignedRequest, keys: Keys): Caller | Refusal {
  const of = (name: string): string => request.header(PREFIX + name);
  const language = request.header('x-netvisor-interface-language');
  const no = (why: keyof typeof TEXTS, more = ''): Refusal =>
    refusal('AUTHENTICATION_FAILED', TEXTS[why][language.toUpperCase() === 'FI' ? 0 : 1] + more);
  const organisationId = request.header('x-netvisor-organisation-id');
  const [customerId, transactionId] = [of('customerid'), of('transactionid')];
  const missing = ['sender', 'customerid', 'partnerid', 'timestamp', 'timestampunix', 'transactionid', 'mac'].find(
    (name) => of(name) === '',
  );
  if (missing !== undefined) return no('header', `: ${missing}`);
  if (organisationId === '') return no('header', ': organisation-id');
  if (!isLanguage(language)) return no('language');
  if (of('machashcalculationalgorithm') !== 'HMACSHA256') return no('algorithm');
  if (of('partnerid') !== keys.partner.id) return no('partner');
  const customerKey = keys.customerKey(customerId);
  if (customerKey === undefined) return no('keys');
  const [timestamp, unix] = [of('timestamp'), of('timestampunix')];
  const said = [request.url, of('sender'), customerId, timestamp, language, organisationId, transactionId, unix];
  const secrets = [customerKey, keys.partner.key];
  if (!isMac(of('mac'), macOf([...said, ...secrets], secrets.join('&')))) {
    return refusal('AUTHENTICATION_FAILED', diagnostic(said));
  }
  return isOnTime(timestamp, unix, keys) ? { customerId, organisationId, transactionId, language } : no('clock');
}

const isLanguage = (text: string): text is Language => INTERFACE_LANGUAGES.some((language) => language === text);

function macOf(fields: readonly string[], key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'latin1'))
    .update(Buffer.from(fields.join('&'), 'latin1'))
    .digest();
}

function isMac(given: string, right: Buffer): boolean {
  return /^[0-9a-f]{64}$/i.test(given) && timingSafeEqual(Buffer.from(given, 'hex'), right);
}

/** What the server says of a wrong MAC: the text it expected, with the keys masked, and a digest of that. */
function diagnostic(said: readonly string[]): string {
  const text = [...said, MASK].join('&');
  const digest = createHash('sha256').update(text, 'latin1').digest('hex').toUpperCase();
  return `URI-metodi ei kelpaa, katso dokumentaatio. Käytä MAC-tiivisteen laskentaan merkkijonoa: ${text} :: ${digest}`;
}

/** Both times are in UTC, say the same, and are not too far from now. */
function isOnTime(timestamp: string, unix: string, { now, windowMs }: Keys): boolean {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/.test(timestamp) || !/^\d+$/.test(unix)) return false;
  const at = Date.parse(`${timestamp.replace(' ', 'T')}Z`);
  return Math.floor(at / 1000) === Number(unix) && Math.abs(now.getTime() - at) <= windowMs;
}

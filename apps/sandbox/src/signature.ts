import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came over the wire: nothing decoded, nothing reordered. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, exactly. */
  readonly target: string;
  /** Names in lower case, one entry for each line. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Everything that can be wrong with a signature, in the order in which it is looked at. */
export type SignatureCheck =
  | 'header-twice'
  | 'partner-missing'
  | 'partner-unknown'
  | 'timestamp-missing'
  | 'timestamp-malformed'
  | 'timestamp-outside'
  | 'authorization-missing'
  | 'authorization-malformed'
  | 'signature-differs';

/** Who signed; or the first check that failed, and the well-known mistake that explains it where one does. */
export type Verdict =
  | { readonly partner: string }
  | { readonly failed: SignatureCheck; readonly partner: string | null; readonly mistake?: string };

/** How far a timestamp may be from the server's clock, either way. Fivaldi's own limit is not public. */
const CLOCK_SKEW_SECONDS = 300;

const SIGNED_ONCE = ['authorization', 'content-type'];

/** Verifies one request against the secrets of the partners; `now` is the server's clock. */
export function verify(request: WireRequest, secretOf: (partner: string) => string | undefined, now: Date): Verdict {
  const partner = header(request, 'x-fivaldi-partner');
  const failed = (check: SignatureCheck): Verdict => ({ failed: check, partner: partner ?? null });
  const counted = request.headers.map(([name]) => name).filter(isSigned);
  if (new Set(counted).size !== counted.length) return failed('header-twice');
  if (partner === undefined) return failed('partner-missing');
  const secret = secretOf(partner);
  if (secret === undefined) return failed('partner-unknown');

  const timestamp = header(request, 'x-fivaldi-timestamp');
  if (timestamp === undefined) return failed('timestamp-missing');
  if (!/^\d{1,12}$/.test(timestamp)) return failed('timestamp-malformed');
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > CLOCK_SKEW_SECONDS) return failed('timestamp-outside');

  const authorization = header(request, 'authorization');
  if (authorization === undefined) return failed('authorization-missing');
  const signature = /^Fivaldi (\S+)$/.exec(authorization)?.[1];
  if (signature === undefined) return failed('authorization-malformed');
  const parts = partsOf(request);
  if (same(signature, signatureOf(parts, secret))) return { partner };
  const mistake = MISTAKES.find(([, make]) => same(signature, signatureOf(make(parts, request), secret)))?.[0];
  return { ...failed('signature-differs'), ...(mistake === undefined ? {} : { mistake }) };
}

const isSigned = (name: string): boolean => name.startsWith('x-fivaldi') || SIGNED_ONCE.includes(name);

/** The lines that are signed; joined by a line feed, with none at the end. */
interface Parts {
  readonly method: string;
  readonly digest: string;
  readonly type: string;
  readonly headers: readonly string[];
  readonly path: string;
  readonly query: string;
}

/**
 * What has to be signed of a request.
 *
 *   body            | digest              | type
 *   ----------------+---------------------+----------------------
 *   none            | empty               | empty, whatever is sent
 *   multipart form  | empty               | empty
 *   any other       | MD5 of its bytes,   | the header's value, exactly
 *                   | lower-case hex      |
 */
function partsOf(request: WireRequest): Parts {
  const sent = header(request, 'content-type') ?? '';
  const isCounted = request.body.length > 0 && !isForm(sent);
  const cut = request.target.indexOf('?');
  return {
    method: request.method,
    digest: isCounted ? md5(request.body).toString('hex') : '',
    type: isCounted ? sent : '',
    headers: request.headers
      .filter(([name]) => name.startsWith('x-fivaldi'))
      .map(([name, value]) => `${name}:${value}`)
      .sort(),
    path: cut < 0 ? request.target : request.target.slice(0, cut),
    query: cut < 0 ? '' : request.target.slice(cut + 1),
  };
}

/** Node hands out header and target bytes as one character each: Latin-1 gives the wire's bytes back. */
function signatureOf(parts: Parts, secret: string): string {
  const lines = [parts.method, parts.digest, parts.type, ...parts.headers, parts.path];
  if (parts.query !== '') lines.push(parts.query);
  return createHmac('sha256', Buffer.from(secret, 'utf8'))
    .update(Buffer.from(lines.join('\n'), 'latin1'))
    .digest('base64');
}

/** The text is compared, not what it decodes to: two texts of Base64 can stand for the same bytes. */
function same(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given, 'latin1'), Buffer.from(right, 'latin1')];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Mistakes that clients are known to make: what they sign instead. They explain a refusal and never lift one. */
const MISTAKES: readonly (readonly [name: string, make: (parts: Parts, request: WireRequest) => Parts])[] = [
  ['the query is signed decoded', (parts) => ({ ...parts, query: decoded(parts.query) })],
  ['the query is signed encoded twice', (parts) => ({ ...parts, query: encodeURI(parts.query) })],
  ['the query is not signed', (parts) => ({ ...parts, query: '' })],
  ['the query is signed with its question mark', (parts) => ({ ...parts, query: `?${parts.query}` })],
  [
    'the path is signed without /customer/api',
    (parts) => ({ ...parts, path: parts.path.slice('/customer/api'.length) }),
  ],
  ['the path is signed decoded', (parts) => ({ ...parts, path: decoded(parts.path) })],
  ['the digest is signed as Base64', (parts, { body }) => ({ ...parts, digest: md5(body).toString('base64') })],
  ['the digest of an empty body is signed', (parts, { body }) => ({ ...parts, digest: md5(body).toString('hex') })],
  ['the form is signed like JSON', (parts, request) => ({ ...parts, ...asJson(request) })],
  ['the content type is signed without its charset', (parts) => ({ ...parts, type: 'application/json' })],
  ['the content type is signed with a charset', (parts) => ({ ...parts, type: 'application/json; charset=utf-8' })],
  [
    'the content type of no body is signed',
    (parts, request) => ({ ...parts, type: header(request, 'content-type') ?? '' }),
  ],
  ['the headers are signed in the wrong order', (parts) => ({ ...parts, headers: parts.headers.toReversed() })],
];

const asJson = (request: WireRequest) => ({
  digest: md5(request.body).toString('hex'),
  type: header(request, 'content-type') ?? '',
});

function decoded(text: string): string {
  try {
    return Buffer.from(decodeURIComponent(text), 'utf8').toString('latin1');
  } catch {
    return text;
  }
}

export const isForm = (contentType: string): boolean => /^multipart\/form-data\s*(;|$)/i.test(contentType);

const md5 = (body: Buffer): Buffer => createHash('md5').update(body).digest();

export function header({ headers }: WireRequest, wanted: string): string | undefined {
  return headers.find(([name]) => name === wanted)?.[1];
}

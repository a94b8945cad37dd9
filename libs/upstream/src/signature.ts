import { createHash, createHmac } from 'node:crypto';

/** What of a request is signed. */
export interface Signable {
  readonly method: string;
  /** Path and query exactly as they stand on the wire, from the first `/`: `/customer/api/ping?x=%C3%A4`. */
  readonly target: string;
  /** Every header whose name starts with `X-Fivaldi`, partner and timestamp among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: { readonly bytes: Uint8Array; readonly contentType: string };
}

/**
 * The text that Fivaldi's Customer API has signed (contract §1.2): parts joined by a line feed, none at the end.
 *
 *   part          | without a body | with one              | multipart
 *   --------------+----------------+-----------------------+----------------------
 *   method        | upper case     | upper case            | upper case
 *   body          | empty          | MD5 in lower-case hex | empty
 *   Content-Type  | empty          | the header's value    | empty
 *   X-Fivaldi-…   | one line each, `name:value`, names in lower case and in order of the name
 *   path          | up to the `?`, which is not part of it
 *   query         | what follows the `?`, byte for byte; no part at all without a query
 */
export function stringToSign({ method, target, headers, body }: Signable): string {
  const signedBody = body && !isMultipart(body.contentType) ? body : undefined;
  const [path = '', ...query] = target.split('?');
  return [
    method.toUpperCase(),
    signedBody ? createHash('md5').update(signedBody.bytes).digest('hex') : '',
    signedBody?.contentType ?? '',
    ...Object.entries(headers)
      .map(([name, value]) => `${name.toLowerCase()}:${value}`)
      .sort(byName),
    path,
    ...(query.length > 0 ? [query.join('?')] : []),
  ].join('\n');
}

/** Base64 of HMAC-SHA256 over {@link stringToSign}, for `Authorization: Fivaldi <signature>`. */
export function signature(secret: string, signable: Signable): string {
  return createHmac('sha256', secret).update(stringToSign(signable), 'utf8').digest('base64');
}

const isMultipart = (contentType: string): boolean => contentType.toLowerCase().startsWith('multipart/');

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

import { addressMatches, type AddressRule, normaliseAddress } from './address.js';

/**
 * The client's own address behind trusted proxies, or `undefined` when it cannot be known.
 *
 *   the connection comes from           | the client is
 *   ------------------------------------+----------------------------------------------------------------
 *   no trusted proxy                    | the peer, whatever the header claims
 *   a trusted proxy, no header          | the peer
 *   a trusted proxy, with a header      | from the right, the first hop that is no trusted proxy;
 *                                       | unknown when that hop cannot be read; the left-most when all are
 *
 * `forwardedFor` holds the values of every X-Forwarded-For header in their order. The left-most entry is whatever the
 * client wrote itself, so nothing is read beyond the first hop that is not trusted. An unknown client is refused
 * wherever addresses are restricted.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: readonly string[] | undefined,
  trustedProxies: readonly AddressRule[],
): string | undefined {
  const hops = (forwardedFor ?? []).flatMap((value) => value.split(',').map((hop) => hop.trim()));
  let client = normaliseAddress(peer ?? '');
  while (client !== undefined && addressMatches(trustedProxies, client)) {
    const hop = hops.pop();
    if (hop === undefined) return client;
    client = normaliseAddress(hop);
  }
  return client;
}

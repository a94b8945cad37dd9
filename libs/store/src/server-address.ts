import type { ConnectionOptions } from 'node:tls';

/** Where the server is and how its connections are protected, as `pg` takes it. */
export interface ServerAddress {
  /** Without parameters: what they say is in `ssl`. */
  readonly url: string;
  readonly ssl: false | Pick<ConnectionOptions, 'ca' | 'host'>;
}

/**
 * Reads a url of PostgreSQL. The clients read its `sslmode` each in its own way, and MikroORM not at all, so it is read
 * here, once:
 *
 *   sslmode          | the connection
 *   -----------------+----------------------------------------------------------------------------
 *   absent, disable  | is not encrypted
 *   verify-full      | is TLS; the server's certificate is by `ca`, or else by an authority that the
 *                    | system trusts, and names the host of the url
 *   anything else    | is refused: it would be encrypted for whoever answers
 *
 * Any other parameter is refused too, since nothing would heed it; so is `sslmode` twice, since readers differ in which
 * one counts.
 */
export function serverAddress(url: string, ca?: string): ServerAddress {
  const address = new URL(url);
  const { sslmode = 'disable', ...others } = Object.fromEntries(address.searchParams);
  if (Object.keys(others).length > 0) throw new TypeError('The url of a database has no parameter but sslmode');
  if (address.searchParams.getAll('sslmode').length > 1) throw new TypeError('sslmode is given once');
  if (sslmode !== 'disable' && sslmode !== 'verify-full') throw new TypeError('sslmode is verify-full or disable');
  address.search = '';
  if (sslmode === 'disable') return { url: address.href, ssl: false };
  // `host`: where the url has a bare address, the certificate must name that, and not the client's idea of a host.
  const host = address.hostname.replace(/^\[(.*)\]$/, '$1');
  return { url: address.href, ssl: ca === undefined ? { host } : { ca, host } };
}

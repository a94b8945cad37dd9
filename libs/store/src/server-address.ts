import type { SecureContext } from 'node:tls';

/** Where the server is and how its connections are protected, as `pg` takes it. */
export interface ServerAddress {
  /** Without parameters: what they say is in `ssl`. */
  readonly url: string;
  readonly ssl: false | { readonly host: string };
}

/**
 * What `pg` copies into the options of each connection, and so looks at each time. A class, since MikroORM takes plain
 * objects apart.
 */
class Protection {
  declare readonly secureContext: SecureContext;

  constructor(
    readonly host: string,
    tls: () => SecureContext,
  ) {
    Object.defineProperty(this, 'secureContext', { enumerable: true, get: tls });
  }
}

/**
 * Reads a url of PostgreSQL. The clients read its `sslmode` each in its own way, and MikroORM not at all, so it is read
 * here, once:
 *
 *   sslmode          | the connection
 *   -----------------+----------------------------------------------------------------------------
 *   absent, disable  | is not encrypted
 *   verify-full      | is TLS; the server's certificate is by an authority of `tls`, or else by one that
 *                    | the system trusts, and names the host of the url; `tls` says what is shown to it
 *   anything else    | is refused: it would be encrypted for whoever answers
 *
 * Any other parameter is refused too, since nothing would heed it; so is `sslmode` twice, since readers differ in which
 * one counts.
 */
export function serverAddress(url: string, tls?: () => SecureContext): ServerAddress {
  const address = new URL(url);
  const { sslmode = 'disable', ...others } = Object.fromEntries(address.searchParams);
  if (Object.keys(others).length > 0) throw new TypeError('The url of a database has no parameter but sslmode');
  if (address.searchParams.getAll('sslmode').length > 1) throw new TypeError('sslmode is given once');
  if (sslmode !== 'disable' && sslmode !== 'verify-full') throw new TypeError('sslmode is verify-full or disable');
  address.search = '';
  if (sslmode === 'disable') return { url: address.href, ssl: false };
  // `host`: where the url has a bare address, the certificate must name that, and not the client's idea of a host.
  const host = address.hostname.replace(/^\[(.*)\]$/, '$1');
  return { url: address.href, ssl: tls ? new Protection(host, tls) : { host } };
}

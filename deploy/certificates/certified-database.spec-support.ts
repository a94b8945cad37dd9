import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { LocalService } from '../../scripts/local/local-service.ts';
import { startPostgres } from '../../scripts/local/postgres.ts';
import { serverUser } from '../../scripts/local/server-user.ts';
import type { Certificates } from './certificates.spec-support.ts';

/**
 * A PostgreSQL with the rules of an installation about who comes in, and behind them the one by which it is seen to start:
 * the owner, without TLS, by a password. The certificates lie in `folder`.
 */
export async function startCertified(folder: string, certificates: Certificates): Promise<LocalService> {
  // Root's tests run the server as another user, who must get to its certificate.
  for (const place of [folder, join(folder, 'certificates')]) chmodSync(place, 0o755);
  const user = serverUser();
  if (user) chownSync(certificates.key, user.uid, user.gid);
  const rules = join(folder, 'pg_hba.conf');
  const installed = readFileSync(new URL('../postgres/pg_hba.conf', import.meta.url), 'utf8');
  writeFileSync(rules, `${installed}hostnossl all tietovirta 127.0.0.1/32 scram-sha-256\n`);
  const { cert, key, authority } = certificates;
  const settings = { ssl: 'on', ssl_cert_file: cert, ssl_key_file: key, ssl_ca_file: authority, hba_file: rules };
  return startPostgres({ directory: join(folder, 'server'), say: () => undefined, settings });
}

/** The server under a name, since its certificate is of `localhost`, and for a user. */
export function urlOf(
  server: LocalService,
  { host = 'localhost', user = 'tietovirta', password = '', sslmode = 'verify-full' } = {},
): string {
  const url = new URL(server.url);
  [url.hostname, url.username, url.password] = [host, user, password];
  url.search = `?sslmode=${sslmode}`;
  return url.href;
}

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Why the specs of encryption cannot run on this machine; `undefined` where they can. */
export const withoutOpenssl: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'there is no openssl to make certificates with';

/** The files of a certificate and its key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** The files of an authority and of what it vouches for: a server, and clients. */
export interface Certificates extends Pair {
  readonly authority: string;
  /** Of the user `tietovirta_<name>`, of the owner, or of who reads metrics. */
  readonly client: (name: Client) => Pair;
}

/** By the names of their folders, whom each certificate names. `renewed`: a second one for the same user. */
const CLIENTS = {
  gateway: 'tietovirta_gateway',
  auth: 'tietovirta_auth',
  connector: 'tietovirta_connector',
  severa: 'tietovirta_severa',
  audit: 'tietovirta_audit',
  renewed: 'tietovirta_gateway',
  owner: 'tietovirta',
  prometheus: 'prometheus',
  stranger: 'nobody',
} as const;
export type Client = keyof typeof CLIENTS;

/** As an installation makes them, for a server `localhost` alone: 127.0.0.1 is the same one under another name. */
export function certificatesIn(folder: string): Certificates {
  const script = new URL('./make-certificates.sh', import.meta.url).pathname;
  const clients = Object.entries(CLIENTS).map(([name, user]) => `${name}::${user}`);
  const { status, stderr } = spawnSync('sh', [script, folder, 'localhost', '--', ...clients], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const pairIn = (name: string, kind = ''): Pair => ({
    cert: join(folder, name, `${kind}cert.pem`),
    key: join(folder, name, `${kind}key.pem`),
  });
  return {
    ...pairIn('localhost'),
    authority: join(folder, 'authority', 'ca.pem'),
    client: (name) => pairIn(name, 'client-'),
  };
}

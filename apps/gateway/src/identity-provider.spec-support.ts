import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import Provider, { type Context } from 'oidc-provider';

/** Who signs in at the provider, and what it says of them. */
export interface Account {
  readonly email?: string;
  readonly email_verified?: boolean;
  /** Who they are there; by default, whoever has the e-mail. */
  readonly subject?: string;
  /** How they signed in; by default with two factors. */
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** How many seconds ago; by default just now. */
  readonly age?: number;
}

/** An answer of the provider, on its way out. */
type Answer = Readonly<Record<string, unknown>>;

/** What the provider says in place of what is right; each gets what it would have said. */
export interface Lies {
  /** Its ID token's claims; signed with its key, as the true ones are. */
  readonly claims?: (claims: Answer) => Answer;
  /** The answer to a code. */
  readonly tokens?: (answer: Answer) => Answer;
  /** What it publishes of itself. */
  readonly metadata?: (published: Answer) => Answer;
}

export const CLIENT = { clientId: 'tietovirta', clientSecret: 'a secret between two services' } as const;

/** A real OpenID provider on loopback, at which whoever comes is signed in at once as {@link account}. */
export class IdentityProvider {
  account: Account = {};
  private constructor(
    readonly issuer: URL,
    private readonly server: Server,
  ) {}

  /** `emailInIdToken`: else only the userinfo endpoint tells it. `ownKeys`: else it publishes keys that sign nothing.
   * `tellsTime`: of a sign-in even where nobody asks. `lies`: what it says in place of what is right. */
  static async start(
    callback: URL,
    {
      emailInIdToken = true,
      ownKeys = true,
      algorithm = 'RS256',
      port = 0,
      tellsTime = false,
      lies = {},
    }: {
      emailInIdToken?: boolean;
      ownKeys?: boolean;
      algorithm?: string;
      port?: number;
      tellsTime?: boolean;
      lies?: Lies;
    } = {},
  ): Promise<IdentityProvider> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
    const issuer = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const standing = new IdentityProvider(issuer, server);
    const key = signingKey();
    const provider = new Provider(issuer.origin, {
      clients: [
        {
          client_id: CLIENT.clientId,
          client_secret: CLIENT.clientSecret,
          token_endpoint_auth_method: 'client_secret_post',
          redirect_uris: [callback.href],
          id_token_signed_response_alg: algorithm,
          require_auth_time: tellsTime,
        },
      ],
      enabledJWA: { idTokenSigningAlgValues: ['RS256', algorithm] },
      acrValues: ['one-factor', 'two-factors'],
      claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'] },
      conformIdTokenClaims: !emailInIdToken,
      features: { devInteractions: { enabled: false } },
      interactions: { url: () => '/sign-in' },
      adapter: keptInMemory(),
      jwks: { keys: [key] },
      ttl: TTL,
      cookies: { keys: ['of this spec alone'] },
      findAccount: (_: unknown, accountId: string) => ({
        accountId,
        claims: () => {
          const { email, email_verified } = standing.account;
          return { sub: accountId, email, email_verified };
        },
      }),
      loadExistingGrant: async ({ oidc }: Context) => {
        const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
        grant.addOIDCScope('openid email');
        await grant.save();
        return grant;
      },
    });
    const answer = provider.callback();
    server.on('request', (request, response) => {
      if (request.url === '/token') told(response, (said) => withLies(said, lies, key));
      if (request.url === '/.well-known/openid-configuration') told(response, lies.metadata);
      if (request.url === '/sign-in') void provider.interactionFinished(request, response, { login: standing.login() });
      else if (request.url === '/jwks' && !ownKeys)
        response.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify({ keys: [publicKey()] }));
      else answer(request, response);
    });
    return standing;
  }

  private login(): object {
    const { subject, email, acr = 'two-factors', amr = ['pwd', 'otp', 'mfa'], age = 0 } = this.account;
    return {
      accountId: subject ?? email?.toLowerCase() ?? 'somebody',
      acr,
      amr,
      ts: Math.floor(Date.now() / 1000) - age,
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

const TTL = { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 };

/** Has an answer say something else. */
function told(response: ServerResponse, otherwise: ((answer: Answer) => Answer) | undefined): void {
  if (!otherwise) return;
  const end = response.end.bind(response) as (text: string) => ServerResponse;
  const lie = (text: unknown): ServerResponse => {
    const said = JSON.stringify(otherwise(JSON.parse(String(text)) as Answer));
    response.setHeader('content-length', Buffer.byteLength(said));
    return end(said);
  };
  response.end = lie as typeof response.end;
}

function withLies(answer: Answer, { claims, tokens = (said) => said }: Lies, key: JsonWebKey): Answer {
  const { id_token: token } = answer;
  if (!claims || typeof token !== 'string') return tokens(answer);
  const [head = '', body = ''] = token.split('.');
  const said = claims(JSON.parse(Buffer.from(body, 'base64url').toString()) as Answer);
  return tokens({ ...answer, id_token: signed(head, said, key) });
}

/** RS256, as the provider itself does by default. `head`: of another token of it. */
function signed(head: string, claims: Answer, key: JsonWebKey): string {
  const text = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const signature = sign('sha256', Buffer.from(text), createPrivateKey({ key, format: 'jwk' }));
  return `${text}.${signature.toString('base64url')}`;
}

const signingKey = (): JsonWebKey =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const publicKey = (): object => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
  alg: 'RS256',
  use: 'sig',
});

/** What the provider keeps: its own adapter warns, at every start, that it is for tests. */
function keptInMemory() {
  const kept = new Map<string, Record<string, unknown>>();
  return (kind: string) => ({
    upsert: (id: string, value: Record<string, unknown>) => Promise.resolve(void kept.set(`${kind} ${id}`, value)),
    find: (id: string) => Promise.resolve(kept.get(`${kind} ${id}`)),
    findByUid: (uid: string) => Promise.resolve([...kept.values()].find((value) => value['uid'] === uid)),
    consume: (id: string) => Promise.resolve(void (kept.get(`${kind} ${id}`)!['consumed'] = true)),
    destroy: (id: string) => Promise.resolve(void kept.delete(`${kind} ${id}`)),
    revokeByGrantId: (grant: string) => {
      for (const [key, value] of kept) if (value['grantId'] === grant) kept.delete(key);
      return Promise.resolve();
    },
  });
}

/** As much of a browser as a sign-in takes: it keeps cookies for each origin, and goes where it is sent. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();

  async fetch(url: URL, init: RequestInit = {}): Promise<Response> {
    const jar = this.jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(cookie && { cookie }), ...(init.headers as Record<string, string> | undefined) };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(set)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  /** Follows redirections until one leads to `end`, and returns where. */
  async follow(start: URL, end: URL): Promise<URL> {
    let url = start;
    for (let step = 0; step < 10; step += 1) {
      if (url.origin === end.origin && url.pathname === end.pathname) return url;
      const location = (await this.fetch(url)).headers.get('location');
      if (location === null) throw new Error(`${url.href} leads nowhere`);
      url = new URL(location, url);
    }
    throw new Error('So many redirections are a circle');
  }

  jar({ origin }: URL): Map<string, string> {
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }
}

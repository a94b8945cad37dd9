import { createHash } from 'node:crypto';

import type { SeveraReply } from './severa-answer.js';
import type { SeveraCredentials } from './severa-request.js';

/** A token, or what there is instead: never `ok`, and never anything that speaks of the request it was wanted for. */
export type TokenReply =
  { readonly as: 'token'; readonly token: string } | Exclude<SeveraReply, { as: 'ok' | 'refused' | 'unknown' }>;

/** What a token may have left when it is handed out: requests wait for their turn with it in their hands. */
const SKEW = 60_000;

/** For how long a token is kept that says nothing of its end. A guess too long costs one 401, one too short a request. */
const UNSAID_LIFETIME = 600_000;

/** Tokens are a kilobyte or so; the oldest is asked for anew. */
const MOST_TOKENS = 10_000;

interface Kept {
  readonly token: string;
  /** By our clock, in milliseconds. */
  readonly expires: number;
}

/**
 * The tokens of many clients: each is asked for when it is needed, kept until a minute before it ends, and asked for
 * once however many wait for it.
 *
 * Severa also hands out a refresh token. It is never used: with a client's own credentials a new token costs the same
 * one request, and there is one secret less to keep (contracts/severa §2.2).
 */
export class SeveraTokens {
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<TokenReply>>();

  /** @param request sends the body of `POST /v1/token` once. */
  constructor(
    private readonly request: (clientId: string, body: Readonly<Record<string, string>>) => Promise<SeveraReply>,
    private readonly now: () => Date,
  ) {}

  async tokenFor(credentials: SeveraCredentials): Promise<TokenReply> {
    const key = keyOf(credentials);
    const kept = this.#kept.get(key);
    if (kept && kept.expires - SKEW > this.now().getTime()) return { as: 'token', token: kept.token };
    const underWay = this.#asked.get(key);
    if (underWay) return underWay;
    const asking = this.#ask(key, credentials).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asking);
    return asking;
  }

  /** Severa did not take it. Whoever was quicker may have brought a new one: that one stays. */
  forget(credentials: SeveraCredentials, token: string): void {
    const key = keyOf(credentials);
    if (this.#kept.get(key)?.token === token) this.#kept.delete(key);
  }

  async #ask(key: string, { clientId, clientSecret, scopes }: SeveraCredentials): Promise<TokenReply> {
    const body = { client_id: clientId, client_secret: clientSecret, scope: scopes.join(',') };
    const reply = await this.request(clientId, body);
    if (reply.as !== 'ok') return insteadOfToken(reply);
    const given = readToken(reply.body, this.now().getTime());
    if (given === null) return { as: 'unreachable', why: 'no token: an answer without one' };
    const missing = scopes.filter((scope) => given.scopes !== null && !given.scopes.has(scope.toLowerCase()));
    if (missing.length > 0) return { as: 'not-set-up', type: 'InsufficientApiScope', text: missing.join(', ') };
    this.#keep(key, given);
    return { as: 'token', token: given.token };
  }

  #keep(key: string, { token, expires }: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, { token, expires });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_TOKENS && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/**
 * A token that does not come leaves the request unsent, so nothing about it is unknown. A refusal is about what was
 * sent for it, which is only the credentials.
 */
function insteadOfToken(reply: Exclude<SeveraReply, { as: 'ok' }>): TokenReply {
  if (reply.as === 'refused') return { as: 'unauthorised', text: reply.texts.join(' ') };
  if (reply.as === 'unknown') return { as: 'unreachable', why: `no token: ${reply.why}` };
  return reply;
}

function readToken(body: unknown, now: number): (Kept & { readonly scopes: ReadonlySet<string> | null }) | null {
  if (typeof body !== 'object' || body === null) return null;
  const answer = body as Readonly<Record<string, unknown>>;
  const token = answer['access_token'];
  if (typeof token !== 'string' || !isHeaderText(token)) return null;
  const scope = answer['scope'];
  const scopes = typeof scope === 'string' ? new Set(scope.toLowerCase().split(/[\s,]+/)) : null;
  return { token, expires: endOf(answer, now), scopes };
}

/** The earlier of the two where both are said: the moment relies on our clock, and the seconds do not. */
function endOf(answer: Readonly<Record<string, unknown>>, now: number): number {
  const utc = answer['access_token_expires_utc'];
  const seconds = answer['access_token_expires_in'];
  const ends = [
    typeof utc === 'string' ? Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(utc) ? utc : `${utc}Z`) : Number.NaN,
    typeof seconds === 'number' ? now + seconds * 1000 : Number.NaN,
  ].filter(Number.isFinite);
  return ends.length > 0 ? Math.min(...ends) : now + UNSAID_LIFETIME;
}

/** Whether it may stand in a header: what a person pasted may hold anything. */
export const isHeaderText = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

/** The secret is in it, so that a new one is tried at once; hashed, so that it is not kept twice. */
const keyOf = ({ clientId, clientSecret, scopes }: SeveraCredentials): string =>
  createHash('sha256')
    .update(JSON.stringify([clientId, clientSecret, scopes]))
    .digest('base64');

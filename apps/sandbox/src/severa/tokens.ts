import { randomBytes } from 'node:crypto';

import type { Answer } from '../wire.js';
import { badBody, exception, jsonAnswer, unauthenticated } from './exception.js';
import { isGiven } from './model.js';
import type { Organisation } from './organisation.js';

interface Grant {
  readonly organisation: Organisation;
  readonly scopes: ReadonlySet<string>;
  readonly until: number;
}

const REFRESH_SECONDS = 86_400;
/** Beyond as many, those that are over are forgotten. */
const MANY = 20_000;

/** Access and refresh tokens. Several of one client are good at the same time. */
export class Tokens {
  private readonly access = new Map<string, Grant>();
  private readonly refreshing = new Map<string, Grant>();

  /** `POST /token`. Scopes stand with commas, spaces or both between them; without any, all that the client may have. */
  issue(body: unknown, organisationOf: (clientId: string) => Organisation | undefined, now: Date): Answer {
    if (!isGiven(body)) return badBody('InvalidRequest', { name: '', message: 'An object is required.' });
    const { client_id: id, client_secret: secret, scope } = body;
    if (typeof id !== 'string' || id === '') return badBody('InvalidParameter', requiredField('client_id'));
    if (typeof secret !== 'string' || secret === '') return badBody('InvalidParameter', requiredField('client_secret'));
    const organisation = organisationOf(id);
    if (!organisation || organisation.settings.clientSecret !== secret || organisation.userRemoved) {
      return unauthenticated('The client id or the client secret is not valid.');
    }
    const { scopes, otherScopes } = organisation.settings;
    const asked = typeof scope === 'string' ? scope.split(/[\s,]+/).filter((one) => one !== '') : scopes;
    const allowed = asked.filter((one) => scopes.includes(one));
    if (allowed.length < asked.length && otherScopes === 'refused') {
      return unauthenticated('A requested scope is not allowed for the client.');
    }
    return this.granted(organisation, allowed, now);
  }

  /** `POST /refreshtoken`: the body is the token as a JSON string. It is used up by this. */
  refresh(body: unknown, clientId: string | undefined, now: Date): Answer {
    const token = typeof body === 'string' ? body : '';
    const grant = this.refreshing.get(token);
    this.refreshing.delete(token);
    if (!grant || grant.organisation.clientId !== clientId || !isGood(grant, now)) {
      return unauthenticated('The refresh token is not valid.');
    }
    return this.granted(grant.organisation, [...grant.scopes], now);
  }

  /** `POST /signout`: the access token is good until it is over. */
  signOut(body: unknown): Answer {
    if (typeof body === 'string') this.refreshing.delete(body);
    return { status: 200, type: 'application/octet-stream', body: Buffer.alloc(0) };
  }

  /** Whose call it is, and with which scopes. Both headers are required, and have to belong together. */
  holder(authorization: string | undefined, clientId: string | undefined, now: Date): Grant | Answer {
    const [, token] = /^Bearer (.+)$/.exec(authorization ?? '') ?? [];
    const grant = token === undefined ? undefined : this.access.get(token);
    if (!grant || !isGood(grant, now) || grant.organisation.clientId !== clientId) return unauthenticated();
    return grant;
  }

  private granted(organisation: Organisation, scopes: readonly string[], now: Date): Answer {
    const { tokenSeconds } = organisation.settings;
    const grant = { organisation, scopes: new Set(scopes) };
    const ends = (seconds: number): number => now.getTime() + seconds * 1000;
    const [access, refresh] = [newToken(), newToken()];
    forgetOld(this.access, now);
    forgetOld(this.refreshing, now);
    this.access.set(access, { ...grant, until: ends(tokenSeconds) });
    this.refreshing.set(refresh, { ...grant, until: ends(REFRESH_SECONDS) });
    const answer = {
      access_token: access,
      access_token_type: 'Bearer',
      access_token_expires_in: tokenSeconds,
      access_token_expires_utc: new Date(ends(tokenSeconds)).toISOString(),
      refresh_token: refresh,
      refresh_token_expires_in: REFRESH_SECONDS,
      refresh_token_expires_utc: new Date(ends(REFRESH_SECONDS)).toISOString(),
      scope: scopes.join(','),
    };
    return jsonAnswer(200, JSON.stringify(answer));
  }
}

/** What an organisation answers every call with; null when it answers as it should. */
export function refusal({ settings: { refuses } }: Organisation): Answer | null {
  return refuses === null ? null : exception(403, refuses, { message: `The call is refused: ${refuses}.` });
}

/** Why a call with this grant may not do what needs `scope`; null when it may. A scope taken away counts at once. */
export function forbidden({ organisation, scopes }: Grant, scope: string): Answer | null {
  if (scopes.has(scope) && organisation.settings.scopes.includes(scope)) return null;
  return exception(403, 'InsufficientApiScope', { message: `Scope ${scope} is required.` });
}

const isGood = ({ organisation, until }: Grant, now: Date): boolean =>
  !organisation.userRemoved && now.getTime() < until;

const newToken = (): string => randomBytes(24).toString('base64url');
const requiredField = (name: string) => ({ name, message: 'The value is required.' });

function forgetOld(grants: Map<string, Grant>, now: Date): void {
  if (grants.size < MANY) return;
  for (const [token, { until }] of grants) if (until <= now.getTime()) grants.delete(token);
}

import { randomUUID } from 'node:crypto';
import { ApiClient } from './api-client.ts';
import { giveCode } from './authenticator.ts';

export interface PersonAtWork {
  readonly personId: string;
  readonly email: string;
  readonly password: string;
  /** Each lets in once in place of a code. */
  readonly recoveryCodes: readonly string[];
  readonly client: ApiClient;
}

type Role = { readonly role: string; readonly environmentId: string | null; readonly companyId: string | null };

/** A new person with these roles, signed in for the first time by every step that there is. */
export async function personAtWork(operator: ApiClient, roles: readonly Role[]): Promise<PersonAtWork> {
  const email = `${randomUUID()}@example.fi`;
  const body = { email, name: 'Maija Meikäläinen', language: 'fi', roles };
  const made = await operator.json<{ personId: string }>('POST', '/v1/people', body);
  const { personId } = made.body;
  const given = await operator.json<{ password: string }>('POST', `/v1/people/${personId}/password`, {});
  const oneTime = given.body.password;

  const first = await signInStep(operator.url, '/v1/session', { email, password: oneTime });
  const passing = await giveCode(
    String(first.body['otpauthUri']),
    (code) => tryStep(operator.url, '/v1/session/second-factor', { code }, first.token),
    ({ status }) => status === 200,
  );
  const second = taken('/v1/session/second-factor', passing);
  const password = 'a long and quiet word of mine';
  const third = await signInStep(operator.url, '/v1/session/password', { current: oneTime, password }, second.token);
  const recoveryCodes = second.body['recoveryCodes'] as string[];
  return { personId, email, password, recoveryCodes, client: new ApiClient(operator.url, third.token) };
}

/** One step of signing in; the session's token travels in a cookie. Throws when it leads no further. */
export async function signInStep(url: string, path: string, body: object, token?: string) {
  return taken(path, await tryStep(url, path, body, token));
}

interface Step {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** Of the session that goes on from here. */
  readonly token: string | undefined;
}

function taken(path: string, { status, body, token }: Step) {
  if (status >= 300 || token === undefined) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return { body, token };
}

async function tryStep(url: string, path: string, body: object, token?: string): Promise<Step> {
  const answer = await fetch(url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  });
  const read = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  const cookie = answer.headers.getSetCookie().find((one) => /^(__Host-)?tietovirta=/.test(one));
  return { status: answer.status, body: read, token: /=([^;]+)/.exec(cookie ?? '')?.[1] };
}

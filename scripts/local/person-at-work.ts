import { randomUUID } from 'node:crypto';
import { TOTP, URI } from 'otpauth';
import { ApiClient } from './api-client.ts';

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
  const code = (URI.parse(String(first.body['otpauthUri'])) as TOTP).generate();
  const second = await signInStep(operator.url, '/v1/session/second-factor', { code }, first.token);
  const password = 'a long and quiet word of mine';
  const third = await signInStep(operator.url, '/v1/session/password', { current: oneTime, password }, second.token);
  const recoveryCodes = second.body['recoveryCodes'] as string[];
  return { personId, email, password, recoveryCodes, client: new ApiClient(operator.url, third.token) };
}

/** One step of signing in; the session's token travels in a cookie. */
export async function signInStep(url: string, path: string, body: object, token?: string) {
  const answer = await fetch(url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  });
  const read = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  const cookie = answer.headers.getSetCookie().find((one) => /^(__Host-)?tietovirta=/.test(one));
  const next = /=([^;]+)/.exec(cookie ?? '')?.[1];
  if (!answer.ok || next === undefined) throw new Error(`${path}: ${answer.status} ${JSON.stringify(read)}`);
  return { body: read, token: next };
}

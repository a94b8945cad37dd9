import { randomBytes, randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from 'otpauth';

import { until, uniqueNamespace } from '../../libs/testing/src/index.ts';
import { giveCode } from '../../scripts/local/authenticator.ts';
import { install, type Installed } from './installed.ts';
import { ANSWERS, type Asked, Traces } from './traces.ts';

const canary = (what: string): string => `CANARY-${what}-${randomBytes(8).toString('hex').toUpperCase()}`;

/** The sandbox's telephone; with a provider the text is on somebody's own. */
const TELEPHONE = 'auth.sms_inbox';

const sessionOf = (headers: Headers): string => /=([\w-]{20,})/.exec(headers.get('set-cookie') ?? '')?.[1] ?? '';

/**
 * A person signs in with every step there is, and a partner user with the one-time password from its telephone; each
 * step is also taken wrongly. Afterwards nothing of what they know or have is anywhere but with them.
 */
describe('what people and partner users know', () => {
  let installed: Installed;
  let traces: Traces;
  let operator: Record<string, string>;
  const environment = randomUUID();
  const email = `${randomUUID()}@example.fi`;
  const userName = `kumppani-${randomBytes(4).toString('hex')}`;
  const mobile = '+358401234567';
  /** What each secret is called, and how it is written. */
  const secrets = new Map<string, string>([
    ['a wrong password', canary('WRONG')],
    ['a wrong code', canary('CODE')],
    ["the person's own password", canary('PERSON')],
    ["the partner user's own password", canary('PARTNER')],
    ['a password that is too short', canary('X').slice(0, 14)],
  ]);
  const secret = (name: string): string => {
    const known = secrets.get(name);
    if (!known) throw new Error(`${name} was never known`);
    return known;
  };

  /** A request that must be answered with this status. */
  const post = async (
    path: string,
    body: unknown,
    status: number,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Asked> => {
    const answer = await traces.post(path, body, headers);
    expect({ path, status: answer.status, code: answer.body['code'] }).toMatchObject({ path, status });
    return answer;
  };

  beforeAll(async () => {
    const namespace = `${uniqueNamespace()}.`;
    installed = await install({ namespace });
    traces = new Traces(installed, namespace);
    operator = { authorization: `Bearer ${installed.operatorToken}` };
    await installed.operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
  }, 90_000);
  afterAll(async () => {
    await traces?.close();
    await installed?.stop();
  });

  it('lets the person in, step by step', async () => {
    const people = `/v1/environments/${environment}/people`;
    const roles = [{ role: 'main-user', companyId: null }];
    const { body: added } = await traces.post(people, { email, name: 'Maija', language: 'fi', roles }, operator);
    const { body: given } = await traces.post(`${people}/${String(added['personId'])}/password`, {}, operator);
    secrets.set('the one-time password of the person', String(given['password']));

    await post('/v1/session', { email, password: secret('a wrong password') }, 401);
    const asked = await post('/v1/session', { email, password: secret('the one-time password of the person') }, 200);
    const uri = new URL(String(asked.body['otpauthUri']));
    const seed = Secret.fromBase32(uri.searchParams.get('secret') ?? '');
    secrets.set('the seed of the second factor', seed.base32);
    secrets.set('the seed of the second factor, in hexadecimal', seed.hex.toLowerCase());
    secrets.set('the token of a session that waits', sessionOf(asked.headers));

    const waiting = { authorization: `Bearer ${sessionOf(asked.headers)}` };
    await post('/v1/session/second-factor', { code: secret('a wrong code') }, 401, waiting);
    const passed = await giveCode(
      uri.href,
      (code) => traces.post('/v1/session/second-factor', { code }, waiting),
      ({ status }) => status === 200,
    );
    expect(passed.status).toBe(200);
    secrets.set('the token of a session', sessionOf(passed.headers));
    const codes = passed.body['recoveryCodes'] as readonly string[];
    for (const [nth, code] of codes.entries()) secrets.set(`recovery code ${nth + 1}`, code);

    const inside = { authorization: `Bearer ${sessionOf(passed.headers)}` };
    const current = secret('the one-time password of the person');
    await post('/v1/session/password', { current, password: secret('a password that is too short') }, 400, inside);
    const changed = await post(
      '/v1/session/password',
      { current, password: secret("the person's own password") },
      204,
      inside,
    );
    secrets.set('the token of the session after that', sessionOf(changed.headers));
  }, 60_000);

  it('lets the partner user in, with what came to its telephone', async () => {
    const partner = { userName, company: 'Kumppani Oy', businessId: '0112038-9', email, mobile, language: 'FIN' };
    await post('/v1/partner-users', { ...partner, scopeCompanyId: null }, 201, operator);
    const oneTime = await until(
      async () => {
        const { body } = await traces.ask(`/v1/sandbox/sms?to=${encodeURIComponent(mobile)}`, { headers: operator });
        return /kertasalasana (\S+)\. /.exec(JSON.stringify(body))?.[1];
      },
      { within: 20_000, what: 'a text message' },
    );
    secrets.set('the one-time password of the partner user', oneTime);
    const newPassword = secret("the partner user's own password");

    await post('/v1/token', { userName, password: oneTime }, 403);
    const wrong = { userName, oldPassword: secret('a wrong password'), newPassword };
    await post('/v1/token/password', wrong, 401);
    const short = { userName, oldPassword: oneTime, newPassword: secret('a password that is too short') };
    await post('/v1/token/password', short, 400);
    await post('/v1/token/password', { userName, oldPassword: oneTime, newPassword }, 204);
    const signedIn = await post('/v1/token', { userName, password: newPassword }, 201);
    secrets.set('the token of the partner user', String(signedIn.body['token']));
    await until(async () => (await traces.entries('password.changed')) >= 2, { what: 'the log to be written' });
  }, 60_000);

  it('would be found: what may be kept or shown is', async () => {
    await traces.collect();
    expect(await traces.of(userName)).toContain('auth.partner_user');
    expect(await traces.of('session.refused')).toContain(ANSWERS);
    expect(await traces.of(secret('the one-time password of the partner user'))).toContain(TELEPHONE);
  });

  it('is nowhere', async () => {
    await traces.collect();
    const found = new Map<string, readonly string[]>();
    for (const [name, text] of secrets) {
      expect(text.length).toBeGreaterThanOrEqual(14);
      const places = (await traces.of(text)).filter((place) => place !== TELEPHONE);
      if (places.length > 0) found.set(name, places);
    }
    expect(Object.fromEntries(found)).toEqual({});
    expect(secrets.size).toBeGreaterThanOrEqual(20);
  }, 60_000);
});

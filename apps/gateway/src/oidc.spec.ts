import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { AppError } from '#lib/errors';

import { type Account, Browser, CLIENT, IdentityProvider, type Lies } from './identity-provider.spec-support.js';
import { isStrongEnough, Oidc, type OidcSettings } from './oidc.js';

const CALLBACK = new URL('http://127.0.0.1:9/v1/session/oidc/callback');
const KNOWN: Account = { email: 'maija@example.fi', email_verified: true };
const TWO_FACTORS = { acr: ['two-factors'], amr: ['mfa'] };
const MAIJA = { subject: 'maija@example.fi', email: 'maija@example.fi' };
const silent = { warn: (): void => undefined };

const settings = (issuer: URL): OidcSettings => ({
  issuer,
  ...CLIENT,
  strength: TWO_FACTORS,
  maxAge: 28_800,
  callback: CALLBACK,
});

let provider: IdentityProvider;
let oidc: Oidc;

beforeAll(async () => {
  provider = await IdentityProvider.start(CALLBACK);
  oidc = new Oidc(settings(provider.issuer), silent);
});
afterAll(() => provider.stop());
beforeEach(() => {
  provider.account = KNOWN;
});

/** Goes to the provider and signs in there; what the browser would bring back, and what it remembers. */
async function signedInThere(at = oidc): Promise<{ query: string; flow: string }> {
  const { url, flow } = await at.begin();
  const { search: query } = await new Browser().follow(url, CALLBACK);
  return { query, flow };
}
const part = (flow: string, index: number, value: string) => flow.split('.').with(index, value).join('.');

describe('a sign-in at the identity provider', () => {
  it('brings back the e-mail that the provider has verified', async () => {
    const { query, flow } = await signedInThere();
    expect(await oidc.finish(query, flow)).toEqual({ issuer: provider.issuer.origin, ...MAIJA });
  });

  it('asks the userinfo endpoint where the ID token does not tell', async () => {
    const terse = await IdentityProvider.start(CALLBACK, { emailInIdToken: false });
    terse.account = KNOWN;
    const other = new Oidc(settings(terse.issuer), silent);
    const { query, flow } = await signedInThere(other);
    expect(await other.finish(query, flow)).toMatchObject(MAIJA);
    await terse.stop();
  });

  it('brings back nobody when the ID token is not signed with a key of the provider', async () => {
    const forged = await IdentityProvider.start(CALLBACK, { ownKeys: false });
    forged.account = KNOWN;
    const other = new Oidc(settings(forged.issuer), silent);
    const { query, flow } = await signedInThere(other);
    expect(await other.finish(query, flow)).toBeNull();
    await forged.stop();
  });

  type Claims = Readonly<Record<string, unknown>>;
  const without = (claims: Claims, name: string): Claims =>
    Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name));
  const NOW = Math.floor(Date.now() / 1000);
  const ELSEWHERE = 'https://another.example';

  it.each<[string, boolean, Lies]>([
    ['is as it was made', true, { claims: (claims) => ({ ...claims }) }],
    [
      'is for several, and says that it was asked for by us',
      true,
      { claims: (claims) => ({ ...claims, aud: [CLIENT.clientId, 'b'], azp: CLIENT.clientId }) },
    ],
    ['was good until an hour ago', false, { claims: (claims) => ({ ...claims, exp: NOW - 3_600 }) }],
    ['does not say until when it is good', false, { claims: (claims) => without(claims, 'exp') }],
    ['says that in words', false, { claims: (claims) => ({ ...claims, exp: 'tomorrow' }) }],
    ['is good from an hour on', false, { claims: (claims) => ({ ...claims, nbf: NOW + 3_600 }) }],
    ['does not say when it was made', false, { claims: (claims) => without(claims, 'iat') }],
    ['is for somebody else', false, { claims: (claims) => ({ ...claims, aud: 'another' }) }],
    ['is for several, of whom we are none', false, { claims: (claims) => ({ ...claims, aud: ['a', 'b'] }) }],
    [
      'is for several, and was asked for by another',
      false,
      { claims: (claims) => ({ ...claims, aud: [CLIENT.clientId, 'b'], azp: 'b' }) },
    ],
    ['is for nobody in particular', false, { claims: (claims) => without(claims, 'aud') }],
    ['is of another issuer', false, { claims: (claims) => ({ ...claims, iss: ELSEWHERE }) }],
    ['is of no issuer', false, { claims: (claims) => without(claims, 'iss') }],
    ['is of nobody', false, { claims: (claims) => without(claims, 'sub') }],
    ['holds no nonce', false, { claims: (claims) => without(claims, 'nonce') }],
    [
      'is what grants access, for another service',
      false,
      {
        claims: ({ iss, sub, exp, iat }) => ({
          iss,
          sub,
          exp,
          iat,
          aud: ELSEWHERE,
          client_id: CLIENT.clientId,
          scope: 'openid',
        }),
      },
    ],
    ['is missing', false, { tokens: (answer) => without(answer, 'id_token') }],
    ['is the access token', false, { tokens: (answer) => ({ ...answer, id_token: answer['access_token'] }) }],
    [
      'has no signature',
      false,
      { tokens: (answer) => ({ ...answer, id_token: String(answer['id_token']).replace(/[^.]+$/, '') }) },
    ],
  ])('where the ID token %s, counts: %j', async (_, counts, lies) => {
    const lying = await IdentityProvider.start(CALLBACK, { lies });
    lying.account = KNOWN;
    const other = new Oidc(settings(lying.issuer), silent);
    const { query, flow } = await signedInThere(other);
    expect((await other.finish(query, flow)) !== null).toBe(counts);
    await lying.stop();
  });

  it('leaves nothing of the provider’s tokens: neither in what is known of somebody, nor in the log', async () => {
    const given: Record<string, unknown>[] = [];
    const tokens = (answer: Claims) => (given.push(answer), answer);
    for (const claims of [(said: Claims) => said, (said: Claims) => without(said, 'nonce')]) {
      const open = await IdentityProvider.start(CALLBACK, { lies: { claims, tokens } });
      open.account = KNOWN;
      const lines: unknown[] = [];
      const other = new Oidc(settings(open.issuer), { warn: (...line) => void lines.push(line) });
      const { query, flow } = await signedInThere(other);
      const left = JSON.stringify([await other.finish(query, flow), lines]);
      const { id_token: idToken, access_token: accessToken } = given.at(-1)!;
      for (const token of [idToken, accessToken]) expect(left).not.toContain(token);
      await open.stop();
    }
    expect(given).toHaveLength(2);
  });

  it('asks with PKCE, a state and a nonce, each another time another', async () => {
    const [one, other] = [(await oidc.begin()).url.searchParams, (await oidc.begin()).url.searchParams];
    expect(one.get('code_challenge_method')).toBe('S256');
    expect(one.get('response_type')).toBe('code');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.get(name)!.length).toBeGreaterThanOrEqual(43);
      expect(one.get(name)).not.toBe(other.get(name));
    }
  });

  it.each<[string, Account]>([
    ['has not verified', { email: 'maija@example.fi', email_verified: false }],
    ['says nothing about', { email: 'maija@example.fi' }],
    ['says "true" about, in a text', { email: 'maija@example.fi', email_verified: 'true' as never }],
    ['does not tell', { email_verified: true }],
  ])('names no e-mail that the provider %s', async (_, account) => {
    provider.account = account;
    const { query, flow } = await signedInThere();
    expect(await oidc.finish(query, flow)).toMatchObject({ email: null });
  });

  it.each<[string, Account]>([
    ['acr', { ...KNOWN, acr: 'one-factor' }],
    ['amr', { ...KNOWN, amr: ['pwd'] }],
  ])('counts for nothing where %s tells of one factor', async (_, account) => {
    provider.account = account;
    const { query, flow } = await signedInThere();
    expect(await oidc.finish(query, flow)).toBeNull();
  });

  it('asks for the strength that it needs', async () => {
    expect((await oidc.begin()).url.searchParams.get('acr_values')).toBe('two-factors');
  });

  it('asks for the age that it allows', async () => {
    expect((await oidc.begin()).url.searchParams.get('max_age')).toBe('28800');
  });

  it.each([
    ['a moment ago', { tellsTime: true }, 1, true],
    ['less than eight hours ago', { tellsTime: true }, 28_700, true],
    // The clocks of both may differ by half a minute.
    ['more than eight hours ago', { tellsTime: true }, 28_900, false],
    ['at a time that the provider does not tell', { tellsTime: false }, 1, false],
  ])('counts or not where it was made %s, whatever the provider heeds', async (_, options, age, counts) => {
    const heedless = await IdentityProvider.start(CALLBACK, options);
    heedless.account = { ...KNOWN, age };
    const other = new Oidc(settings(heedless.issuer), silent);
    const { url, flow } = await other.begin();
    url.searchParams.delete('max_age');
    const { search } = await new Browser().follow(url, CALLBACK);
    expect((await other.finish(search, flow)) !== null).toBe(counts);
    await heedless.stop();
  });

  it.each([
    ['PS256', true],
    ['RS512', false],
  ])('may have a token signed by %s or not: %j', async (algorithm, taken) => {
    const odd = await IdentityProvider.start(CALLBACK, { algorithm });
    odd.account = KNOWN;
    const other = new Oidc(settings(odd.issuer), silent);
    const { query, flow } = await signedInThere(other);
    expect((await other.finish(query, flow)) !== null).toBe(taken);
    await odd.stop();
  });

  it.each<[string, number]>([
    ['state', 0],
    ['nonce', 1],
    ['code verifier', 2],
  ])('counts for nothing with another %s', async (_, index) => {
    const { query, flow } = await signedInThere();
    const { flow: other } = await oidc.begin();
    expect(await oidc.finish(query, part(flow, index, other.split('.')[index]!))).toBeNull();
    // The one that belongs to it would have let in, had the code not been used by now.
  });

  it.each<[string, (query: string) => string]>([
    ['no code', (query) => query.replace(/code=[^&]+/, '')],
    ['another code', (query) => query.replace(/code=[^&]+/, 'code=another')],
    ['no state', (query) => query.replace(/state=[^&]+/, '')],
    ['another issuer', (query) => query.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example')],
    ['an error of the provider', () => '?error=access_denied'],
    ['nothing', () => ''],
  ])('counts for nothing when it comes back with %s', async (_, alter) => {
    const { query, flow } = await signedInThere();
    expect(await oidc.finish(alter(query), flow)).toBeNull();
  });

  it('counts once', async () => {
    const { query, flow } = await signedInThere();
    expect(await oidc.finish(query, flow)).not.toBeNull();
    expect(await oidc.finish(query, flow)).toBeNull();
  });

  it.each(['', 'a', 'a.b', '..'])('counts for nothing with %j for a flow', async (flow) => {
    const { query } = await signedInThere();
    expect(await oidc.finish(query, flow)).toBeNull();
  });
});

describe('the strength of a sign-in', () => {
  it.each<[Record<string, unknown>, { acr: string[]; amr: string[] }, boolean]>([
    [{}, { acr: [], amr: [] }, true],
    [{ acr: 'b' }, { acr: ['a', 'b'], amr: [] }, true],
    [{ acr: 'c' }, { acr: ['a', 'b'], amr: [] }, false],
    [{ acr: ['a'] }, { acr: ['a'], amr: [] }, false],
    [{}, { acr: ['a'], amr: [] }, false],
    [{ amr: ['pwd', 'otp', 'mfa'] }, { acr: [], amr: ['otp', 'mfa'] }, true],
    [{ amr: ['pwd', 'otp'] }, { acr: [], amr: ['otp', 'mfa'] }, false],
    [{ amr: 'mfa' }, { acr: [], amr: ['mfa'] }, false],
    [{ acr: 'a' }, { acr: ['a'], amr: ['mfa'] }, false],
    [{}, { acr: [], amr: ['mfa'] }, false],
  ])('of %j, where %j is asked for, is enough: %j', (claims, asked, enough) => {
    expect(isStrongEnough(claims, asked)).toBe(enough);
  });
});

describe('an identity provider', () => {
  const codeOf = (doing: Promise<unknown>) =>
    doing.then(
      () => 'done',
      (error: unknown) => (error instanceof AppError ? `${error.kind} ${error.code}` : String(error)),
    );

  it('that there is none of is absent', async () => {
    expect(await codeOf(new Oidc(null, silent).begin())).toBe('absent identity-provider.absent');
  });

  it.each<[string, Lies['metadata'] & {}]>([
    ['of another issuer', (published) => ({ ...published, issuer: 'https://another.example' })],
    ['of one that is nearly it', (published) => ({ ...published, issuer: `${String(published['issuer'])}.example` })],
    ['of no issuer', ({ issuer: _, ...published }) => published],
  ])('that publishes the metadata %s is not believed, and nobody is sent to it', async (_, metadata) => {
    const other = await IdentityProvider.start(CALLBACK, { lies: { metadata } });
    expect(await codeOf(new Oidc(settings(other.issuer), silent).begin())).toBe('unavailable identity-provider.away');
    await other.stop();
  });

  it('that publishes its own is, and its address holds what is asked for as it was told', async () => {
    const honest = await IdentityProvider.start(CALLBACK, { lies: { metadata: (published) => ({ ...published }) } });
    const acr = ['two&scope=all', 'a b', '#ä'];
    const odd = { ...settings(honest.issuer), strength: { acr, amr: [] }, clientId: 'a&client_id=b' };
    const { url } = await new Oidc(odd, silent).begin();
    expect(url.searchParams.getAll('acr_values')).toEqual([acr.join(' ')]);
    expect(url.searchParams.getAll('client_id')).toEqual(['a&client_id=b']);
    expect(url.searchParams.getAll('scope')).toEqual(['openid email']);
    expect(url.searchParams.getAll('redirect_uri')).toEqual([CALLBACK.href]);
    expect(url.hash).toBe('');
    await honest.stop();
  });

  it('that does not answer is away, and is asked again the next time', async () => {
    const brief = await IdentityProvider.start(CALLBACK);
    const { issuer } = brief;
    await brief.stop();
    const other = new Oidc(settings(issuer), silent);
    expect(await codeOf(other.begin())).toBe('unavailable identity-provider.away');
    expect(await codeOf(other.begin())).toBe('unavailable identity-provider.away');
  });
});

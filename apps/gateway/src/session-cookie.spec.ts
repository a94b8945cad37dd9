import { describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { SessionCookie } from './session-cookie.js';
import { Site } from './site.js';

const secure = new SessionCookie(new Site(new URL('https://tietovirta.example')));
const plain = new SessionCookie(new Site(new URL('http://127.0.0.1:3000')));
const request = (authorization: string | undefined, cookies: Record<string, string>) =>
  ({ headers: { ...(authorization !== undefined && { authorization }) }, cookies }) as unknown as FastifyRequest;

describe('the token of a request', () => {
  const cookies = { '__Host-tietovirta': 'of-the-cookie' };
  it.each<[string, string | undefined, Record<string, string>, string | undefined]>([
    ['the header', 'Bearer of-the-header', {}, 'of-the-header'],
    ['the header, where there is a cookie too', 'Bearer of-the-header', cookies, 'of-the-header'],
    ['nowhere, when the header cannot be read', 'Basic dTpw', cookies, undefined],
    ['nowhere, when the header is empty', '', cookies, undefined],
    ['the cookie', undefined, cookies, 'of-the-cookie'],
    ['nowhere, when the cookie is another host’s', undefined, { tietovirta: 'planted' }, undefined],
    ['nowhere, when the cookie is no token', undefined, { '__Host-tietovirta': 'a b' }, undefined],
    ['nowhere', undefined, {}, undefined],
  ])('is from %s', (_, authorization, sent, token) => {
    expect(secure.tokenOf(request(authorization, sent))).toBe(token);
  });

  it('has its plain name on the machine itself, where there is no HTTPS', () => {
    expect(plain.tokenOf(request(undefined, { tietovirta: 'of-the-cookie' }))).toBe('of-the-cookie');
  });

  it('comes with the first step at the identity provider too, as far as other sites are concerned', () => {
    expect(secure.isSentBy(request(undefined, { '__Host-tietovirta-oidc': 'x' }))).toBe(true);
    expect(secure.isSentBy(request(undefined, { another: 'x' }))).toBe(false);
  });
});

describe('what a browser keeps', () => {
  it('is the session’s token, and for ten minutes the way to the identity provider; no script reads either', () => {
    const set: unknown[] = [];
    const reply = { setCookie: (...cookie: unknown[]) => void set.push(cookie) } as unknown as FastifyReply;
    secure.set(reply, 'a-token');
    secure.rememberFlow(reply, 'state.nonce.verifier');
    const kept = { path: '/', httpOnly: true, secure: true };
    expect(set).toEqual([
      ['__Host-tietovirta', 'a-token', { ...kept, sameSite: 'strict' }],
      ['__Host-tietovirta-oidc', 'state.nonce.verifier', { ...kept, sameSite: 'lax', maxAge: 600 }],
    ]);
  });
});

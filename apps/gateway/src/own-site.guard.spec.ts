import { describe, expect, it } from '@jest/globals';

import { crossesSites } from './own-site.guard.js';
import { Site } from './site.js';

const OWN = 'https://tietovirta.example';
const plain = { method: 'POST', hasAuthorization: false, hasCookie: true, fetchSite: undefined, origin: undefined };

describe('a request of another site', () => {
  it.each([
    ['that only reads', { method: 'GET', fetchSite: 'cross-site' }, false],
    ['with Authorization', { hasAuthorization: true, fetchSite: 'cross-site' }, false],
    ['from our own page', { fetchSite: 'same-origin', origin: OWN }, false],
    ['from our own page, told by Origin alone', { origin: OWN }, false],
    ['without a browser', { hasCookie: false }, false],
    ['from another site', { fetchSite: 'cross-site', origin: OWN }, true],
    ['from a neighbour of the same site', { fetchSite: 'same-site' }, true],
    ['from no page', { fetchSite: 'none' }, true],
    ['from another origin', { origin: 'https://evil.example' }, true],
    ['from an origin that is not told', { origin: 'null' }, true],
    ['from our host at another port', { origin: `${OWN}:8443` }, true],
    ['from our host in plain HTTP', { origin: 'http://tietovirta.example' }, true],
    ['with our cookie from nobody knows where', {}, true],
    ['without our cookie, from another site', { hasCookie: false, fetchSite: 'cross-site' }, true],
    ['that deletes', { method: 'DELETE', origin: 'https://evil.example' }, true],
  ])('is told from our own: one %s', (_, request, crosses) => {
    expect(crossesSites({ ...plain, ...request }, OWN)).toBe(crosses);
  });
});

describe('the site', () => {
  it('names its cookies so that browsers keep them to its host, over HTTPS', () => {
    expect(new Site(new URL(`${OWN}/anything`)).cookieName('tietovirta')).toBe('__Host-tietovirta');
    expect(new Site(new URL(OWN)).url('/v1').href).toBe(`${OWN}/v1`);
  });

  it('is in plain HTTP on the machine itself, and nowhere else', () => {
    expect(new Site(new URL('http://localhost:3000')).cookieName('tietovirta')).toBe('tietovirta');
    expect(() => new Site(new URL('http://tietovirta.example'))).toThrow('https://');
  });
});

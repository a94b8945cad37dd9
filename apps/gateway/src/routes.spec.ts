import 'reflect-metadata';

import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { CONTROLLERS } from './controllers.js';
import { routesOf } from './doors.js';

const ROUTES = routesOf(CONTROLLERS);
const nameOf = ({ method, path }: { readonly method: string; readonly path: string }): string => `${method} ${path}`;

/** Events that say that something was looked at, and by whose leave; all others say that something became another. */
const OF_READING = [
  'access.decided',
  'document.fetched',
  'audit.searched',
  'audit.verified',
  'audit.exported',
  'session.refused',
] as const;

describe('the routes of the gateway', () => {
  it('are on their page, with whom each lets in and what it leaves; npm run docs writes it', () => {
    const page = readFileSync(new URL('../../../docs/reference/routes.md', import.meta.url), 'utf8');
    const said = [...page.matchAll(/^\| ([A-Z]+) +\| `([^`]+)` +\| (.*?) +\| (.*?) *\|$/gm)]
      .map(([, method, path, who, audits]) => [method, path, who, audits])
      .filter(([method]) => method !== 'method');
    const standing = ROUTES.map(({ method, path, door }) => [
      method,
      path,
      door.to === 'roles' ? `${door.act}${door.partnerUsersToo ? ', partner users' : ''}` : door.to,
      door.audits.join(', '),
    ]);
    expect(said).toEqual(standing);
  });

  it('change nothing by GET, but for two that no page can have a browser ask for with a session', () => {
    const changing = ROUTES.filter(
      ({ method, door }) => method === 'GET' && door.audits.some((event) => !OF_READING.includes(event as never)),
    );
    expect(changing.map((route) => [nameOf(route), route.door.to])).toEqual([
      // Machines alone, with the token in a header.
      ['GET /v1/companies/:company/streams/:stream/export', 'partner-users'],
      // Good for nothing but the answer to the question that this very browser asked.
      ['GET /v1/session/oidc/callback', 'anybody'],
    ]);
    expect(ROUTES.filter(({ method }) => method === 'GET').length).toBeGreaterThan(40);
  });

  it('open a session nowhere but where the page on ways to sign in says', () => {
    const page = readFileSync(new URL('../../../docs/explanation/sign-in.md', import.meta.url), 'utf8');
    const [, paragraph = ''] = /^Sessions begin at (.+?)\n\n/ms.exec(page) ?? [];
    const said = [...paragraph.matchAll(/`((?:GET|POST) [^`]+)`/g)].map(([, route]) => route);
    const opening = ROUTES.filter(({ door }) => door.audits.includes('session.opened'));
    expect(opening.map(nameOf).sort()).toEqual(said.sort());
  });

  it('are open to nobody without a session, but for signing in, what one’s own token is good for, and public keys', () => {
    const open = ROUTES.filter(({ door }) => door.to === 'anybody').map(nameOf);
    expect(open.sort()).toEqual(
      [
        'POST /pls/:schema/xml_web.sisaanluku',
        'POST /v1/token',
        'POST /v1/token/password',
        'POST /v1/session',
        'POST /v1/session/second-factor',
        'POST /v1/session/password',
        'POST /v1/session/oidc',
        'GET /v1/session/oidc/callback',
        'GET /v1/session',
        'DELETE /v1/session',
        'GET /v1/person/sessions',
        'DELETE /v1/person/sessions',
        'DELETE /v1/person/sessions/:sessionId',
        'GET /v1/audit/keys',
      ].sort(),
    );
  });
});

import { describe, expect, it } from '@jest/globals';

import { loadConfig } from '#lib/service';

import { gatewayEnvironment } from './gateway-config.js';
import { oidcSettings } from './oidc.js';
import { Site } from './site.js';

const NEEDED = { DATABASE_URL: 'postgres://database/x', RABBITMQ_URL: 'amqp://broker/x' };
const load = (env: NodeJS.ProcessEnv) => loadConfig(gatewayEnvironment, { ...NEEDED, ...env });
const PROVIDER = {
  OIDC_ISSUER: 'https://id.example',
  OIDC_CLIENT_ID: 'x',
  OIDC_CLIENT_SECRET: 'y',
  OIDC_AMR_VALUES: 'mfa',
};

describe('the environment of the gateway', () => {
  it.each(['https://tietovirta.example', 'http://127.0.0.1:3000', 'http://localhost'])('takes %s', (PUBLIC_URL) => {
    expect(load({ PUBLIC_URL }).PUBLIC_URL?.origin).toBe(PUBLIC_URL);
  });

  it.each([
    ['an address in plain HTTP', { PUBLIC_URL: 'http://tietovirta.example' }, /PUBLIC_URL: must be an https/],
    ['no address', { PUBLIC_URL: 'tietovirta' }, /PUBLIC_URL: must be an https/],
    ['a provider in plain HTTP', { ...PROVIDER, OIDC_ISSUER: 'http://id.example' }, /OIDC_ISSUER: must be an https/],
    [
      'a provider that need not say how somebody signed in',
      { ...PROVIDER, OIDC_AMR_VALUES: '' },
      /needs OIDC_ACR_VALUES or/,
    ],
    ['a limit of nothing', { LANE_DOCUMENTS: '0' }, /LANE_DOCUMENTS/],
    ['a provider without a secret', { ...PROVIDER, OIDC_CLIENT_SECRET: '' }, /OIDC_ISSUER: needs OIDC_CLIENT_ID/],
  ])('refuses %s', (_, env, words) => {
    expect(() => load(env)).toThrow(words);
  });

  it('has an identity provider when it is told of one, which sends people back to us', () => {
    const site = new Site(new URL('https://tietovirta.example'));
    expect(oidcSettings(load({}), site)).toBeNull();
    expect(oidcSettings(load(PROVIDER), site)?.callback.href).toBe(
      'https://tietovirta.example/v1/session/oidc/callback',
    );
  });
});

import { describe, expect, it } from '@jest/globals';

import { loadConfig } from '#lib/service';

import { sandboxEnvironment } from './sandbox-config.js';

describe('the sandbox’s environment', () => {
  it('needs nothing, and is refused in production', () => {
    expect(loadConfig(sandboxEnvironment, {})).toMatchObject({ HOST: '127.0.0.1', NODE_ENV: 'development' });
    expect(() => loadConfig(sandboxEnvironment, { NODE_ENV: 'production' })).toThrow('NODE_ENV');
  });

  it('serves Severa’s stand-in only when it is given a port', () => {
    expect(loadConfig(sandboxEnvironment, {}).SEVERA_PORT).toBeUndefined();
    expect(loadConfig(sandboxEnvironment, { SEVERA_PORT: '0' }).SEVERA_PORT).toBe(0);
  });
});

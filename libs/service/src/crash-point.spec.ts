import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { crashPlan } from './crash-point.js';

const source = fileURLToPath(new URL('./crash-point.ts', import.meta.url));
const reachTwice = `
  const { crashPoint } = await import(${JSON.stringify(source)});
  for (const time of [1, 2]) { crashPoint('relay.after-confirm'); console.log('survived', time); }`;

/** A process that passes one point twice; how it ended and what it said until then. */
function run(env: Record<string, string>) {
  const { signal, status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', reachTwice], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return { signal, status, said: stdout.trim().split('\n').filter(Boolean) };
}

describe('crashPoint', () => {
  it('kills the process where a test asks for it, as a power cut would', () => {
    expect(run({ NODE_ENV: 'test', CRASH_AT: 'relay.after-confirm' })).toEqual({
      signal: 'SIGKILL',
      status: null,
      said: [],
    });
  });

  it('kills it the second time when asked for the second', () => {
    expect(run({ NODE_ENV: 'test', CRASH_AT: 'relay.after-confirm#2' })).toMatchObject({
      signal: 'SIGKILL',
      said: ['survived 1'],
    });
  });

  it.each([
    ['outside tests', { NODE_ENV: 'production', CRASH_AT: 'relay.after-confirm' }],
    ['at another point', { NODE_ENV: 'test', CRASH_AT: 'audit.before-commit' }],
    ['when nobody asks', { NODE_ENV: 'test' }],
  ])('does nothing %s', (_when, env) => {
    expect(run(env)).toEqual({ signal: null, status: 0, said: ['survived 1', 'survived 2'] });
  });
});

describe('crashPlan', () => {
  it.each(['relay.nowhere', 'relay.after-confirm#0', 'relay.after-confirm#x'])('refuses %s', (wanted) => {
    expect(() => crashPlan({ NODE_ENV: 'test', CRASH_AT: wanted })).toThrow(wanted);
  });
});

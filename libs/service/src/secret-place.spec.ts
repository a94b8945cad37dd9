import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { loadConfig, serviceEnvironment } from './config.js';
import { secretPlaceFaults } from './secret-place.js';

const NAMES = ['SECRET_KEYS', 'SMS_TOKEN', 'OPERATOR_TOKEN_SHA256', 'DATABASE_PASSWORD', 'LOG_LEVEL', 'TLS_KEY_FILE'];
const SECRETS = { SECRET_KEYS: 'hunter2', SMS_TOKEN: 'hunter2', OPERATOR_TOKEN_SHA256: 'hunter2' };
const ELSEWHERE = { DATABASE_URL: 'postgres://auth@database/tietovirta', RABBITMQ_URL: 'amqps://broker' };
const HERE = { DATABASE_URL: 'postgres://auth:hunter2@127.0.0.1/tietovirta' };
const PRODUCTION = { NODE_ENV: 'production' };

describe('a secret in the environment', () => {
  it.each<[string, Record<string, string>, number]>([
    ['in production, of a database elsewhere', { ...PRODUCTION, ...ELSEWHERE }, 3],
    ['where files are asked for', { ...HERE, REQUIRE_SECRET_FILES: 'true' }, 4],
    ['in production, of a database on the machine itself', { ...PRODUCTION, ...HERE }, 0],
    ['in production, where it is let', { ...PRODUCTION, ...ELSEWHERE, REQUIRE_SECRET_FILES: 'false' }, 0],
    ['in development', ELSEWHERE, 0],
  ])('%s: is refused so many times: %j, %d', (_, env, count) => {
    expect(secretPlaceFaults({ ...env, ...SECRETS }, NAMES)).toHaveLength(count);
  });

  it('is refused by its name, with the file that it belongs into, and never by its value', () => {
    const url = 'postgres://auth:hunter2@database/tietovirta';
    const faults = secretPlaceFaults({ ...PRODUCTION, DATABASE_URL: url, SMS_TOKEN: 'hunter2' }, NAMES);
    expect(faults).toEqual([
      expect.stringMatching(/^SMS_TOKEN: .*SMS_TOKEN_FILE/),
      expect.stringMatching(/^DATABASE_URL: .*DATABASE_PASSWORD_FILE/),
    ]);
    expect(faults.join('\n')).not.toContain('hunter2');
  });

  it('is none where a file tells it, nor is what is no secret', () => {
    const env = {
      ...PRODUCTION,
      ...ELSEWHERE,
      SMS_TOKEN_FILE: '/run/secrets/x',
      TLS_KEY_FILE: '/x',
      LOG_LEVEL: 'info',
    };
    expect(secretPlaceFaults(env, NAMES)).toEqual([]);
  });
});

describe('a service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tietovirta-secret-place-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const schema = serviceEnvironment.extend({ SMS_TOKEN: z.string().optional() });
  const usable = { ...PRODUCTION, REQUIRE_TLS: 'false', ...ELSEWHERE };

  it('does not start in production with a secret in its environment, and does with the same in a file', () => {
    expect(() => loadConfig(schema, { ...usable, SMS_TOKEN: 'hunter2' })).toThrow('SMS_TOKEN: must be told by a file');
    const file = join(folder, 'sms_token');
    writeFileSync(file, 'hunter2\n');
    expect(loadConfig(schema, { ...usable, SMS_TOKEN_FILE: file }).SMS_TOKEN).toBe('hunter2');
  });
});

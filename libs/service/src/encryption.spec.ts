import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { loadConfig, serviceEnvironment } from './config.js';
import { encryptionFaults } from './encryption.js';

const PLAIN = { DATABASE_URL: 'postgres://a:hunter2@db/x', RABBITMQ_URL: 'amqp://a:hunter2@broker' };
const LOCAL = { DATABASE_URL: 'postgres://a@127.0.0.1:5/x', RABBITMQ_URL: 'amqp://a@[::1]' };
const SECURE = { DATABASE_URL: 'postgres://a@db/x?sslmode=verify-full', RABBITMQ_URL: 'amqps://a@broker' };
const BOTH = [/^DATABASE_URL: must end in \?sslmode=verify-full/, /^RABBITMQ_URL: must begin with amqps/];

describe('servers without TLS', () => {
  it.each([
    ['REQUIRE_TLS=true', { ...PLAIN, REQUIRE_TLS: 'true' }],
    ['REQUIRE_TLS=true, even on the machine itself', { ...LOCAL, REQUIRE_TLS: 'true' }],
    ['nothing said, in production', { ...PLAIN, NODE_ENV: 'production' }],
    [
      'sslmode=require, which asks for nobody in particular',
      {
        DATABASE_URL: 'postgres://db/x?sslmode=require',
        RABBITMQ_URL: 'amqp://broker',
        REQUIRE_TLS: 'true',
      },
    ],
    [
      'two modes, of which either may count',
      {
        DATABASE_URL: 'postgres://db/x?sslmode=verify-full&sslmode=disable',
        RABBITMQ_URL: 'amqp://broker',
        REQUIRE_TLS: 'true',
      },
    ],
  ])('are refused with %s', (_, env) => {
    const faults = encryptionFaults(env);
    expect(faults).toEqual(BOTH.map((pattern) => expect.stringMatching(pattern)));
    expect(faults.join()).not.toContain('hunter2');
  });

  it.each([
    ['REQUIRE_TLS=false', { ...PLAIN, NODE_ENV: 'production', REQUIRE_TLS: 'false' }],
    ['nothing said, in production, on the machine itself', { ...LOCAL, NODE_ENV: 'production' }],
    ['nothing said elsewhere than in production', PLAIN],
  ])('are taken with %s', (_, env) => expect(encryptionFaults(env)).toEqual([]));

  it('are refused where a file of authorities says that they were meant to be encrypted', () => {
    expect(encryptionFaults({ ...PLAIN, DATABASE_CA_FILE: 'ca.pem', RABBITMQ_CA_FILE: 'ca.pem' })).toEqual([
      expect.stringMatching(/^DATABASE_CA_FILE: /),
      expect.stringMatching(/^RABBITMQ_CA_FILE: /),
    ]);
  });

  it('let no service start', () => {
    expect(() => loadConfig(serviceEnvironment, { ...PLAIN, REQUIRE_TLS: 'true' })).toThrow(
      /DATABASE_URL[\s\S]*RABBITMQ_URL/,
    );
  });
});

describe('servers with TLS', () => {
  it('are taken always', () => expect(encryptionFaults({ ...SECURE, REQUIRE_TLS: 'true' })).toEqual([]));

  it('are refused where Node is told to believe whoever answers', () => {
    const env = { ...SECURE, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(encryptionFaults(env)).toEqual([expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED: /)]);
    expect(encryptionFaults({ ...env, NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toEqual([]);
  });
});

describe('a file of authorities', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'tietovirta-authorities-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['is not there', undefined],
    ['holds no certificate', 'hello'],
  ])('that %s lets no service start', (_, text) => {
    const file = join(folder, 'ca.pem');
    if (text !== undefined) writeFileSync(file, text);
    const env = { ...SECURE, DATABASE_CA_FILE: file, RABBITMQ_CA_FILE: file };
    expect(() => loadConfig(serviceEnvironment, env)).toThrow(
      /DATABASE_CA_FILE: must be a file[\s\S]*RABBITMQ_CA_FILE/,
    );
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { loadConfig, serviceEnvironment } from './config.js';
import { encryptionFaults } from './encryption.js';

const PLAIN = { DATABASE_URL: 'postgres://a:hunter2@db/x', RABBITMQ_URL: 'amqp://a:hunter2@broker' };
const LOCAL = { DATABASE_URL: 'postgres://a@127.0.0.1:5/x', RABBITMQ_URL: 'amqp://a@[::1]' };
const SECURE = { DATABASE_URL: 'postgres://a@db/x?sslmode=verify-full', RABBITMQ_URL: 'amqps://broker' };
const BOTH = [/^DATABASE_URL: must end in \?sslmode=verify-full/, /^RABBITMQ_URL: must begin with amqps/];

/** A pair for both; that it is one, and can be read, is looked at elsewhere. */
const SHOWN = {
  DATABASE_CERT_FILE: 'cert.pem',
  DATABASE_KEY_FILE: 'key.pem',
  RABBITMQ_CERT_FILE: 'cert.pem',
  RABBITMQ_KEY_FILE: 'key.pem',
};

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

  it('are refused where a file of TLS says that they were meant to be encrypted', () => {
    const files = { DATABASE_CA_FILE: 'ca.pem', RABBITMQ_CA_FILE: 'ca.pem', ...SHOWN };
    const unheeded = ['DATABASE_CA', 'DATABASE_CERT', 'RABBITMQ_CA', 'RABBITMQ_CERT'];
    expect(encryptionFaults({ ...PLAIN, ...files })).toEqual(
      unheeded.map((name) => expect.stringMatching(`^${name}_FILE: is heeded only where`) as unknown),
    );
  });

  it('let no service start', () => {
    expect(() => loadConfig(serviceEnvironment, { ...PLAIN, REQUIRE_TLS: 'true' })).toThrow(
      /DATABASE_URL[\s\S]*RABBITMQ_URL/,
    );
  });
});

const WITHOUT = [/^DATABASE_CERT_FILE: must be given/, /^RABBITMQ_CERT_FILE: must be given/];

describe('servers with TLS', () => {
  it('are taken always where a certificate is shown to them', () => {
    expect(encryptionFaults({ ...SECURE, ...SHOWN, REQUIRE_TLS: 'true' })).toEqual([]);
  });

  it.each([
    ['REQUIRE_TLS=true', { ...SECURE, REQUIRE_TLS: 'true' }],
    ['nothing said, in production', { ...SECURE, NODE_ENV: 'production' }],
  ])('are refused with %s where a password is all that is shown', (_, env) => {
    expect(encryptionFaults(env)).toEqual(WITHOUT.map((pattern) => expect.stringMatching(pattern)));
  });

  it.each([
    ['REQUIRE_TLS=false', { ...SECURE, NODE_ENV: 'production', REQUIRE_TLS: 'false' }],
    ['nothing said elsewhere than in production', SECURE],
  ])('are taken with %s and a password', (_, env) => expect(encryptionFaults(env)).toEqual([]));

  it('are refused with a password beside a certificate, which says by itself who it is', () => {
    const url = 'postgres://a:hunter2@db/x?sslmode=verify-full';
    const faults = encryptionFaults({ DATABASE_URL: url, RABBITMQ_URL: 'amqps://a@broker', ...SHOWN });
    expect(faults).toEqual([
      'DATABASE_URL: must hold no password beside DATABASE_CERT_FILE',
      'RABBITMQ_URL: must hold no user and no password beside RABBITMQ_CERT_FILE',
    ]);
  });

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

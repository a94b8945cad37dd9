import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { loadConfig, serviceEnvironment } from './config.js';
import { toldBy } from './secret-file.js';

const folder = mkdtempSync(join(tmpdir(), 'tietovirta-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (text: string): string => {
  const name = join(folder, `${Math.random()}`);
  writeFileSync(name, text);
  return name;
};
const usable = { DATABASE_URL: 'postgres://app@database/tietovirta', RABBITMQ_URL: 'amqp://app@broker' };
const schema = serviceEnvironment.extend({ SMS_TOKEN: z.string().optional() });
const load = (env: NodeJS.ProcessEnv) => loadConfig(schema, { ...usable, ...env });

describe('a variable that comes from a file', () => {
  it.each([
    ['its text', 'hunter2', 'hunter2'],
    ['its text without the end of the line', 'hunter2\n', 'hunter2'],
    ['its text without a Windows end of the line', 'hunter2\r\n', 'hunter2'],
    ['its text with the lines between', 'one\ntwo\n', 'one\ntwo'],
    ['nothing, when it is empty', '\n', undefined],
  ])('is %s', (_, text, value) => {
    expect(load({ SMS_TOKEN_FILE: file(text) }).SMS_TOKEN).toBe(value);
  });

  it('is any that the service reads, whatever it is', () => {
    const { DATABASE_URL: _, ...without } = usable;
    const url = 'postgres://other@database/tietovirta';
    const read = loadConfig(schema, { ...without, DATABASE_URL_FILE: file(url), PREFETCH_FILE: file('7\n') });
    expect(read).toMatchObject({ DATABASE_URL: url, PREFETCH: 7 });
  });

  it('is looked at by the rules of encryption too', () => {
    const { DATABASE_URL: _, ...without } = usable;
    const env = { ...without, REQUIRE_TLS: 'true', RABBITMQ_URL: 'amqps://broker' };
    expect(() => loadConfig(schema, { ...env, DATABASE_URL_FILE: file('postgres://db/x') })).toThrow('sslmode');
  });

  it('is refused beside the variable itself, and when there is no file, by its name alone', () => {
    const both = () => load({ SMS_TOKEN: 'hunter2', SMS_TOKEN_FILE: file('hunter3') });
    expect(both).toThrow('SMS_TOKEN_FILE: must not be given beside SMS_TOKEN');
    expect(both).not.toThrow(/hunter/);
    const absent = () => load({ SMS_TOKEN_FILE: '/nowhere/hunter2' });
    expect(absent).toThrow('SMS_TOKEN_FILE: must be a file that can be read');
    expect(absent).not.toThrow(/hunter/);
    expect(() => load({ SMS_TOKEN_FILE: file('x'.repeat(100_001)) })).toThrow('SMS_TOKEN_FILE');
  });

  it('leaves alone what is a file by itself', () => {
    expect(() => load({ DATABASE_CA_FILE: file('no certificate') })).toThrow('DATABASE_CA_FILE: must be a file with');
  });
});

describe('the password of a server', () => {
  it.each([
    ['DATABASE', 'postgres://app:a%3Ab%2F%40%25@database/tietovirta'],
    ['RABBITMQ', 'amqp://app:a%3Ab%2F%40%25@broker'],
  ])('of %s goes into its URL, whatever characters it has', (server, url) => {
    const read = load({ [`${server}_PASSWORD_FILE`]: file('a:b/@%\n') });
    expect(read).toMatchObject({ [`${server}_URL`]: url });
    expect(read).not.toHaveProperty(`${server}_PASSWORD`);
    expect(load({ [`${server}_PASSWORD`]: 'a:b/@%' })).toEqual(read);
  });

  it.each(['postgres://app:other@database/x', 'postgres://database/x', 'none'])('has no place in %s', (url) => {
    const env = { ...usable, DATABASE_URL: url, DATABASE_PASSWORD: 'hunter2' };
    expect(() => loadConfig(schema, env)).toThrow('DATABASE_PASSWORD: needs a DATABASE_URL');
    expect(() => loadConfig(schema, env)).not.toThrow(/hunter|other/);
  });
});

describe('a program without a schema', () => {
  it('is told by files too, for the variables that it names and the servers', () => {
    const env = {
      DATABASE_URL: 'postgres://owner@database/x',
      DATABASE_PASSWORD_FILE: file('hunter2\n'),
      AUTH_DATABASE_PASSWORD_FILE: file('hunter3\n'),
      GATEWAY_DATABASE_PASSWORD: '',
      OTHER_FILE: file('hunter4'),
    };
    const told = toldBy(env, ['AUTH_DATABASE_PASSWORD', 'GATEWAY_DATABASE_PASSWORD']);
    expect(told['DATABASE_URL']).toBe('postgres://owner:hunter2@database/x');
    expect(told).toMatchObject({ AUTH_DATABASE_PASSWORD: 'hunter3', GATEWAY_DATABASE_PASSWORD: '' });
    expect(told).not.toHaveProperty('OTHER');
  });

  it('does not run with what cannot be read', () => {
    expect(() => toldBy({ DATABASE_URL_FILE: '/nowhere/hunter2' }, [])).toThrow(/^DATABASE_URL_FILE: must be a file/);
  });
});

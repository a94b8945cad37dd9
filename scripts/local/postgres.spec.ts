import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { until } from '../../libs/testing/src/until.ts';
import type { LocalService } from './local-service.ts';
import { postmasterFrom, startPostgres } from './postgres.ts';
import { commandOf } from './process.ts';
import { serverUser } from './server-user.ts';

const folder = mkdtempSync(join(tmpdir(), 'tietovirta-postgres-'));
const directory = join(folder, 'run', 'postgres');
const said: string[] = [];
let server: LocalService;

const start = (): Promise<LocalService> => startPostgres({ directory, say: (sentence) => said.push(sentence) });

async function ask(sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql).finally(() => client.end());
  return Object.values(rows[0] ?? {})[0];
}

const postmaster = (): number =>
  postmasterFrom(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8'))?.pid ?? 0;

beforeAll(async () => {
  // Anyone may pass through, as through a checkout: the server runs as another user when root runs the tests.
  chmodSync(folder, 0o755);
  server = await start();
  await ask('create table kept (n int)');
});
afterEach(() => void said.splice(0));
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

describe('a private PostgreSQL', () => {
  it('is an empty database of our own, with strict settings', async () => {
    expect(new URL(server.url).pathname).toBe('/tietovirta');
    expect(await ask('show fsync')).toBe('on');
    expect(await ask('show listen_addresses')).toBe('127.0.0.1');
    expect(await ask('show server_encoding')).toBe('UTF8');
    expect(await ask(`select lower('ÄÖ')`)).toBe('äö');
    expect(await ask(`select string_agg(c, '' order by c) from unnest(array['ä', 'Z', 'a']) c`)).toBe('Zaä');
  });

  it('opens to its password only, which nobody else can read', async () => {
    const wrong = new pg.Client({ connectionString: server.url.replace(/:[0-9a-f]+@/, ':guess@') });
    await expect(wrong.connect()).rejects.toThrow('password authentication failed');
    expect(statSync(join(directory, 'password')).mode & 0o777).toBe(0o600);
  });

  it('is adopted by a start that finds it running', async () => {
    const pid = postmaster();
    const second = await start();
    expect(second).toMatchObject({ adopted: true, url: server.url });
    expect(postmaster()).toBe(pid);
    expect(said).toEqual([]);
  });

  it('keeps its data over a stop, which leaves no process', async () => {
    await ask('insert into kept values (1)');
    const pid = postmaster();
    await server.stop();
    expect(commandOf(pid)).toBeUndefined();
    server = await start();
    expect(server.adopted).toBe(false);
    expect(said).toEqual(['Starting PostgreSQL']);
    expect(await ask('select count(*)::int from kept')).toBe(1);
  });

  it('keeps what was committed over a kill', async () => {
    await ask('insert into kept values (2)');
    process.kill(postmaster(), 'SIGKILL');
    server = await start();
    expect(await ask('select count(*)::int from kept')).toBe(2);
  });

  it('starts over the pid file of a server whose number belongs to a stranger now', async () => {
    const pid = postmaster();
    process.kill(pid, 'SIGKILL');
    await until(() => commandOf(pid) === undefined, { what: 'the server to be gone' });
    // Of the server's own user: PostgreSQL takes no other for the owner of its data.
    const stranger = spawn('sleep', ['60'], serverUser() ?? {});
    const file = join(directory, 'data', 'postmaster.pid');
    writeFileSync(file, readFileSync(file, 'utf8').replace(`${pid}`, `${stranger.pid}`));
    try {
      server = await start();
      expect(server.adopted).toBe(false);
      expect(await ask('select count(*)::int from kept')).toBe(2);
      expect(commandOf(stranger.pid ?? 0)).toBe('sleep 60');
    } finally {
      stranger.kill();
    }
  });

  it('says which password is wrong instead of waiting for it', async () => {
    await server.stop();
    const file = join(directory, 'password');
    const password = readFileSync(file, 'utf8');
    writeFileSync(file, 'lost');
    await expect(start()).rejects.toThrow(`the password in ${file} does not open`);
    writeFileSync(file, password);
    server = await start();
  });
});

describe('a postmaster.pid', () => {
  it.each([
    ['of a running server', '4711\n/data\n1790000000\n5433\n\n127.0.0.1\n', { pid: 4711, port: 5433 }],
    ['that is empty', '', undefined],
    ['that was cut', '4711\n/data\n', undefined],
    ['of a single-user session', '-4711\n/data\n1790000000\n0\n', undefined],
  ])('%s', (_, text, expected) => {
    expect(postmasterFrom(text)).toEqual(expected);
  });
});

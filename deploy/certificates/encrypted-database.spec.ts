import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { clientTls } from '#lib/service';
import { Database, letServicesIn, migrate, sqlOf, storeMigrations } from '#lib/store';
import { until } from '#lib/testing';

import type { LocalService } from '../../scripts/local/local-service.ts';
import {
  type Certificates,
  certificatesIn,
  type Client,
  type Pair,
  withoutOpenssl,
} from './certificates.spec-support.ts';
import { startCertified, urlOf } from './certified-database.spec-support.ts';

// Without openssl there is nothing to make a certificate with.
const described = withoutOpenssl === undefined ? describe : describe.skip;
const folder = mkdtempSync(join(tmpdir(), 'tietovirta-encrypted-'));
const opened: Database[] = [];
let server: LocalService;
let made: Certificates;
let others: Certificates;

beforeAll(async () => {
  if (withoutOpenssl !== undefined) return;
  made = certificatesIn(join(folder, 'certificates'));
  others = certificatesIn(join(folder, 'other'));
  server = await startCertified(folder, made);
  await migrate(urlAt('localhost'), [storeMigrations], shownBy(made.client('owner')));
  await letServicesIn(urlAt('localhost'), { gateway: 'a password', audit: null }, shownBy(made.client('owner')));
}, 120_000);
afterAll(async () => {
  await Promise.all(opened.map((database) => database.close()));
  await server?.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

const urlAt = (host: string, as: { user?: string; password?: string; sslmode?: string } = {}): string =>
  urlOf(server, { host, ...as });

/** What is shown to the server, and whose word is taken for it. */
const shownBy = (pair: Partial<Pair>, by: string | undefined = made.authority) =>
  clientTls({ ca: by, ...pair }, () => undefined);

async function opening(url: string, tls: ReturnType<typeof shownBy>): Promise<Database> {
  const database = await Database.open({ url, tls, name: 'encryption' });
  opened.push(database);
  await database.ping();
  return database;
}

const AUTHORITY = /self[- ]signed|unable to (verify|get)|signature/;
const NAME = /does not match/;
const LINE = 'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()';

described('a database whose url says verify-full', () => {
  it('is spoken to over TLS 1.2 or 1.3 alone: statements, transactions with COPY, and entities', async () => {
    const database = await opening(urlAt('localhost'), shownBy(made.client('owner')));
    const encrypted = [{ ssl: true, version: expect.stringMatching(/^TLSv1\.[23]$/) as unknown }];
    expect(await database.rows(LINE)).toEqual(encrypted);
    const copied = await database.transaction(async (sql) => {
      await sql.rows('create temporary table copied (n int) on commit drop');
      const writer = sql.copyWriter('copy copied from stdin');
      await writer.write('1\n2\n');
      await writer.end();
      expect(await sql.rows(LINE)).toEqual(encrypted);
      return sql.rows('select count(*)::int as rows from copied');
    });
    expect(copied).toEqual([{ rows: 2 }]);
    expect(await database.entities((em) => sqlOf(em).rows(LINE))).toEqual(encrypted);
  });

  it.each([
    ['is by another authority', 'localhost', () => shownBy(made.client('owner'), others.authority), AUTHORITY],
    ['is by no authority that the system knows', 'localhost', () => clientTls(made.client('owner'), fail), AUTHORITY],
    ['names another host', '127.0.0.1', () => shownBy(made.client('owner')), NAME],
  ])('is not believed when its certificate %s', async (_, host, tls, reason) => {
    await expect(opening(urlAt(host), tls())).rejects.toThrow(reason);
    // The same server answers to who asks for less.
    const { password } = new URL(server.url);
    await expect(opening(urlAt(host, { password, sslmode: 'disable' }), undefined)).resolves.toBeDefined();
  });

  it('is migrated over TLS, and not where it cannot be believed', async () => {
    const tls = shownBy(made.client('owner'));
    expect(await migrate(urlAt('localhost'), [storeMigrations], tls)).toEqual([]);
    const blind = shownBy(made.client('owner'), others.authority);
    await expect(migrate(urlAt('localhost'), [], blind)).rejects.toThrow(AUTHORITY);
    await expect(letServicesIn(urlAt('127.0.0.1'), {}, tls)).rejects.toThrow(NAME);
  });
});

const fail = (message: string): never => {
  throw new Error(message);
};

described('a service at the database', () => {
  const gateway = () => urlAt('localhost', { user: 'tietovirta_gateway' });

  it('comes in by a certificate in its name, and by no password', async () => {
    const database = await opening(gateway(), shownBy(made.client('gateway')));
    expect(await database.rows('select current_user::text as user')).toEqual([{ user: 'tietovirta_gateway' }]);
    const password = urlAt('localhost', { user: 'tietovirta_gateway', password: 'a password' });
    await expect(opening(password, shownBy({}))).rejects.toThrow(/certificate/);
    const plain = urlAt('localhost', { user: 'tietovirta_gateway', password: 'a password', sslmode: 'disable' });
    await expect(opening(plain, undefined)).rejects.toThrow(/no pg_hba.conf entry/);
  });

  it.each<[string, () => Pair]>([
    ['in the name of another service', () => made.client('audit')],
    ['of the owner', () => made.client('owner')],
    ['of somebody unknown', () => made.client('stranger')],
    ['of another authority', () => others.client('gateway')],
    ['of the server itself', () => made],
  ])('is refused with a certificate %s', async (_, pair) => {
    await expect(opening(gateway(), shownBy(pair()))).rejects.toThrow(/certificate|alert|ECONNRESET|EPIPE/i);
  });

  it('shows from the next connection on what it was renewed by, and what it had until the new one is whole', async () => {
    const pair = { cert: join(folder, 'own-cert.pem'), key: join(folder, 'own-key.pem') };
    const renewBy = (name: Client, halves: readonly (keyof Pair)[]): void => {
      for (const half of halves) copyFileSync(made.client(name)[half], pair[half]);
    };
    renewBy('gateway', ['cert', 'key']);
    const database = await opening(gateway(), shownBy(pair));
    // The pool may lend the connection that was just cut off, once.
    const asked = 'select client_serial as serial from pg_stat_ssl where pid = pg_backend_pid()';
    const serial = (): Promise<unknown> =>
      until(async () => (await database.rows<{ serial: string }>(asked).catch(() => []))[0]?.serial, {
        what: 'an answer',
      });
    const cutOff = async (): Promise<void> => {
      await database.rows('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
    };
    const first = await serial();
    renewBy('renewed', ['cert']);
    await cutOff();
    expect(await serial()).toBe(first);
    renewBy('renewed', ['key']);
    expect(await serial()).toBe(first);
    await cutOff();
    expect(await serial()).not.toBe(first);
  });

  it('has no password any more where it is let in without one', async () => {
    const owner = await opening(urlAt('localhost'), shownBy(made.client('owner')));
    const without = () =>
      owner.rows(`select rolname from pg_authid where rolname = 'tietovirta_gateway' and rolpassword is null`);
    expect(await without()).toEqual([]);
    await letServicesIn(urlAt('localhost'), { gateway: null }, shownBy(made.client('owner')));
    expect(await without()).toHaveLength(1);
  });
});

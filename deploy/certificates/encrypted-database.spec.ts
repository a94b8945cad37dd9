import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Database, letServicesIn, migrate, sqlOf, storeMigrations } from '#lib/store';

import type { LocalService } from '../../scripts/local/local-service.ts';
import { startPostgres } from '../../scripts/local/postgres.ts';
import { serverUser } from '../../scripts/local/server-user.ts';
import { certificatesIn, withoutOpenssl } from '../rabbitmq/installed-broker.spec-support.ts';

// Without openssl there is nothing to make a certificate with.
const described = withoutOpenssl === undefined ? describe : describe.skip;
const folder = mkdtempSync(join(tmpdir(), 'tietovirta-encrypted-'));
const opened: Database[] = [];
let server: LocalService;
let ca: string;
let otherCa: string;

beforeAll(async () => {
  if (withoutOpenssl !== undefined) return;
  // Root's tests run the server as another user, who must get to its certificate.
  chmodSync(folder, 0o755);
  const certificates = certificatesIn(join(folder, 'certificates'));
  chmodSync(join(folder, 'certificates'), 0o755);
  const owner = serverUser();
  if (owner) await chown(certificates.key, owner.uid, owner.gid);
  ca = readFileSync(certificates.authority, 'utf8');
  otherCa = readFileSync(certificatesIn(join(folder, 'other')).authority, 'utf8');
  const settings = { ssl: 'on', ssl_cert_file: certificates.cert, ssl_key_file: certificates.key };
  server = await startPostgres({ directory: join(folder, 'server'), say: () => undefined, settings });
}, 120_000);
afterAll(async () => {
  await Promise.all(opened.map((database) => database.close()));
  await server?.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

/** The server under a name: its certificate is of `localhost`. */
function urlAt(host: string, sslmode = 'verify-full'): string {
  const url = new URL(server.url);
  url.hostname = host;
  url.search = `?sslmode=${sslmode}`;
  return url.href;
}

async function databaseAt(host: string, authority: string | undefined, sslmode?: string): Promise<Database> {
  const database = await Database.open({ url: urlAt(host, sslmode), ca: authority, name: 'encryption' });
  opened.push(database);
  return database;
}

const AUTHORITY = /self[- ]signed|unable to (verify|get)|signature/;
const NAME = /does not match/;
const LINE = 'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()';

described('a database whose url says verify-full', () => {
  it('is spoken to over TLS 1.2 or 1.3 alone: statements, transactions with COPY, and entities', async () => {
    const database = await databaseAt('localhost', ca);
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
    ['is by another authority', 'localhost', () => otherCa, AUTHORITY],
    ['is by no authority that the system knows', 'localhost', () => undefined, AUTHORITY],
    ['names another host', '127.0.0.1', () => ca, NAME],
  ])('is not believed when its certificate %s', async (_, host, authority, reason) => {
    await expect(databaseAt(host, authority())).rejects.toThrow(reason);
    // The same server answers to who asks for less.
    await expect((await databaseAt(host, undefined, 'disable')).ping()).resolves.toBeUndefined();
  });

  it('is migrated over TLS, and not where it cannot be believed', async () => {
    const applied = await migrate(urlAt('localhost'), [storeMigrations], ca);
    expect(applied.length).toBeGreaterThan(0);
    await letServicesIn(urlAt('localhost'), { audit: 'secret' }, ca);
    await expect(migrate(urlAt('localhost'), [], otherCa)).rejects.toThrow(AUTHORITY);
    await expect(letServicesIn(urlAt('127.0.0.1'), {}, ca)).rejects.toThrow(NAME);
  });
});

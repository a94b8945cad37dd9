import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomUUID, sign } from 'node:crypto';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AUDIT_EXPORT_FILES, AuditFilters, AuditScope } from '#lib/contracts';
import { until } from '#lib/testing';

import { openAuditLog, type OpenAuditLog, READER, tamper } from '../audit-log.spec-support.js';
import { anEvent, events } from '../event.spec-support.js';
import { AuditExports } from './audit-exports.js';
import { Exporter } from './exporter.js';

let opened: OpenAuditLog;
let exporter: Exporter;
let exports: AuditExports;
let keyFile: string;

beforeAll(async () => {
  opened = await openAuditLog();
  exporter = new Exporter(opened.service, opened.key, { error: () => undefined });
  exports = new AuditExports(opened.service, { nudge: () => undefined });
  keyFile = join(opened.directory, 'public.pem');
  await writeFile(keyFile, opened.key.public.pem);
});
afterAll(() => opened.close());

/** A chain of ten entries of its own, with checkpoints at 4 and 8. */
async function aChain(): Promise<string> {
  const environmentId = randomUUID();
  const told = (count: number) =>
    events(count).map((event, index) => ({ ...event, environmentId, address: '192.0.2.7', details: { index } }));
  await opened.log.append(told(4));
  await opened.checkpointer.run();
  await opened.log.append(told(4));
  await opened.checkpointer.run();
  await opened.log.append(told(2));
  return environmentId;
}

/** An export as files, as somebody would take them along. */
async function exported(scope: AuditScope, format: 'jsonl' | 'csv' = 'jsonl', filters: AuditFilters = {}) {
  const { id } = await exports.request({ reader: READER, scope, format, filters });
  while (await exporter.runOne());
  const found = await exports.find(scope, id);
  if (found?.state !== 'ready') throw new Error(`The export is ${found?.state}`);
  const directory = join(opened.directory, id);
  await mkdir(directory);
  for (const file of found.files) await writeFile(join(directory, file), await bytesOf(scope, id, file));
  return { id, directory, found };
}

async function bytesOf(scope: AuditScope, id: string, file: (typeof AUDIT_EXPORT_FILES)[number]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let part = 0; ; part += 1) {
    const data = await exports.part({ reader: READER, scope, id, file, part });
    if (data === null) return Buffer.concat(parts);
    parts.push(data);
  }
}

/** The program as an auditor runs it: a process with no environment. */
function verify(directory: string, ...more: readonly string[]): Promise<{ code: number; said: string }> {
  const program = join(import.meta.dirname, '../../../../scripts/verify-audit.mjs');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, directory, '--key', keyFile, ...more],
      { env: {}, cwd: directory },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    );
  });
}

describe('an export', () => {
  it('of a whole chain holds offline, with and without the checkpoints told outside', async () => {
    const { directory, found } = await exported(await aChain());
    // The order is an entry too, and the export tells of it.
    expect(found).toMatchObject({ entries: 11, files: expect.arrayContaining(['entries.jsonl']) });
    expect(await verify(directory)).toMatchObject({ code: 0, said: expect.stringContaining('Every chain is whole') });
    expect(await verify(directory, '--checkpoints', opened.file)).toMatchObject({ code: 0 });
  });

  it('of everything holds every chain', async () => {
    await Promise.all([aChain(), opened.log.append([anEvent({ environmentId: null })])]);
    const { directory } = await exported('everywhere');
    expect(await verify(directory, '--checkpoints', opened.file)).toMatchObject({ code: 0 });
  });

  // Outside first: what was told there stays.
  it.each([
    ['checkpoints outside', ['entry', 'chain', 'checkpoint'], () => ['--checkpoints', opened.file]],
    ['checkpoints', ['entry', 'chain'], () => []],
    ['head', ['entry', 'checkpoint'], () => []],
  ])('of everything names a chain that was taken away whole, known by its %s', async (_, tables, outside) => {
    const scope = await aChain();
    const without = (gone: readonly string[]) =>
      tamper(opened.database, ...gone.map((one) => `delete from audit.${one} where environment_id = '${scope}'`));
    await without(tables);
    const { directory } = await exported('everywhere');
    const named = { code: 1, said: expect.stringContaining(`FAULT cut at ${scope} 1`) };
    expect(await verify(directory, ...outside())).toEqual(named);
    await without(['chain', 'checkpoint']);
  });

  it('of a selection says what can be seen of it and what cannot', async () => {
    const scope = await aChain();
    const { directory, found } = await exported(scope, 'jsonl', { action: 'access.decided' });
    expect(found.entries).toBe(10);
    const { code, said } = await verify(directory);
    expect([code, said]).toEqual([0, expect.stringContaining('that nothing was left out of it cannot be seen here')]);
  });

  it('in CSV is for people, and signed all the same', async () => {
    const { directory } = await exported(await aChain(), 'csv');
    expect((await verify(directory)).code).toBe(0);
    const lines = (await readFile(join(directory, 'entries.csv'), 'utf8')).split('\r\n');
    expect(lines).toHaveLength(13);
    await appendFile(join(directory, 'entries.csv'), 'one more\r\n');
    expect(await verify(directory)).toMatchObject({ code: 1, said: expect.stringContaining('file-altered') });
  });

  it('of nothing is whole, too', async () => {
    const { directory } = await exported(await aChain(), 'jsonl', { action: 'person.erased' });
    expect((await verify(directory)).code).toBe(0);
  });

  it('holds entries whose parts were removed in time, and names one that lost them too early', async () => {
    const scope = await aChain();
    const removed = (where: string) =>
      `update audit.entry set address = null, address_salt = null where environment_id = '${scope}' and ${where}`;
    await tamper(opened.database, removed('sequence = 2'));
    const { directory } = await exported(scope);
    const early = { code: 1, said: expect.stringContaining(`FAULT altered at ${scope} 2`) };
    expect(await verify(directory)).toEqual(early);
    // As if it had been exported in two years: the manifest is signed anew.
    const text = await readFile(join(directory, 'manifest.json'), 'utf8');
    const later = text.replace(/"exportedAt":"(\d{4})/, (_, year) => `"exportedAt":"${Number(year) + 2}`);
    await writeFile(join(directory, 'manifest.json'), later);
    await writeFile(join(directory, 'manifest.sig'), opened.key.sign(later).toString('base64'));
    expect(await verify(directory)).toEqual({ code: 0, said: expect.stringContaining('1 entries have parts') });
  });

  it('is found only where it was asked for', async () => {
    const scope = await aChain();
    const { id } = await exported(scope);
    expect(await exports.find(randomUUID(), id)).toBeNull();
    expect(await exports.find('everywhere', id)).toBeNull();
    const part = { reader: READER, id, file: 'entries.jsonl', part: 0 } as const;
    expect(await exports.part({ ...part, scope: randomUUID() })).toBeNull();
  });

  it('goes on from where a process died, once its lease has run out', async () => {
    const scope = await aChain();
    const { id } = await exports.request({ reader: READER, scope, format: 'jsonl', filters: {} });
    await opened.database.rows(
      `update audit.export set state = 'running', attempts = 1, lease_until = clock_timestamp() + interval '1 minute' where id = $1`,
      [id],
    );
    expect(await exporter.runOne()).toBe(false);
    await opened.database.rows(
      `with half as (insert into audit.export_part select environment_id, id, 'entries.jsonl', 0, 'half' from audit.export where id = $1)
       update audit.export set lease_until = clock_timestamp() - interval '1 second' where id = $1`,
      [id],
    );
    expect(await exporter.runOne()).toBe(true);
    expect(await exports.find(scope, id)).toMatchObject({ state: 'ready', entries: 11 });
  });

  it('loses no part to an attempt that was held up before its first', async () => {
    const scope = await aChain();
    const { id } = await exports.request({ reader: READER, scope, format: 'jsonl', filters: {} });
    const heldUp = await opened.database.transaction(async (sql) => {
      await sql.rows('lock table audit.export_part in exclusive mode');
      const running = exporter.runOne();
      const waits = `select from pg_locks where not granted and relation = 'audit.export_part'::regclass`;
      await until(async () => (await opened.database.rows(waits)).length > 0, { what: 'the attempt at the lock' });
      await sql.rows(
        `with taken as (update audit.export set attempts = 2 where id = $1 returning environment_id, id)
         insert into audit.export_part select environment_id, id, 'entries.jsonl', 0, 'the next one''s' from taken`,
        [id],
      );
      return { running };
    });
    expect(await heldUp.running).toBe(true);
    const parts = await opened.database.rows('select 1 from audit.export_part where export_id = $1', [id]);
    expect(parts).toHaveLength(1);
    await opened.database.rows('delete from audit.export where id = $1', [id]);
  });

  it('is refused when as many are kept as may be', async () => {
    const order = { reader: READER, scope: await aChain(), format: 'jsonl', filters: {} } as const;
    for (let kept = 0; kept < 20; kept += 1) await exports.request(order);
    await expect(exports.request(order)).rejects.toMatchObject({ kind: 'limited', code: 'export.too-many' });
    await opened.database.rows('delete from audit.export where environment_id = $1', [order.scope]);
    expect(await exports.request(order)).toMatchObject({ state: 'waiting' });
  });

  it('is gone when its day is over, and breaks off where it is still being read', async () => {
    const scope = await aChain();
    const { id } = await exported(scope);
    await opened.database.rows(`update audit.export set expires_at = clock_timestamp() where id = $1`, [id]);
    await exporter.runOne();
    expect(await exports.find(scope, id)).toBeNull();
    expect(await opened.database.rows('select 1 from audit.export_part where export_id = $1', [id])).toEqual([]);
    const ofIt = { reader: READER, scope, id, file: 'entries.jsonl' } as const;
    expect(await exports.part({ ...ofIt, part: 0 })).toBeNull();
    await expect(exports.part({ ...ofIt, part: 1 })).rejects.toMatchObject({ code: 'export.absent' });
  });

  it('is handed on in parts as it is read, so that its length costs no memory', async () => {
    const scope = randomUUID();
    const told = events(1_500).map((event) => ({ ...event, environmentId: scope, details: { text: 'x'.repeat(999) } }));
    await opened.log.append(told);
    const { id } = await exported(scope);
    const parts = await opened.database.rows<{ bytes: number }>(
      `select octet_length(data) as bytes from audit.export_part where export_id = $1 and file = 'entries.jsonl'`,
      [id],
    );
    expect(parts.length).toBeGreaterThan(9);
    expect(Math.max(...parts.map(({ bytes }) => bytes))).toBeLessThan(200 * 1024);
  });
});

describe('the offline program', () => {
  const lines = async (directory: string, file = 'entries.jsonl') =>
    (await readFile(join(directory, file), 'utf8')).split('\n').slice(0, -1);
  const put = (directory: string, all: readonly string[], file = 'entries.jsonl') =>
    writeFile(join(directory, file), all.map((line) => `${line}\n`).join(''));
  const changed = (line: string | undefined, differences: object) =>
    JSON.stringify({ ...(JSON.parse(line ?? '{}') as object), ...differences });

  it.each<[string, string, number, (all: readonly string[]) => readonly string[]]>([
    ['an outcome altered', 'altered', 5, (all) => all.with(4, changed(all[4], { outcome: 'denied' }))],
    ['an address altered', 'altered', 5, (all) => all.with(4, changed(all[4], { address: '192.0.2.8' }))],
    ['details altered', 'altered', 5, (all) => all.with(4, changed(all[4], { details: { index: 9 } }))],
    [
      'an address taken out early',
      'altered',
      5,
      (all) => all.with(4, changed(all[4], { address: undefined, addressSalt: undefined })),
    ],
    ['details of another kind', 'altered', 5, (all) => all.with(4, changed(all[4], { details: null }))],
    ['a hash altered', 'altered', 5, (all) => all.with(4, changed(all[4], { hash: '0'.repeat(64) }))],
    ['an entry left out', 'missing', 5, (all) => all.toSpliced(4, 1)],
    ['the first left out', 'missing', 1, (all) => all.slice(1)],
    ['two swapped', 'reordered', 3, (all) => all.with(2, all[6] ?? '').with(6, all[2] ?? '')],
    [
      'two swapped and numbered anew',
      'reordered',
      3,
      (all) => all.with(2, changed(all[6], { sequence: 3 })).with(6, changed(all[2], { sequence: 7 })),
    ],
    ['a tail cut', 'cut', 7, (all) => all.slice(0, 6)],
    ['the last one altered', 'altered', 11, (all) => all.with(10, changed(all[10], { outcome: 'denied' }))],
  ])('names %s after the export', async (_, what, sequence, change) => {
    const scope = await aChain();
    const { directory } = await exported(scope);
    await put(directory, change(await lines(directory)));
    expect(await verify(directory)).toEqual({
      code: 1,
      said: expect.stringContaining(`FAULT ${what} at ${scope} ${sequence}`),
    });
  });

  it.each<[string, string, (all: readonly string[]) => readonly string[]]>([
    ['an altered one', 'altered', (all) => all.with(4, changed(all[4], { outcome: 'denied' }))],
    ['one given twice', 'reordered', (all) => all.toSpliced(5, 0, all[4] ?? '')],
    ['one that is gone', 'missing', (all) => all.slice(0, -1)],
  ])('names in a selection %s', async (_, what, change) => {
    const scope = await aChain();
    const { directory } = await exported(scope, 'jsonl', { action: 'access.decided' });
    await put(directory, change(await lines(directory)));
    expect(await verify(directory)).toMatchObject({ code: 1, said: expect.stringContaining(`FAULT ${what}`) });
  });

  /** Somebody with the database in their hands, before the export is made and truly signed. */
  const inDatabase = (scope: string) => ({
    head: (sequence: number) =>
      `update audit.chain set last_sequence = ${sequence}, last_hash =
         (select hash from audit.entry where environment_id = '${scope}' and sequence = ${sequence})
        where environment_id = '${scope}'`,
    of: `environment_id = '${scope}'`,
  });

  it.each<[string, string, (hand: ReturnType<typeof inDatabase>) => readonly string[]]>([
    [
      'an entry altered',
      'altered at SCOPE 3',
      ({ of }) => [`update audit.entry set outcome = 'denied' where ${of} and sequence = 3`],
    ],
    ['an entry deleted', 'missing at SCOPE 3', ({ of }) => [`delete from audit.entry where ${of} and sequence = 3`]],
    [
      'a tail cut with its head',
      // The order of the export was the next entry.
      'cut at SCOPE 8',
      ({ of, head }) => [head(6), `delete from audit.entry where ${of} and sequence > 6`],
    ],
    [
      'a checkpoint removed',
      'checkpoint-missing at SCOPE 8',
      ({ of }) => [`delete from audit.checkpoint where ${of} and sequence = 4`],
    ],
    [
      'the last checkpoint removed',
      'checkpoint-missing at SCOPE 8',
      ({ of }) => [`delete from audit.checkpoint where ${of} and sequence = 8`],
    ],
    [
      'a checkpoint altered',
      'checkpoint-altered at SCOPE 4',
      ({ of }) => [
        `update audit.checkpoint set text = replace(text, '"version":1', '"version":1 ') where ${of} and sequence = 4`,
      ],
    ],
  ])('names %s in the database before the export', async (_, fault, statements) => {
    const scope = await aChain();
    await tamper(opened.database, ...statements(inDatabase(scope)));
    const { directory } = await exported(scope);
    expect(await verify(directory, '--checkpoints', opened.file)).toEqual({
      code: 1,
      said: expect.stringContaining(`FAULT ${fault.replace('SCOPE', scope)}`),
    });
  });

  it('does not believe a manifest that was signed by another', async () => {
    const { directory } = await exported(await aChain());
    const text = (await readFile(join(directory, 'manifest.json'), 'utf8')).replace('"entries":11', '"entries":12');
    await writeFile(join(directory, 'manifest.json'), text);
    expect(await verify(directory)).toMatchObject({ code: 1, said: expect.stringContaining('manifest-altered') });
    const { generateKeyPairSync } = await import('node:crypto');
    const forged = sign(null, Buffer.from(text), generateKeyPairSync('ed25519').privateKey);
    await writeFile(join(directory, 'manifest.sig'), forged.toString('base64'));
    expect(await verify(directory)).toMatchObject({ code: 1, said: expect.stringContaining('manifest-altered') });
  });

  it('says what it lacks instead of guessing', async () => {
    const { directory } = await exported(await aChain());
    expect(await verify(join(directory, 'elsewhere')).catch(() => ({ code: 2 }))).toMatchObject({
      code: expect.any(Number),
    });
    expect(await verify(directory, '--checkpoints', join(directory, 'no-such'))).toMatchObject({ code: 2 });
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { AuditReader } from '#lib/contracts';
import { Database } from '#lib/store';
import { createTestDatabase } from '#lib/testing';

import { AuditLog } from './audit-log.js';
import { CheckpointFile } from './checkpoint-file.js';
import { Checkpointer } from './checkpointer.js';
import type { StoredEntry } from './entry.js';
import { ENTRY_COLUMNS, type EntryRow, storedEntryOf } from './entry-row.js';
import { SigningKey, TrustedKeys } from './signing-key.js';

export const aPem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Whoever reads in a spec. */
export const READER: AuditReader = { by: { kind: 'person', id: 'tarkastaja' }, address: '192.0.2.99' };

/**
 * A log in a database of its own, whose checkpoints go to a file of its own. `service` is what the audit service may do
 * there, `database` what only a superuser may.
 */
export async function openAuditLog() {
  const clone = await createTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'audit-'));
  const database = await Database.open({ url: clone.url, name: 'audit spec' });
  const service = await Database.open({ url: clone.as('audit'), name: 'audit spec' });
  const key = new SigningKey(aPem());
  const keys = new TrustedKeys([key.public]);
  const file = join(directory, 'checkpoints.jsonl');
  const outlet = new CheckpointFile(file);
  const close = async () => {
    await Promise.all([database.close(), service.close()]);
    await clone.drop();
    await rm(directory, { recursive: true });
  };
  const log = new AuditLog(service, { keys, outlet });
  const checkpointer = new Checkpointer(service, key, keys, outlet);
  return { url: clone.url, directory, database, service, key, keys, file, outlet, log, checkpointer, close };
}

export type OpenAuditLog = Awaited<ReturnType<typeof openAuditLog>>;

/** What the log holds of a chain, newest first, looked at without leaving a trace. */
export async function entriesOf(database: Database, chain: string): Promise<readonly StoredEntry[]> {
  const rows = await database.rows<EntryRow>(
    `select ${ENTRY_COLUMNS} from audit.entry where environment_id = $1 order by sequence desc`,
    [chain],
  );
  return rows.map(storedEntryOf);
}

/** Does what only a superuser can do, who switches the triggers off and on again. */
export async function tamper(database: Database, ...statements: readonly string[]): Promise<void> {
  const each = (what: string) =>
    ['entry', 'chain', 'checkpoint'].map((table) => `alter table audit.${table} ${what} trigger all`);
  const always = [
    'entry_is_kept on entry',
    'entry_is_not_updated on entry',
    'entry_is_only_redacted on entry',
    'chain_is_kept on chain',
    'chain_only_grows on chain',
    'checkpoint_is_kept on checkpoint',
  ].map((one) => one.replace(/(\S+) on (\S+)/, 'alter table audit.$2 enable always trigger $1'));
  await database.transaction(async (sql) => {
    for (const statement of [...each('disable'), ...statements, ...always]) await sql.rows(statement);
  });
}

import { Database } from '#lib/store';
import { createTestDatabase } from '#lib/testing';

import { AuditLog } from './audit-log.js';

/** A log in a database of its own. */
export async function openAuditLog() {
  const clone = await createTestDatabase();
  const database = await Database.open({ url: clone.url, name: 'audit spec' });
  const close = async () => {
    await database.close();
    await clone.drop();
  };
  return { url: clone.url, database, log: new AuditLog(database), close };
}

export type OpenAuditLog = Awaited<ReturnType<typeof openAuditLog>>;

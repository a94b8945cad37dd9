import { randomBytes, randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { DocumentWriter, readDocument, type StoredDocument, sweepUploads } from './document-store.js';

describe('a stored document', () => {
  let test: TestDatabase;
  let database: Database;
  let connector: Database;
  const environmentId = randomUUID();
  const scope = { tenant: environmentId };
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.as('gateway'), name: 'document-store.spec' });
    connector = await Database.open({ url: test.as('fivaldi-connector'), name: 'document-store.spec' });
  });
  afterAll(async () => {
    await Promise.all([database.close(), connector.close()]);
    await test.drop();
  });

  it.each([
    ['nothing', 0],
    ['a byte', 1],
    ['exactly one chunk', 256 * 1024],
    ['one byte more', 256 * 1024 + 1],
    ['many chunks', 1_000_000],
  ])('of %s comes back byte by byte, in parts of any size', async (_what, length) => {
    const bytes = randomBytes(length);
    for (const [gzip, part] of [
      [false, 100_000],
      [true, 100_000],
      [false, 600_000],
    ] as const) {
      const document = await write(bytes, gzip, part);
      const parts: Buffer[] = [];
      for await (const part of readDocument(connector, { ...document, environmentId })) parts.push(part);
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      expect(document.bytes).toBe(length);
    }
  });

  it('leaves no chunk behind when it is discarded', async () => {
    const writer = new DocumentWriter(database, { environmentId, gzip: false, charset: null });
    await writer.write(randomBytes(600_000));
    await writer.discard();
    expect(await chunksOf(writer.id)).toBe(0);
  });

  it('is swept when its upload broke off long ago, and not before', async () => {
    const writer = new DocumentWriter(database, { environmentId, gzip: false, charset: null });
    await writer.write(randomBytes(600_000));
    expect(await sweepUploads(connector, 60)).toBe(0);
    const owner = await Database.open({ url: test.url, name: 'document-store.spec' });
    await owner.rows(
      `update transfers.upload set started_at = clock_timestamp() - interval '61 minutes' where document_id = $1`,
      [writer.id],
    );
    await owner.close();
    expect(await sweepUploads(connector, 60)).toBe(1);
    expect(await chunksOf(writer.id)).toBe(0);
  });

  /** Written as the gateway and `acceptTransfer` do it together. */
  async function write(bytes: Buffer, gzip: boolean, part: number): Promise<StoredDocument> {
    const writer = new DocumentWriter(database, { environmentId, gzip, charset: null });
    for (let from = 0; from < bytes.length; from += part) await writer.write(bytes.subarray(from, from + part));
    const document = await writer.finish();
    await database.rows(
      'insert into transfers.document_chunk (environment_id, document_id, no, data) values ($1, $2, $3, $4)',
      [environmentId, document.id, document.chunks - 1, document.lastChunk],
      { scope },
    );
    return document;
  }

  async function chunksOf(documentId: string): Promise<number> {
    const [row] = await database.rows<{ chunks: number }>(
      'select count(*)::int as chunks from transfers.document_chunk where document_id = $1',
      [documentId],
      { scope },
    );
    return row?.chunks ?? 0;
  }
});

import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';

import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase, until } from '#lib/testing';
import { DocumentWriter } from '#lib/transfers';

import { attachment, handOver } from './document-hand-over.js';

describe('the file name of a document', () => {
  it.each([
    ['ulosluettu.xml', 'attachment; filename="ulosluettu.xml"'],
    ['tuotteet 2026.xml.gz', 'attachment; filename="tuotteet 2026.xml.gz"'],
    ['höylä.xml', `attachment; filename="h_yl_.xml"; filename*=UTF-8''h%C3%B6yl%C3%A4.xml`],
    [`it's (1)*.xml`, `attachment; filename="it's (1)*.xml"`],
    [`ä'()*`, `attachment; filename="_'()*"; filename*=UTF-8''%C3%A4%27%28%29%2A`],
    ['a"; b\\%41', `attachment; filename="a_; b__41"; filename*=UTF-8''a%22%3B%20b%5C%2541`],
    ['a\r\nset-cookie: b', `attachment; filename="a__set-cookie: b"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20b`],
  ])('%j is said so that no program can misread it', (name, header) => {
    expect(attachment(name)).toBe(header);
  });
});

/** Bytes of a chunk, and how many there are: many more than the kernel takes for a reader who takes nothing. */
const CHUNK = 256 * 1024;
const CHUNKS = 96;

/** Chunks here at a time: three fetched ahead, the one that is read, and one on its way out. */
const HELD_AT_MOST = 5;

describe('a document on its way to a slow reader', () => {
  const environmentId = randomUUID();
  const server = new FastifyAdapter().getInstance();
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.as('gateway'), name: 'document-hand-over.spec' });
  });
  afterAll(async () => {
    server.server.closeAllConnections();
    await server.close();
    await database.close();
    await test.drop();
  });

  async function stored(bytes: Buffer) {
    const writer = new DocumentWriter(database, { environmentId, gzip: false, charset: null });
    await writer.write(bytes);
    const document = await writer.finish();
    await database.rows(
      'insert into transfers.document_chunk (environment_id, document_id, no, data) values ($1, $2, $3, $4)',
      [environmentId, document.id, document.chunks - 1, document.lastChunk],
      { scope: { tenant: environmentId } },
    );
    return { ...document, bytes: String(bytes.length), environmentId };
  }

  /** Answers every request with the document, and notes at each chunk that it fetches how many it holds by then. */
  async function serve(document: Awaited<ReturnType<typeof stored>>, held: number[]): Promise<number> {
    let socket: Socket | undefined;
    const noting: Pick<Database, 'rows'> = {
      rows: (text, values, options) => {
        const gone = (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0);
        held.push(held.length + 1 - Math.floor(gone / CHUNK));
        return database.rows(text, values, options);
      },
    };
    server.get('/', async (request, reply) => {
      socket = request.raw.socket;
      return reply.send((await handOver(reply, noting, document, 'a.xml')).getStream());
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    return (server.server.address() as AddressInfo).port;
  }

  it('is held here a few chunks at a time, however long it is, and comes whole', async () => {
    const bytes = Buffer.alloc(CHUNK * CHUNKS, '<a/>\n');
    const held: number[] = [];
    const port = await serve(await stored(bytes), held);
    const [answer] = (await once(get({ host: '127.0.0.1', port }), 'response')) as [IncomingMessage];
    const isWaiting = async (): Promise<boolean> => {
      const before = held.length;
      for (let nth = 0; nth < 20; nth += 1) await database.ping();
      return held.length === before;
    };
    await until(isWaiting, { what: 'the gateway to wait for its reader' });
    expect(held.length).toBeLessThan(CHUNKS);
    const hash = createHash('sha256');
    for await (const part of answer) hash.update(part as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(held).toHaveLength(CHUNKS);
    expect(Math.max(...held)).toBeLessThanOrEqual(HELD_AT_MOST);
  });
});

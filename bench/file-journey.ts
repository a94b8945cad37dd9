import { randomUUID } from 'node:crypto';
import { createWriteStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ground } from './ground.ts';
import type { BenchCompany } from './partner.ts';

/** How often the transfer's row is looked at; a figure may be late by so much. */
const LOOK_MS = 50;

/** What a transfer did. */
type Counts = Readonly<Record<string, number>>;

/** Milliseconds of the two halves of one import. */
export interface Import {
  readonly upload: number;
  readonly carriedOut: number;
}

/** Milliseconds from an export's order to its document, and to the last byte of it in a file. */
export interface Export {
  readonly written: number;
  readonly fetched: number;
}

/** Sends a file as a document and waits for its end, which must be `created` new records and nothing else. */
export async function importFile(
  ground: Ground,
  { id, partner }: BenchCompany,
  stream: string,
  file: string,
  created: number,
): Promise<Import> {
  const document = (await openAsBlob(file)).stream();
  const begun = performance.now();
  const { status, body } = await partner.client.importDocument(id, stream, document);
  const accepted = performance.now();
  if (status !== 202) throw new Error(`The document was not accepted: ${JSON.stringify(body)}`);
  const effect = await succeeded(ground, body.id);
  if (effect['created'] !== created) throw new Error(`Not what was expected: ${JSON.stringify(effect)}`);
  return { upload: accepted - begun, carriedOut: performance.now() - accepted };
}

/** Has a stream written out and fetches the document into a file. */
export async function exportFile(
  ground: Ground,
  { id, partner }: BenchCompany,
  stream: string,
  file: string,
): Promise<Export> {
  const { url, token } = partner.client;
  const authorization = `Bearer ${token}`;
  const begun = performance.now();
  const { status, body } = await partner.client.call<{ id: string }>(
    'POST',
    `/v1/companies/${id}/streams/${stream}/exports`,
    { headers: { 'idempotency-key': randomUUID(), 'content-type': 'application/json' }, body: '{}' },
  );
  if (status !== 202) throw new Error(`The export was not accepted: ${JSON.stringify(body)}`);
  await succeeded(ground, body.id);
  const written = performance.now();
  const answer = await fetch(`${url}/v1/transfers/${body.id}/document`, { headers: { authorization } });
  if (!answer.ok || answer.body === null) throw new Error(`The document was not given: ${answer.status}`);
  await pipeline(Readable.fromWeb(answer.body), createWriteStream(file));
  return { written: written - begun, fetched: performance.now() - written };
}

async function succeeded({ pool }: Ground, transferId: string): Promise<Counts> {
  for (;;) {
    const { rows } = await pool.query<{ state: string; effect: Counts; problem: unknown }>(
      `select state, effect, problem from transfers.transfer
        where id = $1 and (finished_at is not null or state = 'held')`,
      [transferId],
    );
    const [ended] = rows;
    if (ended?.state === 'succeeded') return ended.effect;
    if (ended) throw new Error(`It ended as ${ended.state}: ${JSON.stringify(ended)}`);
    await pause(LOOK_MS);
  }
}

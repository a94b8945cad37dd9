import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import type { Fault } from './faults.js';
import type { Answer } from './wire.js';

const PAGE =
  '<!DOCTYPE html>\n<html lang="fi"><head><title>Fivaldi</title></head><body><h1>Kirjaudu sisään</h1></body></html>\n';

const CHUNK = Buffer.alloc(64 * 1024, ' ');

/** Sends an answer, spoiled by the fault if there is one. Settles when it is sent or nobody reads it any more. */
export async function reply(
  response: ServerResponse,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  fault: Fault | null,
): Promise<void> {
  if (fault?.kind === 'cut') {
    response.socket?.destroy();
    return;
  }
  const { status, type, body } = spoiled(answer, fault);
  const length = fault?.kind === 'huge' ? fault.bytes : body.length;
  response.writeHead(status, {
    ...headers,
    ...(type === null ? {} : { 'Content-Type': type }),
    'Content-Length': length,
  });
  if (fault?.kind === 'huge') return pour(response, length);
  if (fault?.kind === 'drip') return drip(response, body, fault.ms);
  response.end(body);
}

/** What is sent in place of the right bytes. */
function spoiled(answer: Answer, fault: Fault | null): Answer {
  const { status, body } = answer;
  if (fault?.kind === 'encoding') return { status, type: 'application/json;charset=UTF-8', body: misencoded(body) };
  if (fault?.kind === 'truncated') return { ...answer, body: body.subarray(0, Math.floor(body.length / 2)) };
  if (fault?.kind === 'html') return { status, type: 'text/html;charset=UTF-8', body: Buffer.from(PAGE, 'utf8') };
  return fault?.kind === 'huge' ? { ...answer, type: 'application/json' } : answer;
}

/** Latin-1 where that differs from UTF-8; where it doesn't, UTF-16. */
function misencoded(body: Buffer): Buffer {
  const text = body.toString('utf8');
  const isPlain = body.every((byte) => byte < 0x80);
  return Buffer.from(text, isPlain ? 'utf16le' : 'latin1');
}

async function drip(response: ServerResponse, body: Buffer, ms: number): Promise<void> {
  for (const byte of body) {
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
    await wait(ms, undefined, { ref: false });
  }
  response.end();
}

/** An empty list with much room in it: valid JSON of any size. */
async function pour(response: ServerResponse, bytes: number): Promise<void> {
  response.write('[');
  for (let left = bytes - 2; left > 0; left -= CHUNK.length) {
    if (response.destroyed) return;
    const taken = response.write(left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK);
    if (!taken) await drained(response);
  }
  response.end(']');
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });

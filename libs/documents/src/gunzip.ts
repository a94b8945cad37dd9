import { pipeline } from 'node:stream/promises';
import { crc32, createGunzip, type Gunzip } from 'node:zlib';

import { DocumentRefused, nodeCodeOf } from './errors.js';
import type { Limits } from './limits.js';

const RATIO_COUNTS_FROM = 1_000_000;
const TRAILER_BYTES = 8;

/** Passes bytes on until there are too many of them. */
export async function* capped(source: AsyncIterable<Uint8Array>, inputBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > inputBytes) {
      throw new DocumentRefused('too-large', `The document is larger than ${inputBytes} bytes. Split it.`, {
        limit: inputBytes,
      });
    }
    yield chunk;
  }
}

/**
 * Unpacks one gzip member as it comes.
 *
 * Refuses what is cut, broken, followed by anything, or made of several
 * members, and stops a bomb while it is still small: by bytes, and by ratio
 * once a megabyte is out.
 */
export async function* gunzip(source: AsyncIterable<Uint8Array>, limits: Limits): AsyncGenerator<Uint8Array> {
  const tail = new Tail();
  const unpacker = createGunzip({ chunkSize: 64 * 1024 });
  // A failure on either side destroys the unpacker, so it comes out of the loop below. Nobody waits for the
  // source itself: it may be a sender who has stopped in the middle.
  pipeline(tail.watch(source), unpacker).catch(() => undefined);
  let bytes = 0;
  let checksum = 0;
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      checksum = crc32(chunk, checksum);
      refuseBomb(bytes, unpacker, limits);
      yield chunk;
    }
  } catch (error) {
    throw refusalOf(error);
  } finally {
    unpacker.destroy();
  }
  if (tail.isShort()) throw truncated();
  if (!tail.seals(checksum, bytes)) {
    throw new DocumentRefused('gzip-not-single', 'Send one gzip member and nothing after it.');
  }
}

function refuseBomb(bytes: number, unpacker: Gunzip, { unpackedBytes, gzipRatio }: Limits): void {
  if (bytes > unpackedBytes) {
    throw new DocumentRefused('unpacks-too-large', `The document unpacks to more than ${unpackedBytes} bytes.`, {
      limit: unpackedBytes,
    });
  }
  if (bytes > RATIO_COUNTS_FROM && bytes > gzipRatio * unpacker.bytesWritten) {
    throw new DocumentRefused('unpacks-suspiciously', `The document unpacks to over ${gzipRatio} times its size.`, {
      limit: gzipRatio,
    });
  }
}

function refusalOf(error: unknown): unknown {
  const zlibCode = nodeCodeOf(error);
  if (zlibCode === 'Z_BUF_ERROR') {
    return truncated(error);
  }
  if (zlibCode === 'Z_DATA_ERROR' || zlibCode === 'Z_NEED_DICT') {
    return new DocumentRefused('gzip-broken', 'The data is not gzip, or is damaged.', {}, { cause: error });
  }
  return error;
}

const truncated = (cause?: unknown): DocumentRefused =>
  new DocumentRefused('gzip-truncated', 'The gzip data ends too early. Send it again.', {}, { cause });

/**
 * Remembers the last bytes that went in.
 *
 * zlib quietly unpacks member after member and ignores zeros at the end. But
 * only one member with nothing after it ends in the checksum and size of all
 * that came out.
 */
class Tail {
  private last = Buffer.alloc(0);

  async *watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.last = Buffer.concat([this.last, chunk.subarray(-TRAILER_BYTES)]).subarray(-TRAILER_BYTES);
      yield chunk;
    }
  }

  /** zlib takes no bytes at all for a whole document. */
  isShort(): boolean {
    return this.last.length < TRAILER_BYTES;
  }

  seals(checksum: number, bytes: number): boolean {
    return this.last.readUInt32LE(0) === checksum && this.last.readUInt32LE(4) === bytes % 2 ** 32;
  }
}

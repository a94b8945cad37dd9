import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';

import { OnboardingFileRefused } from './errors.js';

const inflate = promisify(inflateRaw);

/** Bytes that the parts of a workbook may unpack to, together: twenty thousand rows are about twenty megabytes. */
const UNPACKED_BYTES = 50_000_000;
const MOST_PARTS = 1_000;

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  readonly name: Buffer;
  readonly method: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
}

/**
 * A workbook packed anew, without compression, from its XML parts alone.
 *
 * Whoever reads the result can unpack no more than what was measured here: sizes that the archive states of itself
 * are not believed, and parts that only another reader would find are not in it. Stops at {@link UNPACKED_BYTES},
 * before more is unpacked.
 */
export async function measuredWorkbook(bytes: Buffer): Promise<Buffer> {
  const wanted = entriesOf(bytes).filter(({ name }) => /\.(xml|rels)$/i.test(name.toString('latin1')));
  if (wanted.length > MOST_PARTS) throw tooLarge({ parts: MOST_PARTS });
  if (wanted.reduce((sum, { unpacked }) => sum + unpacked, 0) > UNPACKED_BYTES) throw tooLarge();
  const parts: { readonly name: Buffer; readonly data: Buffer }[] = [];
  let left = UNPACKED_BYTES;
  for (const entry of wanted) {
    const data = await unpack(bytes, entry, left);
    left -= data.length;
    parts.push({ name: entry.name, data });
  }
  return packed(parts);
}

function entriesOf(bytes: Buffer): Entry[] {
  try {
    const end = endOf(bytes);
    let at = bytes.readUInt32LE(end + 16);
    return Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
      if (bytes.readUInt32LE(at) !== CENTRAL) throw notAWorkbook();
      const nameBytes = bytes.readUInt16LE(at + 28);
      const name = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
      const entry = {
        name,
        method: bytes.readUInt16LE(at + 10),
        packed: bytes.readUInt32LE(at + 20),
        unpacked: bytes.readUInt32LE(at + 24),
        offset: bytes.readUInt32LE(at + 42),
      };
      at += CENTRAL_BYTES + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
      return entry;
    });
  } catch (error) {
    throw error instanceof OnboardingFileRefused ? error : notAWorkbook(error);
  }
}

function endOf(bytes: Buffer): number {
  const earliest = Math.max(0, bytes.length - END_BYTES - LONGEST_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= earliest; at -= 1) {
    if (bytes.readUInt32LE(at) === END) return at;
  }
  throw notAWorkbook();
}

async function unpack(bytes: Buffer, { method, packed, offset }: Entry, most: number): Promise<Buffer> {
  let data: Buffer;
  try {
    if (bytes.readUInt32LE(offset) !== LOCAL) throw notAWorkbook();
    const from = offset + LOCAL_BYTES + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
    data = bytes.subarray(from, from + packed);
  } catch (error) {
    throw error instanceof OnboardingFileRefused ? error : notAWorkbook(error);
  }
  if (method === STORED && data.length <= most) return data;
  if (method !== DEFLATED) throw method === STORED ? tooLarge() : notAWorkbook();
  try {
    return await inflate(data, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : notAWorkbook(error);
  }
}

/** A zip archive of stored parts. */
function packed(parts: readonly { readonly name: Buffer; readonly data: Buffer }[]): Buffer {
  const [local, central]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, data } of parts) {
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(data), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(data.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const head = [signature(LOCAL), facts, name];
    local.push(...head, data);
    central.push(signature(CENTRAL), Buffer.from([20, 0]), facts, place, name);
    offset += head.reduce((sum, part) => sum + part.length, 0) + data.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(
    central.reduce((sum, part) => sum + part.length, 0),
    8,
  );
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, ...central, signature(END), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const notAWorkbook = (cause?: unknown): OnboardingFileRefused =>
  new OnboardingFileRefused('not-a-workbook', 'The file is not an XLSX workbook, or is damaged', {}, { cause });

const tooLarge = (details = {}): OnboardingFileRefused =>
  new OnboardingFileRefused('unpacks-too-large', `The workbook unpacks to more than ${UNPACKED_BYTES} bytes`, {
    limit: UNPACKED_BYTES,
    ...details,
  });

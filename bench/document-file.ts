import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

/** Records that are made and written together. */
const BLOCK = 1000;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Elements, one a line, of the values that are there. */
export const elementsOf = (values: readonly (readonly [element: string, value: string | undefined])[]): string => {
  let text = '';
  for (const [element, value] of values) {
    if (value !== undefined) text += `    <${element}>${escaped(value)}</${element}>\n`;
  }
  return text;
};

const head = (companyNumber: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<FivaldiXML>\n' +
  `  <FVBusinessId>${companyNumber}</FVBusinessId>\n  <FVCreationTime>2026-11-21T10:15:00</FVCreationTime>\n`;
const FOOT = '</FivaldiXML>\n';

/** A document of these records as one text; for small ones. */
export const smallDocumentOf = (companyNumber: string, records: readonly string[]): Buffer =>
  Buffer.from(head(companyNumber) + records.join('') + FOOT);

/** Writes a document of `count` records to a file, a thousand at a time. */
export async function writeRecords(
  file: string,
  companyNumber: string,
  count: number,
  record: (no: number) => string,
): Promise<void> {
  const stream = createWriteStream(file);
  stream.write(head(companyNumber));
  for (let from = 0; from < count; from += BLOCK) {
    const block = Array.from({ length: Math.min(BLOCK, count - from) }, (_, index) => record(from + index));
    if (!stream.write(block.join(''))) await once(stream, 'drain');
  }
  stream.end(FOOT);
  await finished(stream);
}

/** Makes a document over to another company whose number is as long. */
export async function readdress(file: string, from: string, to: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    const place = buffer.subarray(0, bytesRead).indexOf(`<FVBusinessId>${from}<`);
    if (place < 0 || from.length !== to.length) throw new Error(`${file} is not a document of ${from}`);
    await handle.write(to, place + '<FVBusinessId>'.length);
  } finally {
    await handle.close();
  }
}

/** Lines of COPY's text format for `count` records, in blocks; made before any clock runs. */
export function copyBlocks(count: number, line: (no: number) => string): readonly Buffer[] {
  const blocks: Buffer[] = [];
  for (let from = 0; from < count; from += BLOCK) {
    const block = Array.from({ length: Math.min(BLOCK, count - from) }, (_, index) => line(from + index));
    blocks.push(Buffer.from(block.join('')));
  }
  return blocks;
}

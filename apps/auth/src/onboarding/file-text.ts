import { TextDecoder } from 'node:util';

import { OnboardingFileRefused } from './errors.js';

/** What the sender may call the encoding; spreadsheets of this country write windows-1252 and say nothing. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['iso-8859-1', 'windows-1252'],
  ['latin1', 'windows-1252'],
  ['windows-1252', 'windows-1252'],
  ['iso-8859-15', 'iso-8859-15'],
  ['utf-16', 'utf-16'],
  ['utf-16le', 'utf-16'],
  ['utf-16be', 'utf-16'],
]);

/**
 * A file's bytes as text, strictly.
 *
 *   begins with a mark of | charset says | then
 *   ----------------------+--------------+------------------------------------------------------
 *   UTF-8 or UTF-16       | anything     | that
 *   neither               | UTF-16       | refused: the order of its bytes is not known
 *   neither               | another      | that
 *   neither               | nothing      | UTF-8 where all of it is, else windows-1252, the superset of ISO-8859-1
 *
 * Throws for bytes that the encoding does not have, and for control characters: such a file is no text.
 */
export function textOf(bytes: Buffer, charset: string | null): string {
  const text = decode(bytes, charset);
  // eslint-disable-next-line no-control-regex -- it is the control characters that are looked for
  if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) {
    throw new OnboardingFileRefused('not-text', 'The file is not text: send CSV, or a workbook under its own type');
  }
  return text;
}

function decode(bytes: Buffer, charset: string | null): string {
  const marked = markOf(bytes);
  if (marked) return strictly(marked, bytes);
  if (charset === null) return guess(bytes);
  const encoding = LABELS.get(charset.toLowerCase());
  if (encoding === undefined || encoding === 'utf-16') {
    throw new OnboardingFileRefused(
      'encoding-unknown',
      'Write the file in UTF-8, ISO-8859-1, ISO-8859-15, or UTF-16 with its byte order mark',
      { charset: charset.slice(0, 40) },
    );
  }
  return strictly(encoding, bytes);
}

function markOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** The decoder takes the mark off by itself. */
function strictly(encoding: string, bytes: Buffer): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new OnboardingFileRefused(
      'encoding-broken',
      `The file is not ${encoding}, as it says it is`,
      { encoding },
      { cause: error },
    );
  }
}

function guess(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

import { DocumentRefused } from './errors.js';
import type { Encoding } from './record.js';

const HEAD_BYTES = 1024;

/** Names of the encodings we read, lower case, as IANA lists them. `UTF-16` waits for its byte order mark. */
const LABELS: ReadonlyMap<string, Encoding | 'UTF-16'> = new Map([
  ['utf-8', 'UTF-8'],
  ['utf8', 'UTF-8'],
  ['iso-8859-1', 'ISO-8859-1'],
  ['iso_8859-1', 'ISO-8859-1'],
  ['latin1', 'ISO-8859-1'],
  ['iso-8859-15', 'ISO-8859-15'],
  ['iso_8859-15', 'ISO-8859-15'],
  ['latin-9', 'ISO-8859-15'],
  ['utf-16', 'UTF-16'],
  ['utf-16le', 'UTF-16LE'],
  ['utf-16be', 'UTF-16BE'],
]);

const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*')[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*["']([^"'<]*)["']/;

interface ByteOrderMark {
  readonly encoding: Encoding;
  readonly length: number;
}

export function bomOf(head: Buffer): ByteOrderMark | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'UTF-8', length: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'UTF-16LE', length: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'UTF-16BE', length: 2 };
  return undefined;
}

/** Whether more bytes could still tell something about the encoding. */
export function isWholeHead(head: Buffer): boolean {
  const letters = lettersOf(head.subarray(bomOf(head)?.length ?? 0));
  const mayDeclare = '<?xml'.startsWith(letters.slice(0, 5));
  return head.length >= HEAD_BYTES || letters.includes('?>') || (letters.length > 0 && head.length > 3 && !mayDeclare);
}

/** The label in the XML declaration. `body` starts after the byte order mark. */
export function declaredEncodingOf(body: Buffer): string | undefined {
  return DECLARATION.exec(lettersOf(body))?.[1];
}

/**
 * The one encoding that everything agrees on; UTF-8 when nothing says anything.
 *
 * Refuses names that we do not read, names that contradict each other, and
 * UTF-16 without its byte order mark.
 */
export function agreedEncoding(
  body: Buffer,
  bom: Encoding | undefined,
  declared: string | undefined,
  charset: string | undefined,
): Encoding {
  const said = [declared, charset].filter((label) => label !== undefined).map(encodingNamed);
  const all = bom === undefined ? said : [...said, bom];
  if (!all.every((one) => all.every((other) => agree(one, other)))) {
    throw new DocumentRefused('encoding-conflict', `The document says that it is ${all.join(' and ')}. Say one.`, {
      declared: declared?.slice(0, 40) ?? null,
      charset: charset?.slice(0, 40) ?? null,
      byteOrderMark: bom ?? null,
    });
  }
  if (bom !== undefined) return bom;
  const [encoding = 'UTF-8'] = said;
  if (encoding === 'UTF-16' || encoding === 'UTF-16LE' || encoding === 'UTF-16BE' || looksLikeUtf16(body)) {
    throw new DocumentRefused('encoding-unsupported', 'UTF-16 must begin with a byte order mark.');
  }
  return encoding;
}

/** In which encoding a document is that has been found sound, by its first bytes and by what its sender said of it. */
export function encodingOf(head: Buffer, charset: string | undefined): Encoding {
  const bom = bomOf(head);
  const body = head.subarray(bom?.length ?? 0);
  return agreedEncoding(body, bom?.encoding, declaredEncodingOf(body), charset);
}

function encodingNamed(label: string): Encoding | 'UTF-16' {
  const encoding = LABELS.get(label.toLowerCase());
  if (encoding !== undefined) return encoding;
  throw new DocumentRefused('encoding-unsupported', 'Write the document in UTF-8, ISO-8859-15, ISO-8859-1 or UTF-16.', {
    encoding: label.slice(0, 40),
  });
}

const agree = (one: string, other: string): boolean =>
  one === other || (one === 'UTF-16' && other.startsWith(one)) || (other === 'UTF-16' && one.startsWith(other));

const looksLikeUtf16 = (body: Buffer): boolean => ['<\0', '\0<'].includes(body.toString('latin1', 0, 2));

/** ASCII of the first bytes, in any of the encodings: UTF-16 differs by its zeros. */
const lettersOf = (bytes: Buffer): string => bytes.toString('latin1', 0, HEAD_BYTES).replaceAll('\0', '');

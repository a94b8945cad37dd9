import type { ExportCharset } from '#lib/contracts';

/** What XML 1.0 has no way to write, not even by its number (its production 2, Char). */
const NOT_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
export const unwritable = (value: string): boolean => NOT_XML.test(value);

/** Most values: they stand in a document as they are. What pairs of surrogates make is looked at more closely. */
const PLAIN = /^[\x20!#-%(-;=?-\uD7FF\uE000-\uFFFD]*$/;
export const plain = (value: string): boolean => PLAIN.test(value);

const SPECIAL = /[&<>"'\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser makes spaces of these in an attribute, and line feeds of carriage returns anywhere.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** A value as it may stand in an element or in an attribute. */
export const writtenText = (value: string): string =>
  SPECIAL.test(value) ? value.replace(/[&<>"'\t\n\r]/g, (letter) => ESCAPES[letter] ?? letter) : value;

/** Where ISO-8859-15 has another letter than ISO-8859-1, by that letter. */
const LATIN_9: ReadonlyMap<string, string> = new Map([
  ['€', '\xa4'],
  ['Š', '\xa6'],
  ['š', '\xa8'],
  ['Ž', '\xb4'],
  ['ž', '\xb8'],
  ['Œ', '\xbc'],
  ['œ', '\xbd'],
  ['Ÿ', '\xbe'],
]);
const DISPLACED: ReadonlySet<string> = new Set(LATIN_9.values());

/**
 * Text with its markup as bytes. What ISO-8859-15 has no letter for is written by its number, so that it carries
 * whatever XML can; that works in values alone, and only values hold such letters.
 *
 * Two Latin letters that together read as one of UTF-8 (`Ã¤`) are kept apart, the second by its number: a document
 * all of whose accented letters read as UTF-8 would be taken for UTF-8 under a wrong name.
 */
export function writtenBytes(text: string, charset: ExportCharset): Buffer {
  if (charset === 'UTF-8') return Buffer.from(text, 'utf8');
  const latin = text
    .replace(/[\u0080-\u{10FFFF}]/gu, latinOf)
    .replace(/(?<=[\xc2-\xf4])[\xa0-\xbf]/g, (byte) => numbered(letterOf(byte)));
  return Buffer.from(latin, 'latin1');
}

/** The byte of a letter, as the character of that code; else its number. */
function latinOf(letter: string): string {
  const byte = LATIN_9.get(letter);
  if (byte !== undefined) return byte;
  return letter >= '\xa0' && letter <= '\xff' && !DISPLACED.has(letter) ? letter : numbered(letter);
}

/** The other way: the letter that a byte stands for. */
function letterOf(byte: string): string {
  for (const [letter, its] of LATIN_9) if (its === byte) return letter;
  return byte;
}

const numbered = (letter: string): string => `&#${letter.codePointAt(0)};`;

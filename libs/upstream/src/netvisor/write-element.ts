import { ElementRefused } from './element-order.js';
import type { NetvisorElement } from './element.js';

/** Documented is ISO-8859-15; UTF-8 is what the same page allows if that does not work (contract §2). */
export type NetvisorEncoding = 'ISO-8859-15' | 'UTF-8';

/** Where ISO-8859-15 differs from ISO-8859-1, by its byte there. */
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
const NOT_IN_LATIN_9 = new Set(LATIN_9.values());

/** Of XML 1.0, but tab and line feeds; and the C1 controls, which no text means. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|\p{Surrogate}/u;

/**
 * The bytes of a request: `<root>` at once, without a declaration (contract §2).
 *
 * @throws ElementRefused naming the element that holds a control character, or a letter outside the encoding.
 */
export function writeElement(element: NetvisorElement, encoding: NetvisorEncoding): Uint8Array {
  const parts: string[] = [];
  write(element, encoding, parts);
  const text = `<root>${parts.join('')}</root>`;
  if (encoding === 'UTF-8') return Buffer.from(text, 'utf8');
  return Buffer.from(
    text.replace(/[€ŠšŽžŒœŸ]/g, (letter) => LATIN_9.get(letter) ?? letter),
    'latin1',
  );
}

function write({ name, attributes, children, text }: NetvisorElement, encoding: NetvisorEncoding, to: string[]): void {
  to.push('<', name);
  for (const [attribute, value] of Object.entries(attributes)) {
    to.push(' ', attribute, '="', written(value, `${name}@${attribute}`, encoding).replaceAll('"', '&quot;'), '"');
  }
  to.push('>', written(text, name, encoding));
  for (const inner of children) write(inner, encoding, to);
  to.push('</', name, '>');
}

function written(text: string, where: string, encoding: NetvisorEncoding): string {
  const control = CONTROL.exec(text)?.[0];
  if (control !== undefined) throw refused(where, `the control character ${codePoint(control)}`);
  const foreign = encoding === 'UTF-8' ? undefined : firstOutside(text);
  if (foreign !== undefined) throw refused(where, `“${foreign}” (${codePoint(foreign)}), which ${encoding} has not`);
  // A bare carriage return would be read as a line feed.
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

/** The first letter that ISO-8859-15 cannot write. */
function firstOutside(text: string): string | undefined {
  // Nearly every text is within ASCII.
  if (/^[\x20-\x7e\t\r\n]*$/.test(text)) return undefined;
  for (const letter of text) {
    const within = letter <= '\xff' ? !NOT_IN_LATIN_9.has(letter) : LATIN_9.has(letter);
    if (!within) return letter;
  }
  return undefined;
}

const codePoint = (letter: string): string =>
  `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const refused = (where: string, holds: string): ElementRefused =>
  new ElementRefused('INVALID_DATA', where, `${where}: holds ${holds}. Nothing was sent.`);

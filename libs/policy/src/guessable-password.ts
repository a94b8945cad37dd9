import { LOCAL_WORDS } from './local-words.js';

/** Names of this service and of the systems that it moves data between; nobody's password is to be made of them. */
export const SERVICE_WORDS: readonly string[] = ['tietovirta', 'visma', 'fivaldi', 'severa', 'netvisor'];

/** Shorter remains are nothing that a guesser would not try. */
const SHORTEST_REST = 5;
const SHORTEST_CONTEXT = 4;
const SHORTEST_ENTRY = 4;
/** A date with a sign or two: more digits than these are no mere ornament. */
const ORNAMENT = 10;

/** Rows and columns of keyboards, the alphabet and the digits, as fingers run along them. */
const WALKS: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik',
  'qazwsxedcrfvtgbyhnujmik',
  'zaq12wsxcde34rfvbgt56yhn',
].flatMap((walk) => [walk, [...walk].reverse().join('')]);

/** Characters that are written for letters; `1`, `!` and `|` for either of two. */
const WRITTEN_FOR: Readonly<Record<string, string>> = {
  '0': 'o',
  '3': 'e',
  '€': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
  $: 's',
  '7': 't',
  '8': 'b',
};

/**
 * The words that a guesser begins with: the entries of a list of known passwords and words, each as it is and as what
 * is left of it without the digits and signs at its ends, and those of here that no such list has. Shorter ones than
 * four characters are left out: two of them make no password.
 */
export function guessersWords(list: Iterable<string>): ReadonlySet<string> {
  const words = new Set(LOCAL_WORDS);
  for (const entry of list) {
    const plain = plainly(entry);
    if (plain.length >= SHORTEST_ENTRY) words.add(plain);
    const bare = undecorated(plain);
    if (bare.length >= SHORTEST_REST) words.add(bare);
  }
  return words;
}

/**
 * What a guesser would make a password of, or `null` when it is none of this.
 *
 *   what is left of it                                         | guessed by
 *   -----------------------------------------------------------+------------
 *   fewer than five letters                                    | `common`
 *   one of the `words`, or two, or one and an ornament         | `common`
 *   the same, of which one names somebody or something         | `context`
 *   anything else                                              | `null`
 *
 * Left of it: without case, accents and spaces; letters for the digits and signs that are written for them; one of what
 * is repeated; without walks along the keyboard, the alphabet or the digits; without up to ten digits and signs as ornament.
 * `words` is what {@link guessersWords} gives. `context` is texts, of which each word of four letters and more counts,
 * and each text as a whole.
 */
export function guessedBy(
  password: string,
  context: readonly string[],
  words: ReadonlySet<string>,
): 'common' | 'context' | null {
  const names = contextWords([...SERVICE_WORDS, ...context]);
  const found = restsOf(plainly(password)).map((rest) => madeOf(rest, names, words));
  if (found.includes('context')) return 'context';
  return found.includes('common') ? 'common' : null;
}

/** Case and accents taken off, and what only keeps words apart. */
const plainly = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Z}\p{C}]|(?![@!])\p{P}|(?!\|)[\p{Sm}\p{Sk}]/gu, '');

function contextWords(texts: readonly string[]): ReadonlySet<string> {
  const plain = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{M}]+/u)]).map((text) => letters(plainly(text)));
  return new Set(plain.filter((word) => word.length >= SHORTEST_CONTEXT));
}

const letters = (text: string): string => text.replace(/[^\p{L}]/gu, '');

/** Everything that a password may be a decoration of. */
function restsOf(plain: string): readonly string[] {
  const shown = each([plain, withoutWalks(plain)], (text) => [text, unitOf(text)]);
  const bared = each(shown, (text) => [text, ...barings(text)]);
  const spelled = each(bared, (text) => [text, asLetters(text, 'i'), asLetters(text, 'l')]);
  const single = each(spelled, (text) => [text, text.replace(/(.)\1{2,}/gu, '$1')]);
  return each(
    each(single, (text) => [unitOf(text)]),
    (text) => [text, ornamentTaken(text)],
  );
}

/** What comes of each text, once: most of it is the same. */
const each = (texts: readonly string[], makings: (text: string) => readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap(makings)),
];

/** Digits and signs, when there are no more than an ornament has. */
const withoutOrnament = (text: string, where: RegExp): string =>
  text.replace(where, (ornament) => (ornament.length <= ORNAMENT ? '' : ornament));

const isOrnament = (text: string): boolean => text.length <= ORNAMENT && /^[\d!@$€|]+$/.test(text);

/** Without what stands in front, behind, and at both ends; and with digits kept, of which some passwords are made. */
const barings = (text: string): readonly string[] => [
  withoutOrnament(text, AT_THE_FRONT),
  withoutOrnament(text, AT_THE_END),
  undecorated(text),
  text.replace(/^[@!$€|]+/, '').replace(/[@!$€|]+$/, ''),
];

const AT_THE_FRONT = /^[\d!@$€|]+/;
const AT_THE_END = /[\d!@$€|]+$/;
const undecorated = (text: string): string => withoutOrnament(withoutOrnament(text, AT_THE_FRONT), AT_THE_END);

function ornamentTaken(text: string): string {
  const left = letters(text);
  return text.length - left.length <= ORNAMENT ? left : text;
}

const asLetters = (text: string, one: 'i' | 'l'): string =>
  text.replace(/[0345789@$€1!|]/g, (sign) => WRITTEN_FOR[sign] ?? (/[1!|]/.test(sign) ? one : sign));

/** Runs of four along a walk are taken away, and of three where they are digits: words have the shorter ones by chance. */
function withoutWalks(text: string): string {
  let rest = '';
  for (let at = 0; at < text.length;) {
    const run = longestWalk(text.slice(at, at + 31));
    const isRun = run >= 4 || (run === 3 && /^\d{3}/.test(text.slice(at)));
    if (!isRun) rest += text[at]!;
    at += isRun ? run : 1;
  }
  return rest;
}

function longestWalk(text: string): number {
  let longest = 0;
  for (let length = 3; length <= text.length; length += 1) {
    const part = text.slice(0, length);
    if (!WALKS.some((walk) => walk.includes(part))) break;
    longest = length;
  }
  return longest;
}

/** The shortest text that this one is a repetition of, the last time perhaps not to its end. */
function unitOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const unit = text.slice(0, length);
    if (unit.repeat(Math.ceil(text.length / length)).startsWith(text)) return unit;
  }
  return text;
}

function madeOf(rest: string, names: ReadonlySet<string>, words: ReadonlySet<string>): 'common' | 'context' | null {
  if (letters(rest).length === rest.length && rest.length < SHORTEST_REST) return 'common';
  for (let cut = 1; cut <= rest.length; cut += 1) {
    const parts = [rest.slice(0, cut), rest.slice(cut)].filter((part) => part !== '');
    const isWord = parts.map((part) => names.has(part) || words.has(part));
    if (!isWord.includes(true) || !parts.every((part, n) => isWord[n] || isOrnament(part))) continue;
    return parts.some((part) => names.has(part)) ? 'context' : 'common';
  }
  return null;
}

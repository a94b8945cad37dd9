import { guessersWords } from '#lib/policy';

let words: Promise<ReadonlySet<string>> | undefined;

/**
 * What guessers begin with: some 49,000 passwords that were the most common among those that leaked, and 7,776 words of
 * which passphrases are drawn. Read when the first password is chosen, and kept: 19 MB and a tenth of a second
 * that a service which is asked for none goes without.
 */
export function guessersList(): Promise<ReadonlySet<string>> {
  words ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) =>
    guessersWords(Object.values(dictionary).flat()),
  );
  return words;
}

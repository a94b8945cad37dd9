/** Signs that people paste from text processors, by those that Netvisor's character set has. */
const PLAINER: ReadonlyMap<string, string> = new Map([
  ['\u2018', "'"],
  ['\u2019', "'"],
  ['\u201c', '"'],
  ['\u201d', '"'],
  ['\u201e', '"'],
  ['\u2010', '-'],
  ['\u2011', '-'],
  ['\u2013', '-'],
  ['\u2014', '-'],
  ['\u2026', '...'],
  ['\u00a0', ' '],
  ['\u200b', ''],
  ['\ufeff', ''],
]);

/** Where ISO-8859-15 has another letter than ISO-8859-1: these are the ones that it has not. */
const DISPLACED = '¤¦¨´¸¼½¾';

/**
 * A text as Netvisor can hold it: composed, without white space around it, typographic signs made plain. What else
 * ISO-8859-15 has no letter for is left as it stands, for {@link foreignLetter} to find.
 *
 * Source: contracts/netvisor §2 (encoding).
 */
export const netvisorText = (text: string | null): string =>
  (text ?? '')
    .normalize('NFC')
    .replace(/[\u00a0\u200b\ufeff\u2010-\u2026]/g, (sign) => PLAINER.get(sign) ?? sign)
    .trim();

/** The first letter that Netvisor's character set does not have, control characters among them; `null`: it has all. */
export function foreignLetter(text: string): string | null {
  for (const letter of text) {
    const latin = (letter >= ' ' && letter <= '~') || (letter >= '\u00a0' && letter <= '\u00ff');
    if (!(latin && !DISPLACED.includes(letter)) && !'€ŠšŽžŒœŸ'.includes(letter)) return letter;
  }
  return null;
}

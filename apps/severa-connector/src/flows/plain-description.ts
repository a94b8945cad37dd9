import { foreignLetter, netvisorText } from './netvisor-text.js';

/** No text of these resources has a documented limit; this is what the ledger's have. */
const LONGEST = 255;

/**
 * A free text that only people read: one line, cut, and without the letters that Netvisor has no sign for. An hour's or
 * a journey's description is not worth keeping wages back for.
 */
export function plainDescription(text: string | null): string {
  const known = [...netvisorText(text).replace(/\s+/g, ' ')].filter((sign) => foreignLetter(sign) === null).join('');
  return known.replace(/ +/g, ' ').trim().slice(0, LONGEST).trim();
}

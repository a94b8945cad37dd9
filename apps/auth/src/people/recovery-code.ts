import { createHash, randomBytes } from 'node:crypto';

const CODES = 10;
/** Crockford's: no letter that is taken for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ten codes of 140 random bits, in seven groups of four. Each lets its owner in once in place of the second factor. */
export const newRecoveryCodes = (): readonly string[] => Array.from({ length: CODES }, newRecoveryCode);

function newRecoveryCode(): string {
  const letters = [...randomBytes(28)].map((byte) => ALPHABET[byte % ALPHABET.length]!).join('');
  return letters.match(/.{4}/g)!.join('-');
}

/**
 * What is kept of a code; `null` for a text that can be none. Read as people write it: any case, any hyphens. Codes of
 * four groups were made before, and are good for as long as their row says.
 */
export function recoveryCodeHash(code: string): Buffer | null {
  const letters = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return /^(?:[0-9A-HJKMNP-TV-Z]{16}|[0-9A-HJKMNP-TV-Z]{28})$/.test(letters)
    ? createHash('sha256').update(letters).digest()
    : null;
}

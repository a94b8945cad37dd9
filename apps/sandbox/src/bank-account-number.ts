import { BIC_OF_BANK_GROUP } from './facts/bank-groups.js';

/** What Fivaldi fills in of a Finnish account: whichever of the three follows from what was given. */
export interface AccountNumbers {
  readonly ibanNumber: string | null;
  readonly bbanNumber: string | null;
  readonly swift: string | null;
}

/**
 * The numbers of a Finnish account; null when the IBAN or the account number is none.
 *
 *   given     | set
 *   ----------+--------------------------------------------
 *   IBAN      | BBAN and SWIFT from it, whatever was given
 *   BBAN only | IBAN and SWIFT from it
 *   neither   | nothing
 */
export function finnishAccount(iban: string | null, bban: string | null): AccountNumbers | null {
  const given = (iban ?? '').replaceAll(' ', '').toUpperCase();
  if (given !== '') {
    if (!/^FI\d{16}$/.test(given) || remainder(given.slice(4) + given.slice(0, 4)) !== 1) return null;
    return { ibanNumber: given, bbanNumber: given.slice(4), swift: bicOf(given.slice(4)) };
  }
  if ((bban ?? '') === '') return { ibanNumber: null, bbanNumber: null, swift: null };
  const number = fourteenDigits(bban ?? '');
  if (number === null) return null;
  const check = String(98 - remainder(`${number}FI00`)).padStart(2, '0');
  return { ibanNumber: `FI${check}${number}`, bbanNumber: number, swift: bicOf(number) };
}

/** `123456-785` as the 14 digits of an IBAN: banks 4 and 5 fill up after the seventh digit, others after the sixth. */
function fourteenDigits(bban: string): string | null {
  const digits = bban.replaceAll(/[\s-]/g, '');
  if (!/^\d{8,14}$/.test(digits)) return null;
  const head = /^[45]/.test(digits) ? 7 : 6;
  return digits.slice(0, head) + digits.slice(head).padStart(14 - head, '0');
}

/** ISO 7064 modulo 97, letters read as two digits. */
function remainder(text: string): number {
  const digits = [...text].map((character) => Number.parseInt(character, 36)).join('');
  return Number(BigInt(digits) % 97n);
}

function bicOf(bban: string): string | null {
  const groups = [3, 2, 1].map((length) => BIC_OF_BANK_GROUP[bban.slice(0, length)]);
  return groups.find((bic) => bic !== undefined) ?? null;
}

import { randomBytes } from 'node:crypto';

import { COMMON_PASSWORDS } from './common-passwords.js';

const SHORTEST = 15;
const LONGEST = 128;

export type PasswordFault =
  'password.too-short' | 'password.too-long' | 'password.common' | 'password.is-email' | 'password.unchanged';

/**
 * What is wrong with a password that a person has chosen; nothing is wrong with most. Any characters will do: rules of
 * composition make passwords worse.
 *
 *   it is                                                 | fault
 *   ------------------------------------------------------+--------------------
 *   shorter than 15 characters                            | password.too-short
 *   longer than 128 UTF-16 units, as signing in takes it  | password.too-long
 *   among the most common, one character repeated, spaces | password.common
 *   the person's e-mail, or what stands before its @      | password.is-email
 *   the password that is to be changed                    | password.unchanged
 *
 * Compared without regard to case and spaces, but for the last.
 */
export function passwordFaults(password: string, email: string, current: string): readonly PasswordFault[] {
  const plain = plainly(password);
  const faults: readonly (PasswordFault | false)[] = [
    [...password].length < SHORTEST && 'password.too-short',
    password.length > LONGEST && 'password.too-long',
    (COMMON_PASSWORDS.has(plain) || new Set(plain).size <= 1) && 'password.common',
    [plainly(email), plainly(email.split('@', 1)[0]!)].includes(plain) && 'password.is-email',
    password.normalize('NFKC') === current.normalize('NFKC') && 'password.unchanged',
  ];
  return faults.filter((fault) => fault !== false);
}

const plainly = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s/g, '');

/** 120 random bits in groups of four letters that are not mistaken for each other: a person types it, once. */
export function oneTimePassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = [...randomBytes(24)].map((byte) => letters[byte % letters.length]!).join('');
  return text.match(/.{4}/g)!.join('-');
}

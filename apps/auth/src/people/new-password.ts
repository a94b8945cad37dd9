import { randomBytes } from 'node:crypto';

import { guessedBy } from '#lib/policy';

import { guessersList } from './guessers-list.js';

const SHORTEST = 15;
const LONGEST = 128;

export type PasswordFault =
  | 'password.too-short'
  | 'password.too-long'
  | 'password.common'
  | 'password.breached'
  | 'password.context'
  | 'password.is-email'
  | 'password.unchanged';

/** Whose password it is to be. */
export interface PasswordOwner {
  /** The e-mail, or a machine's user name. */
  readonly email: string;
  /** What else a guesser would know: the owner's name, and those of the firms and companies that they work for. */
  readonly names: readonly string[];
}

/**
 * What is wrong with a password that a person has chosen; nothing is wrong with most. Any characters will do: rules of
 * composition make passwords worse.
 *
 *   it is                                                 | fault
 *   ------------------------------------------------------+--------------------
 *   shorter than 15 characters                            | password.too-short
 *   longer than 128 UTF-16 units, as signing in takes it  | password.too-long
 *   one of the most common passwords, or one or two words | password.common
 *   of them with what people add: see `guessedBy`         |
 *   the owner's e-mail, or what stands before its @       | password.is-email
 *   else made of the owner's e-mail or names, or of the   | password.context
 *   service's, with what people add to them               |
 *   the password that is to be changed                    | password.unchanged
 *
 * Compared without regard to case and spaces, but for the last. A long one is not looked at any further.
 */
export async function passwordFaults(
  password: string,
  { email, names }: PasswordOwner,
  current: string,
): Promise<readonly PasswordFault[]> {
  if (password.length > LONGEST) return ['password.too-long'];
  const plain = plainly(password);
  const isEmail = [plainly(email), plainly(email.split('@', 1)[0]!)].includes(plain);
  const guessed = guessedBy(password, [email, ...names], await guessersList());
  const faults: readonly (PasswordFault | false)[] = [
    [...password].length < SHORTEST && 'password.too-short',
    guessed === 'common' && 'password.common',
    isEmail && 'password.is-email',
    guessed === 'context' && !isEmail && 'password.context',
    password.normalize('NFKC') === current.normalize('NFKC') && 'password.unchanged',
  ];
  return faults.filter((fault) => fault !== false);
}

const plainly = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s/g, '');

/** 140 random bits in groups of four letters that are not mistaken for each other: a person types it, once. */
export function oneTimePassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = [...randomBytes(28)].map((byte) => letters[byte % letters.length]!).join('');
  return text.match(/.{4}/g)!.join('-');
}

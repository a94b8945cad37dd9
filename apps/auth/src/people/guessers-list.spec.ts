import { dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, it } from '@jest/globals';

import { guessersList } from './guessers-list.js';
import { passwordFaults } from './new-password.js';

const OWNER = { email: 'maija.m@example.fi', names: ['Maija Meikäläinen'] };
/** The most common first. */
const COMMON = dictionary['passwords-common'];
const SHORTEST = 15;
const long = (made: readonly string[]): string[] => made.filter((password) => [...password].length >= SHORTEST);

async function notRefused(passwords: readonly string[]): Promise<string[]> {
  const faults = await Promise.all(passwords.map((password) => passwordFaults(password, OWNER, '')));
  return passwords.filter((_, n) => !faults[n]!.includes('password.common'));
}

const asDigits = (text: string): string => text.replaceAll('a', '4').replaceAll('o', '0').replaceAll('e', '3');

describe('the most common passwords', () => {
  it('that are long enough by themselves are refused, each of them', async () => {
    const passwords = long(COMMON);
    expect(passwords.length).toBeGreaterThan(40);
    expect(await notRefused(passwords)).toEqual([]);
  });

  it.each<[string, (common: string, next: string) => string]>([
    ['typed until they are', (common) => common.repeat(Math.ceil(SHORTEST / common.length))],
    ['with digits in a row', (common) => common + '1234567890'.slice(0, Math.max(1, SHORTEST - common.length))],
    ['with a date', (common) => `${common[0]!.toUpperCase()}${common.slice(1)}24.12.2026!`.padEnd(SHORTEST, '!')],
    ['in capitals between signs', (common) => `!!${common.toUpperCase()}!`.padEnd(SHORTEST, '!')],
    ['with letters written as digits', (common) => (/^[a-z]+$/.test(common) ? asDigits(common).repeat(4) : '')],
    ['with the next of them', (common, next) => `${common}${next}`],
  ])('made long enough are refused, 3000 of them: %s', async (_, lengthened) => {
    const made = long(COMMON.map((common, n) => lengthened(common, COMMON[n + 1] ?? ''))).slice(0, 3_000);
    expect(made).toHaveLength(3_000);
    expect(await notRefused(made)).toEqual([]);
  });

  it('are read once', async () => {
    const list = await guessersList();
    expect(await guessersList()).toBe(list);
    expect(list.size).toBeGreaterThan(50_000);
  });
});

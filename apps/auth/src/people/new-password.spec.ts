import { describe, expect, it } from '@jest/globals';

import { oneTimePassword, passwordFaults } from './new-password.js';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-code.js';

const EMAIL = 'maija.meikalainen@example.fi';

describe('a password that somebody chooses', () => {
  it.each<[string, string, string[]]>([
    ['15 characters', 'viisi kuusi 789', []],
    ['128 characters', 'ab'.repeat(64), []],
    ['characters of any kind', 'öljylamppu 🪔 ja yö', []],
    ['lower case alone', 'neljä pientä sanaa', []],
    ['14 characters', 'viisi kuusi 78', ['password.too-short']],
    ['14 characters, two units each', '🪔🕯'.repeat(7), ['password.too-short']],
    ['129 characters', `${'ab'.repeat(64)}c`, ['password.too-long']],
    ['more than signing in takes, in 65 characters', `${'🪔🕯'.repeat(32)}🪔`, ['password.too-long']],
    ['a common one', 'SalasanaSalasana', ['password.common']],
    ['a common one, spaced out', 'pass word pass word', ['password.common']],
    ['one character repeated', 'zzzzzzzzzzzzzzzzzz', ['password.common']],
    ['spaces alone', ' '.repeat(20), ['password.common']],
    ['the e-mail', EMAIL.toUpperCase(), ['password.is-email']],
    ['what stands before its @', 'maija.meikalainen', ['password.is-email']],
    ['the one it replaces', 'the present password', ['password.unchanged']],
  ])('may have %s or not: %j', (_, password, faults) => {
    expect(passwordFaults(password, EMAIL, 'the present password')).toEqual(faults);
  });
});

describe('a one-time password', () => {
  it('has 24 letters of 32: 120 bits; no two are alike, and it would pass as a chosen one', () => {
    const made = Array.from({ length: 200 }, oneTimePassword);
    expect(new Set(made).size).toBe(200);
    for (const password of made) {
      expect(password).toMatch(/^([a-km-np-z2-9]{4}-){5}[a-km-np-z2-9]{4}$/);
      expect(passwordFaults(password, EMAIL, '')).toEqual([]);
    }
  });
});

describe('recovery codes', () => {
  it('are ten, all different, and are read as people write them', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    const hash = recoveryCodeHash('0123-4567-89AB-CDE1')!;
    expect(recoveryCodeHash('o123 4567 89ab cdei')!.equals(hash)).toBe(true);
    for (const code of codes) expect(recoveryCodeHash(code)).toHaveLength(32);
  });

  it.each(['', '123456', '0123-4567-89AB-CDE', '0123-4567-89AB-CDEU', '0123-4567-89AB-CDE\0'])(
    'are never mistaken for something else: %j',
    (text) => {
      expect(recoveryCodeHash(text)).toBeNull();
    },
  );
});

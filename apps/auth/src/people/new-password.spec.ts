import { describe, expect, it } from '@jest/globals';

import { oneTimePassword, passwordFaults } from './new-password.js';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-code.js';

const EMAIL = 'maija.meikalainen@example.fi';
const OWNER = { email: EMAIL, names: ['Maija Meikäläinen', 'Tilitoimisto Järvinen Oy', 'Asiakas Oy'] };

describe('a password that somebody chooses', () => {
  it.each<[string, string, string[]]>([
    ['15 characters', 'viisi kuusi 789', []],
    ['128 characters', 'kolme neljä viisi '.repeat(7) + 'ja', []],
    ['characters of any kind', 'öljylamppu 🪔 ja yö', []],
    ['lower case alone', 'neljä pientä sanaa', []],
    ['14 characters', 'viisi kuusi 78', ['password.too-short']],
    ['14 characters, two units each', '🪔🦉🌙🌲🦊🧊🐻🔥🪨🌊🪶🥾🧭🎣', ['password.too-short']],
    ['129 characters', `${'kolme neljä viisi '.repeat(7)}jaa`, ['password.too-long']],
    ['more than signing in takes, in 65 characters', `${'🪔🕯'.repeat(32)}🪔`, ['password.too-long']],
    ['a common one', 'SalasanaSalasana', ['password.common']],
    ['a common one, spaced out', 'pass word pass word', ['password.common']],
    ['one character repeated', 'zzzzzzzzzzzzzzzzzz', ['password.common']],
    ['spaces alone', ' '.repeat(20), ['password.common']],
    ['a common word and what people add to it', 'Sal@s4na 24.12.2026!', ['password.common']],
    ['the e-mail', EMAIL.toUpperCase(), ['password.is-email']],
    ['what stands before its @', 'maija.meikalainen', ['password.is-email']],
    ['their name, decorated', 'M3ikäläinen 1985!', ['password.context']],
    ['the name of their firm', 'jarvinen JÄRVINEN', ['password.context']],
    ['the name of a company of theirs', 'asiakas-asiakas-1', ['password.context']],
    ['the name of the service', 'Tietovirta 2026!!', ['password.context']],
    ['the one it replaces', 'the present password', ['password.unchanged']],
  ])('may have %s or not: %j', async (_, password, faults) => {
    expect(await passwordFaults(password, OWNER, 'the present password')).toEqual(faults);
  });
});

describe('a one-time password', () => {
  it('has 28 letters of 32: 140 bits; no two are alike, and it would pass as a chosen one', async () => {
    const made = Array.from({ length: 200 }, oneTimePassword);
    expect(new Set(made).size).toBe(200);
    for (const password of made) {
      expect(password).toMatch(/^([a-km-np-z2-9]{4}-){6}[a-km-np-z2-9]{4}$/);
      expect(await passwordFaults(password, OWNER, '')).toEqual([]);
    }
  });
});

describe('recovery codes', () => {
  it('are ten of 28 letters of 32, 140 bits, all different, and are read as people write them', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    const hash = recoveryCodeHash('0123-4567-89AB-CDE1-0123-4567-89AB')!;
    expect(recoveryCodeHash('o123 4567 89ab cdei o123 4567 89ab')!.equals(hash)).toBe(true);
    for (const code of codes) {
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(recoveryCodeHash(code)).toHaveLength(32);
    }
  });

  it.each(['', '123456', '0123-4567-89AB-CDE', `${'0'.repeat(27)}U`, `${'0'.repeat(27)}\0`])(
    'are never mistaken for something else: %j',
    (text) => {
      expect(recoveryCodeHash(text)).toBeNull();
    },
  );
});

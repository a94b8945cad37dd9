import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { COMMON_WORDS } from './common-words.js';
import { guessedBy } from './guessable-password.js';

const CONTEXT = ['Maija Meikäläinen', 'maija.m@example.fi', 'Tilitoimisto Järvinen Oy', 'Kahvila Ääkköset Ky'];

describe('a password', () => {
  it.each<[string, 'common' | 'context' | null]>([
    ['salasanasalasana', 'common'],
    ['Salasana12345678', 'common'],
    ['P@ssw0rd!P@ssw0rd!', 'common'],
    ['pa55w0rdpa55w0rdpa55w0rd', 'common'],
    ['Password24121985', 'common'],
    ['24121985password', 'common'],
    ['W3lc0meW3lc0me2026', 'common'],
    ['$unsh1ne$unsh1ne', 'common'],
    ['kesäkuu kesäkuu kesäkuu', 'common'],
    ['Lösenord Hemligt', 'common'],
    ['welcome summer 2026', 'common'],
    ['summer!!!!!!!!!!!!!', 'common'],
    ['qwertyuiopasdfgh', 'common'],
    ['poiuytrewqlkjhgf', 'common'],
    ['1qaz2wsx3edc4rfv5tgb', 'common'],
    ['zxcvbnm,./zxcvbnm', 'common'],
    ['abc123abc123abc', 'common'],
    ['abababababababab', 'common'],
    ['zzzzzzzzzzzzzzzzz', 'common'],
    ['123456789012345', 'common'],
    ['98765432109876543', 'common'],
    ['                 ', 'common'],
    ['tietovirta2026!!', 'context'],
    ['T1et0v1rtaT1et0v1rta', 'context'],
    ['netvisornetvisor', 'context'],
    ['Maija Meikäläinen', 'context'],
    ['MEIKALAINEN-1985', 'context'],
    ['meikäläinenmaija1', 'context'],
    ['Järvinen Salasana', 'context'],
    ['tilitoimistojarvinenoy', 'context'],
    ['kahvila.ääkköset.1', 'context'],
    ['example.example.example', 'context'],
    ['viisi kuusi 789', null],
    ['neljä pientä sanaa', null],
    ['öljylamppu 🪔 ja yö', null],
    ['a long and quiet word of mine', null],
    ['correct horse and a half', null],
    ['839201774615290', null],
    ['maija ostaa aina kaksi korppua', null],
    ['kqzv-81xm-tt4p-w0', null],
  ])('%j is guessed by %s', (password, by) => {
    expect(guessedBy(password, CONTEXT)).toBe(by);
  });

  it('is guessed when it is any common word, repeated or followed by a date or by digits in a row', () => {
    const words = [...COMMON_WORDS];
    const long = words.flatMap((word) => [
      word.repeat(3),
      `${word.toUpperCase()}24.12.2026!`,
      `${word}1234567890`,
      `${word.replaceAll('a', '@').replaceAll('o', '0').replaceAll('e', '3')}${word}`,
      `${word}-${words[0]!}-99`,
      `qwertyuiop${word}`,
      `!!${word}${word}1`,
    ]);
    expect(long.length).toBeGreaterThan(3_000);
    expect(long.filter((password) => guessedBy(password, []) !== 'common')).toEqual([]);
  });

  it('is not guessed when it is drawn at random', () => {
    const letter = fc.constantFrom(...'abcdefghijkmnpqrstuvwxyz23456789');
    fc.assert(
      fc.property(fc.array(letter, { minLength: 20, maxLength: 40 }), (drawn) => {
        // Walks and repetitions come by chance as well, seldom and short.
        fc.pre(new Set(drawn).size >= 10);
        expect(guessedBy(drawn.join(''), CONTEXT)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('is judged whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 128 }), fc.string({ unit: 'binary' }), (password, name) => {
        expect(['common', 'context', null]).toContain(guessedBy(password, [name]));
      }),
    );
  });
});

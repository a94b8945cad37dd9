import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { guessedBy as guessed, guessersWords } from './guessable-password.js';
import { LOCAL_WORDS } from './local-words.js';

const CONTEXT = ['Maija Meikäläinen', 'maija.m@example.fi', 'Tilitoimisto Järvinen Oy', 'Kahvila Ääkköset Ky'];
/** A few of those that `apps/auth/src/people/guessers-list.ts` gives. */
const LIST = [
  'password',
  'salasana',
  'sunshine',
  'welcome',
  'summer',
  'losenord',
  'hemligt',
  'trustno1',
  '102938',
  'love',
  'sun',
];
const WORDS = guessersWords(LIST);
const guessedBy = (password: string, context: readonly string[]) => guessed(password, context, WORDS);

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
    ['10293824.12.2026!', 'common'],
    ['trustno1 trustno1', 'common'],
    ['Trustno-24.12.2026', 'common'],
    ['lovesunshine12345', 'common'],
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
    ['sunshine welcome summer', null],
    ['sunshine a 123456789', null],
  ])('%j is guessed by %s', (password, by) => {
    expect(guessedBy(password, CONTEXT)).toBe(by);
  });

  it('is guessed when it is any word of here, repeated or followed by a date or by digits in a row', () => {
    const words = LOCAL_WORDS;
    const long = words.flatMap((word) => [
      word.repeat(3),
      `${word.toUpperCase()}24.12.2026!`,
      `${word}1234567890`,
      `${word.replaceAll('a', '@').replaceAll('o', '0').replaceAll('e', '3')}${word}`,
      `${word}-${words[0]!}-99`,
      `qwertyuiop${word}`,
      `!!${word}${word}1`,
    ]);
    expect(long.length).toBeGreaterThan(1_000);
    expect(long.filter((password) => guessedBy(password, []) !== 'common')).toEqual([]);
  });

  it('is guessed by what the list has, and without the list by what is said here alone', () => {
    expect(LIST.map((entry) => guessed(`${entry}24.12.2026!!`, [], WORDS))).toEqual(LIST.map(() => 'common'));
    expect(guessed('welcomewelcome1', [], guessersWords([]))).toBeNull();
    expect(guessed('kesäkuu2026!!!!', [], guessersWords([]))).toBe('common');
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

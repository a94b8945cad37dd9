import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { LANGUAGES } from '#lib/documents';

import { type AnswerName, ANSWERS, answerText } from './answers.js';

/** How today's clients read an answer, contract §2.3. */
const ANSWER = /^\s*(-?\d+)\s+(\d+)(?:\s+([\s\S]*))?$/;

const names = Object.keys(ANSWERS) as AnswerName[];
const page = readFileSync(join(import.meta.dirname, '../../../../docs/how-to/legacy-xml.md'), 'utf8');

describe('the numbers of the legacy door', () => {
  it('are what they have always been', () => {
    expect(Object.fromEntries(names.map((name) => [name, ANSWERS[name].code]))).toEqual({
      'read-in': 0,
      unreadable: -1,
      failed: -2,
      'form-unfit': 1,
      'sign-in-refused': 2,
      'password-change-needed': 3,
      'company-unknown': 4,
      denied: 5,
      closed: 6,
      'foreign-company': 7,
      'without-records': 8,
      'wrong-stream': 9,
      'basic-data-denied': 10,
      'too-large': 11,
      'lane-full': 12,
      'too-large-before-credentials': 13,
      'too-many-before-credentials': 14,
      partial: 20,
      held: 21,
      deferred: 22,
      unfinished: 23,
      'denied-later': 24,
      stopped: 25,
    });
  });

  it('are each one thing, with a text of one line in every language', () => {
    expect(new Set(names.map((name) => ANSWERS[name].code)).size).toBe(names.length);
    for (const name of names) {
      for (const language of LANGUAGES) expect(ANSWERS[name][language]).toMatch(/^\S.*\S$/);
    }
  });

  it('stand on the page that partners read, each with its text', () => {
    const rows = [...page.matchAll(/^\| +(-?\d+) +\| `([\w-]+)` +\| (.*?) +\|$/gm)].map((row) => row.slice(1));
    expect(rows).toEqual(names.map((name) => [String(ANSWERS[name].code), name, ANSWERS[name].en]));
  });
});

describe('the text of an answer', () => {
  it('is read by a client of today, whatever it tells', () => {
    const facts = fc.record(
      {
        code: fc.string(),
        line: fc.nat(),
        column: fc.nat(),
        why: fc.string(),
        transferId: fc.uuid(),
        rejected: fc.nat(),
        limit: fc.nat(),
        seconds: fc.nat(),
      },
      { requiredKeys: [] },
    );
    const any = [fc.constantFrom(...names), fc.nat(), facts, fc.constantFrom(...LANGUAGES)] as const;
    fc.assert(
      fc.property(...any, (name, bytes, told, language) => {
        const read = ANSWER.exec(answerText(name, bytes, told, language));
        expect(read?.slice(1, 3)).toEqual([String(ANSWERS[name].code), String(bytes)]);
        expect(read?.[3]).toContain(ANSWERS[name][language]);
      }),
    );
  });

  it('tells on lines of its own what is known', () => {
    const records = { created: 1, updated: 2, unchanged: 0 };
    expect(answerText('partial', 9, { records, rejected: 3, left: 4, deleted: 5, transferId: 'T' }, 'en')).toBe(
      '20 9 Some records were rejected, the others were read in.\n' +
        '1 new, 2 changed, 0 as before, 4 left alone, 5 deleted, 3 rejected\ntransfer: T',
    );
    const place = { code: 'document.malformed', line: 3, column: 7 };
    expect(answerText('unreadable', 9, place, 'fi')).toBe(
      '-1 9 Aineistoa ei voi lukea; mitään ei muutettu.\ndocument.malformed (rivi 3, sarake 7)',
    );
    expect(answerText('lane-full', 9, { seconds: 30 }, 'sv')).toBe(
      '12 9 Företagets kö är full: sänd på nytt senare.\npå nytt tidigast om 30 s',
    );
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

const CHECKOUT = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(CHECKOUT, file), 'utf8');

/** The ids of levels 1 and 2, and three of level 3 (8.2.4, 8.3.2, 15.4.2): by chapter, the ranges of each section. */
const REQUIREMENTS: readonly string[] = [
  '1.1-2 2.1-9 3.1-11 4.1-3 5.1-2',
  '1.1-3 2.1-3 3.1-4 4.1-1',
  '2.1-2 3.1-4 4.1-6 5.1-5 7.1-2',
  '1.1-3 2.1-1 3.1-2 4.1-4',
  '1.1-1 2.1-3 3.1-2 4.1-3',
  '1.1-3 2.1-12 3.1-4 4.1-4 5.1-5 6.1-3 8.1-4',
  '1.1-3 2.1-4 3.1-2 4.1-5 5.1-2 6.1-2',
  '1.1-2 2.1-4 3.1-2 4.1-1',
  '1.1-3 2.1-4',
  '1.1-2 2.1-2 3.1-4 4.1-11 5.1-5 6.1-2 7.1-3',
  '1.1-2 2.1-3 3.1-3 4.1-4 5.1-1 6.1-1',
  '1.1-3 2.1-2 3.1-4',
  '1.1-1 2.1-5 3.1-2 4.1-5',
  '1.1-2 2.1-4 3.1-3',
  '1.1-3 2.1-3 3.1-7 4.2-2',
  '1.1-1 2.1-5 3.1-4 4.1-3 5.1-3',
  '1.1-1 2.1-4 3.1-2',
];
const IDS = REQUIREMENTS.flatMap((ranges, chapter) =>
  ranges.split(' ').flatMap((range) => {
    const [section = 0, first = 0, last = 0] = range.split(/[.-]/).map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => `V${chapter + 1}.${section}.${first + n}`);
  }),
);

const STATES = ['shown', 'designed', 'gap', 'n/a', 'installation'] as const;

/** What an installation does, and how to see that it has. */
const INSTALLATION = 'docs/how-to/secure-the-installation.md';

interface Row {
  readonly id: string;
  readonly short: string;
  readonly state: string;
  readonly where: string;
}

const PAGE = textOf('docs/reference/asvs.md');
const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const ROWS: readonly Row[] = PAGE.split('\n')
  .filter((line) => /^\| V\d+\.\d+\.\d+ /.test(line))
  .map((line) => {
    const [id = '', short = '', state = '', where = ''] = cellsOf(line);
    return { id, short, state, where };
  });

interface Evidence {
  readonly file: string;
  /** A part of a test's title in that file. */
  readonly title: string | undefined;
}

/** What a row names: every file, and the title behind it where there is one. */
const evidenceOf = ({ where }: Row): readonly Evidence[] =>
  [...where.matchAll(/`([^`]+)`(?: "([^"]+)")?/g)].map(([, file = '', title]) => ({ file, title }));
const wordsOf = (text: string): number => text.split(/\s+/).filter(Boolean).length;

/** Whether the text stands in a file inside a literal, as titles and the tables of `it.each` do. */
const standsAsText = (file: string, title: string): boolean =>
  textOf(file)
    .split('\n')
    .some((line) => line.includes(title) && /^[^/*]*['"`]/.test(line.slice(0, line.indexOf(title))));

describe('the page on ASVS', () => {
  it('has each requirement once, in order', () => {
    expect(ROWS.map(({ id }) => id)).toEqual(IDS);
    expect(IDS).toHaveLength(256);
  });

  it('says each in a few words, and in one of five states', () => {
    const odd = ROWS.filter(
      ({ short, state }) => short === '' || wordsOf(short) > 8 || !(STATES as readonly string[]).includes(state),
    );
    expect(odd).toEqual([]);
  });

  it('names a test for what is shown, a file for what is designed, and a reason for the rest', () => {
    const unfounded = ROWS.filter((row) => {
      const evidence = evidenceOf(row);
      const hasTest = evidence.some(({ file, title }) => file.endsWith('.spec.ts') && title);
      if (row.state === 'shown') return !hasTest;
      if (row.state === 'installation') return !hasTest || !evidence.some(({ file }) => file === INSTALLATION);
      if (row.state === 'designed') return evidence.length === 0;
      return row.where === '' || (row.state === 'n/a' && wordsOf(row.where) > 10);
    });
    expect(unfounded).toEqual([]);
  });

  it('names only files that are there', () => {
    const files = new Set(ROWS.flatMap(evidenceOf).map(({ file }) => file));
    expect([...files].filter((file) => !existsSync(join(CHECKOUT, file)))).toEqual([]);
  });

  it('quotes only titles that stand in the file before them', () => {
    const quoted = ROWS.flatMap(evidenceOf).filter(({ title }) => title !== undefined);
    expect(quoted.filter(({ file, title = '' }) => !standsAsText(file, title))).toEqual([]);
    expect(quoted.length).toBeGreaterThan(100);
    // A quotation without a file before it would be checked by nobody.
    expect(ROWS.filter(({ where }) => /"[^"]+"/.test(where.replaceAll(/`[^`]+` "[^"]+"/g, '')))).toEqual([]);
  });

  it('counts what it says', () => {
    const summed = (rows: readonly Row[]): string[] =>
      STATES.map((state) => String(rows.filter((row) => row.state === state).length));
    const counts = PAGE.split('\n')
      .filter((line) => /^\| (V\d+ |\*\*all\*\*)/.test(line))
      .map(cellsOf);
    const chapters = counts.map(([name = '']) => /^V\d+ /.exec(name)?.[0].trim());
    expect(counts).toEqual(
      chapters.map((chapter, n) => [
        counts[n]?.[0],
        ...summed(ROWS.filter(({ id }) => chapter === undefined || id.startsWith(`${chapter}.`))),
      ]),
    );
    expect(chapters).toEqual([...Array.from({ length: 17 }, (_, n) => `V${n + 1}`), undefined]);
  });
});

import { setImmediate as others } from 'node:timers/promises';

import { ONBOARDING_ROWS } from '#lib/contracts';

import { type Column, readHeader } from './columns.js';
import { csvRows, type FileRow } from './csv-rows.js';
import { OnboardingFileRefused } from './errors.js';
import { textOf } from './file-text.js';
import { checkRow, type Given, type GivenCells, type Mistake } from './row-check.js';
import { sheetRows, tooManyRows } from './sheet-rows.js';

/** Rows that are understood at a stretch; then decisions that came meanwhile have their turn, ten milliseconds later. */
const STRETCH = 25;

export interface OnboardingFile {
  readonly bytes: Buffer;
  readonly form: 'csv' | 'xlsx';
  readonly charset: string | null;
}

/** A row of the file, understood, with what is wrong with it by itself. */
export interface ReadRow {
  /** From 1, in the order of the file. */
  readonly no: number;
  readonly line: number;
  readonly given: Given;
  readonly mistakes: readonly Mistake[];
}

/** The rows of an onboarding file. Throws {@link OnboardingFileRefused} when the file as a whole cannot be read. */
export async function* readFile({ bytes, form, charset }: OnboardingFile): AsyncGenerator<ReadRow> {
  const rows: AsyncGenerator<FileRow> = form === 'csv' ? csvRows(textOf(bytes, charset)) : sheetRows(bytes);
  let columns: readonly (Column | undefined)[] | undefined;
  let no = 0;
  for await (const { line, cells } of rows) {
    if (columns === undefined) {
      columns = columnsOf(cells);
      continue;
    }
    no += 1;
    if (no > ONBOARDING_ROWS) throw tooManyRows();
    if (no % STRETCH === 0) await others();
    yield { no, line, ...understood(cells, columns) };
  }
  if (no === 0) throw new OnboardingFileRefused('empty', 'The file has no companies: a header and no rows, or nothing');
}

function columnsOf(cells: readonly string[]): readonly (Column | undefined)[] {
  const header = readHeader(cells);
  if ('columns' in header) return header.columns;
  throw new OnboardingFileRefused('headers-unknown', 'The first row does not name the columns', {
    errors: header.faults,
  });
}

function understood(
  cells: readonly string[],
  columns: readonly (Column | undefined)[],
): { readonly given: Given; readonly mistakes: readonly Mistake[] } {
  const named: GivenCells = Object.fromEntries(
    columns.flatMap((column, index) => {
      const text = cells[index]?.trim() ?? '';
      return column === undefined || text === '' ? [] : [[column, text]];
    }),
  );
  const { given, mistakes } = checkRow(named);
  const stray = cells.find((cell, index) => columns[index] === undefined && cell.trim() !== '');
  if (stray === undefined) return { given, mistakes };
  return {
    given,
    mistakes: [...mistakes, { field: 'row', code: 'row.stray-cell', value: stray.slice(0, 100), facts: {} }],
  };
}

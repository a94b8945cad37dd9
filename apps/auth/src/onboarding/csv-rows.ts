import { type CsvError, parse } from 'csv-parse';

import { OnboardingFileRefused } from './errors.js';

/** One row of a file: its cells as text, and the line or sheet row that it ends on. */
export interface FileRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Characters of one row; two hundred columns of five hundred characters. */
const LONGEST_ROW = 100_000;
const DELIMITERS = [';', ',', '\t'] as const;

/** Text goes to the parser in pieces, so that a long file does not hold everything else up. */
const PIECE = 64 * 1024;

/** The delimiter that stands most often in the first line outside quotes; a semicolon when none does. */
export function delimiterOf(text: string): (typeof DELIMITERS)[number] {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const letter of text.slice(0, LONGEST_ROW)) {
    if (letter === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '\n' || letter === '\r') break;
    else counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  const most = DELIMITERS.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  return most[0] ?? ';';
}

/** The rows of a CSV file, the header first; empty lines are left out. Throws {@link OnboardingFileRefused}. */
export async function* csvRows(text: string): AsyncGenerator<FileRow> {
  const parser = parse({
    delimiter: delimiterOf(text),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  feed(text, parser);
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: { lines: number }; record: string[] }>) {
      if (record.some((cell) => cell.trim() !== '')) yield { line: info.lines, cells: record };
    }
  } catch (error) {
    throw refusalOf(error);
  } finally {
    parser.destroy();
  }
}

function feed(text: string, parser: NodeJS.WritableStream & { destroyed?: boolean }): void {
  let at = 0;
  const more = (): void => {
    while (at < text.length && parser.destroyed !== true) {
      const piece = text.slice(at, at + PIECE);
      at += PIECE;
      if (!parser.write(piece)) return void parser.once('drain', more);
    }
    if (parser.destroyed !== true) parser.end();
  };
  more();
}

function refusalOf(error: unknown): unknown {
  const { code, lines } = error as Partial<CsvError> & { readonly lines?: number };
  if (typeof code !== 'string' || !code.startsWith('CSV_')) return error;
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return new OnboardingFileRefused('too-complex', `A row is longer than ${LONGEST_ROW} characters`, {
      limit: LONGEST_ROW,
    });
  }
  return new OnboardingFileRefused(
    'malformed',
    'The quotes of the file do not match: a quote inside a quoted cell is written twice',
    { line: lines ?? null },
    { cause: error },
  );
}

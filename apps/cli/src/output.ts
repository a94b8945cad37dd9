/** What commands print: tables for people, JSON for programs. Faults go to stderr, so that a pipe holds only answers. */
export interface Output {
  readonly json: boolean;
  readonly write: (text: string) => void;
  readonly note: (text: string) => void;
}

type Row = Readonly<Record<string, unknown>>;

/** One thing: its fields under each other. */
export function showThing({ json, write }: Output, thing: Row): void {
  if (json) return write(JSON.stringify(thing));
  const fields = Object.entries(thing).filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(0, ...fields.map(([name]) => name.length));
  for (const [name, value] of fields) write(`${name.padEnd(width)}  ${textOf(value)}`);
}

/** Many of a kind: a table, or one JSON object a line. */
export function showRows({ json, write, note }: Output, rows: readonly Row[], columns: readonly string[]): void {
  if (json) return rows.forEach((row) => write(JSON.stringify(row)));
  if (rows.length === 0) return note('Nothing found.');
  const cells = [columns, ...rows.map((row) => columns.map((column) => textOf(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => (line[index] ?? '').length)));
  for (const line of cells) {
    write(
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

/** What comes from others is data: a control character could rewrite the terminal. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

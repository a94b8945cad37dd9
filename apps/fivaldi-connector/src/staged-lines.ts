import type { ReadRecord } from '#lib/documents';

/** Characters that COPY's text format gives a meaning to. */
const SPECIAL = /[\\\t\n\r]/;

/**
 * Records as lines of COPY's text format, in the columns of the staging table:
 * place, faults, the table's fields, children. A missing element is `null`
 * (`\\N`), an empty one the empty text, so the two stay apart.
 */
export function stagedLines(records: readonly ReadRecord[], hasChildren: boolean): string {
  let lines = '';
  for (const { no, line, column, faults, values, children } of records) {
    lines += `${no}\t${line}\t${column}\t${faults.length === 0 ? '\\N' : escape(JSON.stringify(faults))}`;
    for (const value of values) lines += value === undefined ? '\t\\N' : value === null ? '\t' : `\t${escape(value)}`;
    if (hasChildren) lines += children === null ? '\t\\N' : `\t${escape(JSON.stringify(children))}`;
    lines += '\n';
  }
  return lines;
}

function escape(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** The same records as the elements of a JSON array, for `stagedRows`: a missing element has no property. */
export function stagedJson(records: readonly ReadRecord[]): string {
  const rows = records.map(({ table, no, line, column, faults, values, children }) => {
    const row: Record<string, unknown> = { no, line, column };
    if (faults.length > 0) row['faults'] = faults;
    table.fields.forEach(({ field }, index) => {
      const value = values[index];
      if (value !== undefined) row[field] = value ?? '';
    });
    if (children !== null) row['children'] = children;
    return JSON.stringify(row);
  });
  return rows.join(',');
}

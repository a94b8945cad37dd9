import { type CsvError, parse } from 'csv-parse/sync';

import { hyphenated } from '#lib/policy';

import { RequestUnfit } from './errors.js';
import { FILE_TEXTS, type FileFault } from './link-import-texts.js';

/** One company of a file: what its row gives of the link, and the column that each part came from. */
export interface LinkRow {
  readonly line: number;
  readonly businessId: string;
  /** The user name; absent: a link that is there keeps its own. */
  readonly partnerUser: string | undefined;
  /** Paths into `linkBody`, with their values; a field that no cell gives is absent. */
  readonly given: readonly { readonly path: readonly string[]; readonly value: Value }[];
}

type Value = string | number | boolean | null;

export const LINK_IMPORT_ROWS = 5_000;

const OWN = ['host', 'language'] as const;
const SETTINGS = [
  'customers',
  'products',
  'registersEveryMinutes',
  'dimensions.projects',
  'dimensions.businessUnits',
  'dimensions.when',
  'salesInvoices.mode',
  'salesInvoices.as',
  'salesInvoices.status',
  'salesInvoices.readyStatus',
  'salesInvoices.sentStatus',
  'salesInvoices.accrual',
  'salesInvoices.attachPdf',
  'salesInvoices.dimensions.project',
  'salesInvoices.dimensions.businessUnit',
  'salesInvoices.dimensions.costCenter',
  'salesInvoices.dimensions.user',
  'travelExpenses.mode',
  'travelExpenses.dimensions.project',
  'travelExpenses.dimensions.businessUnit',
  'workHours.mode',
  'workHours.onlyApproved',
  'workHours.projectHeader',
  'purchaseLines.mode',
  'purchaseLines.projectHeader',
  'purchaseLines.productCode',
  'purchaseLines.billable',
  'payments.mode',
  'payments.paidStatus',
  'payments.everyMinutes',
] as const;

/** Where a column's value goes; columns of secrets are none of them. */
const PATHS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...OWN.map((name) => [name, [name]] as const),
  ...SETTINGS.map((name) => [name, ['settings', ...name.split('.')]] as const),
]);

/**
 * The rows of a CSV file (`;`, `,` or tab; UTF-8). Cells:
 *
 *   cell            | gives
 *   ----------------+-----------------------------------------------
 *   empty           | nothing: the field stays as it is
 *   `-`             | `null`
 *   `true`, `false` | that
 *   digits, of minutes | a number
 *   anything else   | the text
 *
 * Throws when a column is unknown, the business ID has none, or there are too many rows: nothing of such a file is meant.
 */
export function readLinkFile(text: string): readonly LinkRow[] {
  const [head, ...rows] = cellsOf(text);
  const columns = head?.record.map((name) => name.trim()) ?? [];
  const unknown = columns.filter((name) => name !== 'business-id' && name !== 'partner-user' && !PATHS.has(name));
  if (unknown.length > 0) throw fileUnfit('column-unknown');
  if (new Set(columns).size < columns.length) throw fileUnfit('column-twice');
  if (!columns.includes('business-id')) throw fileUnfit('business-id-missing');
  if (rows.length > LINK_IMPORT_ROWS) throw fileUnfit('too-long');
  return rows.map(({ record, line }) => {
    const cells = new Map(columns.map((name, no) => [name, record[no]?.trim() ?? '']));
    const cell = (name: string) => cells.get(name) || undefined;
    return {
      line,
      businessId: hyphenated(cell('business-id') ?? ''),
      partnerUser: cell('partner-user'),
      given: givenBy(cells),
    };
  });
}

const givenBy = (cells: ReadonlyMap<string, string>): LinkRow['given'] =>
  [...PATHS].flatMap(([column, path]) => {
    const cell = cells.get(column) ?? '';
    return cell === '' ? [] : [{ path, value: valueOf(column, cell) }];
  });

function valueOf(column: string, cell: string): Value {
  if (cell === '-') return null;
  if (cell === 'true' || cell === 'false') return cell === 'true';
  return /everyminutes$/i.test(column) && /^\d{1,9}$/.test(cell) ? Number(cell) : cell;
}

/** What a link's own fields are called in a file. */
const COLUMNS_OF: Readonly<Record<string, string>> = {
  partnerUserId: 'partner-user',
  organisationId: 'business-id',
};

/** The column that a path into the link came from, for whoever reads of a mistake. */
export function columnOf(path: readonly PropertyKey[]): string {
  const names = path.map(String);
  const own = COLUMNS_OF[names[0] ?? ''];
  if (own !== undefined) return own;
  return (names[0] === 'settings' ? names.slice(1) : names).join('.');
}

/** What is there, with what the row gives laid over it. */
export function overlaid(before: Readonly<Record<string, unknown>>, given: LinkRow['given']): Record<string, unknown> {
  const result = structuredClone(before) as Record<string, unknown>;
  for (const { path, value } of given) {
    let at = result;
    for (const name of path.slice(0, -1)) {
      const inner = at[name];
      at = at[name] = (typeof inner === 'object' && inner !== null ? inner : {}) as Record<string, unknown>;
    }
    at[path.at(-1) ?? ''] = value;
  }
  return result;
}

function cellsOf(text: string): readonly { readonly record: readonly string[]; readonly line: number }[] {
  try {
    const rows = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 100_000,
    }) as unknown as readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
    return rows
      .map(({ record, info }) => ({ record, line: info.lines }))
      .filter(({ record }) => record.some((cell) => cell.trim() !== ''));
  } catch (error) {
    if (!(error as Partial<CsvError>).code?.startsWith('CSV_')) throw error;
    throw fileUnfit('malformed');
  }
}

function delimiterOf(text: string): string {
  const head = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  return [';', ',', '\t'].find((sign) => head.includes(sign)) ?? ';';
}

/** Nothing of the file is taken. */
export const fileUnfit = (fault: FileFault, kind: RequestUnfit['kind'] = 'invalid'): RequestUnfit =>
  new RequestUnfit(kind, `link-import.${fault}`, FILE_TEXTS[fault].en, FILE_TEXTS[fault]);

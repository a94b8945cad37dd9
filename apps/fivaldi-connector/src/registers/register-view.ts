import { z } from 'zod';

import type { listRecords, listVersions, RecordEntry, showRecord } from '#lib/contracts';
import type { RecordTable } from '#lib/documents';
import type { Fields } from '#lib/policy';
import type { Database } from '#lib/store';

import { CursorUnknown, RecordAbsent } from './errors.js';
import { isProtected, maskedChange, maskedChild, maskedFields, mayBeProtected } from './masking.js';
import { type HistoryPlace, listHistory, type VersionRow } from './record-history.js';
import { markOf, type RecordRow, RecordRows, type StandingRecord } from './record-rows.js';
import { registerTable } from '../record-sql.js';
import { tableNamed } from './register-table.js';

type List = z.output<typeof listRecords.ask>;
type Show = z.output<typeof showRecord.ask>;
type Versions = z.output<typeof listVersions.ask>;

/** Children larger than this, as text, are not answered with: a payroll batch may have 100,000 rows. */
const MOST_CHILDREN = 4_000_000;

/** How many of a record's texts are searched beside its key: its names, as the record tables have them first. */
const SEARCHED = 2;

/** The registers as people read them. What a reader need not know is masked here, before it leaves. */
export class RegisterView {
  constructor(private readonly database: Database) {}

  /** A page by key. */
  async list(asked: List): Promise<z.input<typeof listRecords.answer>> {
    const table = tableNamed(asked.register);
    const rows = new RecordRows(table);
    const { text, values } = pageOf(table, rows, asked);
    const found = await this.database.rows<RecordRow>(text, values, { ...inTenant(asked), prepare: false });
    const shown = found.slice(0, asked.limit).map((row) => rows.recordOf(row));
    const last = shown.at(-1);
    return {
      records: shown.map((record) => entryOf(table, record, asked.sensitive)),
      next: found.length > asked.limit && last ? cursorOf([last.key]) : null,
    };
  }

  /** One record, deleted ones too. */
  async show(asked: Show): Promise<z.input<typeof showRecord.answer>> {
    const { table, record, children } = await this.find(asked);
    const wholly = isProtected(record.fields);
    const kinds = table.children.map(({ kind, key }): [string, Fields[]] => [
      kind,
      Object.entries(children?.[kind] ?? {}).map(([id, child]) => ({
        [key]: id,
        ...(asked.sensitive === 'masked' ? maskedChild(table, kind, child, wholly) : child),
      })),
    ]);
    return {
      record: { ...entryOf(table, record, asked.sensitive), children: children && Object.fromEntries(kinds) },
      mark: markOf(record),
    };
  }

  /** What became of a record, the newest first. */
  async versions(asked: Versions): Promise<z.input<typeof listVersions.answer>> {
    const { table, record } = await this.find(asked);
    const below = asked.cursor === undefined ? null : placeOf(asked.cursor);
    const page = { stream: table.stream, createdAt: record.createdAt, below, limit: asked.limit + 1 };
    const found = await this.database.transaction((sql) => listHistory(sql, asked, page), inTenant(asked));
    const shown = found.slice(0, asked.limit);
    const last = shown.at(-1);
    const wholly = asked.sensitive === 'masked' && isProtected(record.fields);
    return {
      versions: shown.map((row) => versionOf(row, wholly)),
      next: found.length > asked.limit && last ? cursorOf([last.at, last.tie]) : null,
    };
  }

  private async find({ environmentId, companyId, register, key }: Omit<Show, 'sensitive'>) {
    const table = tableNamed(register);
    const rows = new RecordRows(table);
    const children = `case when octet_length(r.children::text) <= ${MOST_CHILDREN} then r.children end`;
    const [row] = await this.database.rows<RecordRow>(
      `select ${rows.columns(children)} from ${registerTable(table)} r
        where r.environment_id = $1 and r.company_id = $2 and r.${table.key} = $3`,
      [environmentId, companyId, key],
      { scope: { tenant: environmentId } },
    );
    if (!row) throw new RecordAbsent('record.absent');
    return { table, record: rows.recordOf(row), children: row.children };
  }
}

const inTenant = ({ environmentId }: { readonly environmentId: string }) => ({ scope: { tenant: environmentId } });

/** What is asked of the register, and no more: each way of asking is a statement of its own. */
function pageOf(
  table: RecordTable,
  rows: RecordRows,
  asked: List,
): { readonly text: string; readonly values: unknown[] } {
  const values: unknown[] = [asked.environmentId, asked.companyId];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const key = `r.${table.key}`;
  const conditions = [
    'r.environment_id = $1 and r.company_id = $2',
    asked.deleted !== 'with' && `r.deleted_at is ${asked.deleted === 'only' ? 'not null' : 'null'}`,
    asked.cursor !== undefined && `${key} > ${bind(keyOf(asked.cursor))}`,
    asked.search !== undefined && matches(table, bind(asked.search.toLowerCase()), asked.sensitive),
  ].filter(Boolean);
  const text = `select ${rows.columns(`'{}'::jsonb`)} from ${registerTable(table)} r
    where ${conditions.join(' and ')} order by ${key} limit ${bind(asked.limit + 1)}`;
  return { text, values };
}

/** Whoever is not shown a name cannot search by it either. */
function matches(table: RecordTable, wanted: string, sensitive: List['sensitive']): string {
  const texts = table.fields.filter(
    ({ field, type, sensitive }) => type.kind === 'text' && field !== table.key && !sensitive,
  );
  const searched = texts.slice(0, SEARCHED).map(({ field }) => `strpos(lower(r.${field}), ${wanted}::text) > 0`);
  const hidden = sensitive === 'masked' && mayBeProtected(table);
  const parts =
    searched.length === 0
      ? []
      : [`(${searched.join(' or ')})${hidden ? ' and r.security_restriction is not true' : ''}`];
  return `(${[`starts_with(lower(r.${table.key}), ${wanted}::text)`, ...parts].join(' or ')})`;
}

function entryOf(table: RecordTable, record: StandingRecord, sensitive: List['sensitive']): RecordEntry {
  return {
    key: record.key,
    fields: sensitive === 'masked' ? maskedFields(table, record.fields) : record.fields,
    imported: record.imported,
    writtenBy: record.writtenBy,
    createdAt: moment(record.createdAt),
    updatedAt: moment(record.updatedAt),
    deletedAt: record.deletedAt === null ? null : moment(record.deletedAt),
  };
}

const versionOf = ({ no, at, by, what, transfer_id, changes }: VersionRow, wholly: boolean) => ({
  version: no,
  at: moment(at),
  by,
  what,
  transferId: transfer_id,
  changes: changes.map((change) => (wholly ? maskedChange(change) : change)),
});

/** PostgreSQL's text of a moment, as HTTP has it. */
const moment = (text: string): string => new Date(text).toISOString();

const cursorOf = (place: readonly string[]): string => Buffer.from(JSON.stringify(place)).toString('base64url');

const keyPlace = z.tuple([z.string().refine((text) => !text.includes('\0'))]);
const historyPlace = z.tuple([
  z.string().refine(
    (text) =>
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/.test(text) &&
      // A day that no calendar has is another one to JavaScript, and an error to PostgreSQL.
      new Date(text).toISOString().startsWith(text.slice(0, 10)),
  ),
  z
    .string()
    .max(60)
    .refine((text) => !text.includes('\0')),
]);

const keyOf = (cursor: string): string => read(cursor, keyPlace)[0];

function placeOf(cursor: string): HistoryPlace {
  const [at, tie] = read(cursor, historyPlace);
  return { at, tie };
}

function read<Place>(cursor: string, place: z.ZodType<Place>): Place {
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new CursorUnknown();
  }
}

import type { RecordTable } from '#lib/documents';
import type { Change, FieldNames, Fields, RegisterRecord } from '#lib/policy';
import type { ConnectionSql } from '#lib/store';

import { MASK, registerTable } from './record-sql.js';

/** Registers of specs: put in, read out, and shown as the rules show them. */

export type Children = Record<string, Record<string, Record<string, string | null>>>;
export interface Existing extends RegisterRecord {
  readonly key: string;
  readonly deleted: boolean;
}
export interface Company {
  readonly environmentId: string;
  readonly companyId: string;
}

export const namesOf = (table: RecordTable): FieldNames => ({
  fields: table.fields.map(({ field }) => field),
  children: Object.fromEntries(
    table.children.map((child) => [child.kind, child.fields.map(({ field }) => field).filter((f) => f !== child.key)]),
  ),
});

/** The word for each plan in a transfer's items. */
export const OUTCOMES = {
  create: 'created',
  update: 'updated',
  unchanged: 'unchanged',
  leave: 'left',
  reject: 'rejected',
} as const;

/** What a person may read of the changes: that a sensitive field differs, and neither value. */
export function masked({ fields }: RecordTable, changes: readonly Change[]): readonly Change[] {
  const secret = new Set(fields.filter(({ sensitive }) => sensitive).map(({ field }) => field));
  const shown = (value: string | null): string | null => value && MASK;
  return changes.map((one) =>
    secret.has(one.field) ? { ...one, before: shown(one.before), after: shown(one.after) } : one,
  );
}

export const withKey = (table: RecordTable, { key, fields, children, imported }: Existing): RegisterRecord => ({
  fields: { ...fields, [table.key]: key },
  children,
  imported,
});

export const sorted = (changes: readonly Change[]): readonly Change[] =>
  [...changes].sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : 0));

/** A record of the register, without what is empty: `null` and absent are one there. */
export function shown(record: RegisterRecord & { key: string }, names: FieldNames, deleted: boolean): object {
  const given = (fields: Fields): object =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  const fields = given(Object.fromEntries(names.fields.slice(1).map((name) => [name, record.fields[name] ?? null])));
  const children = Object.entries(record.children)
    .filter(([, kind]) => Object.keys(kind).length > 0)
    .map(([kind, all]) => [
      kind,
      Object.entries(all)
        .map(([id, child]) => [id, given(child)])
        .sort(),
    ]);
  return { fields, children: children.sort(), imported: record.imported, deleted };
}

export async function readRegister(
  sql: ConnectionSql,
  table: RecordTable,
  { environmentId, companyId }: Company,
): Promise<Record<string, unknown>> {
  const names = namesOf(table);
  const rows = await sql.rows<{ key: string; fields: Fields; children: Children; imported: boolean; deleted: boolean }>(
    `select ${table.key} as key, imported, deleted_at is not null as deleted,
            ${table.children.length > 0 ? 'children' : `'{}'::jsonb as children`},
            jsonb_build_object(${names.fields.map((name) => `'${name}', ${name}::text`).join(', ')}) as fields
       from ${registerTable(table)} where environment_id = $1 and company_id = $2`,
    [environmentId, companyId],
  );
  return Object.fromEntries(rows.map((row) => [row.key, shown(row, names, row.deleted)]));
}

export async function insertRegister(
  sql: ConnectionSql,
  table: RecordTable,
  { environmentId, companyId }: Company,
  records: readonly Existing[],
): Promise<void> {
  for (const { key, fields, children, imported, deleted } of records) {
    const own = table.children.length > 0;
    const columns = [table.key, ...Object.keys(fields), ...(own ? ['children'] : [])];
    const bound = columns.map((name, index) => (name === 'children' ? `$${index + 4}::jsonb` : `$${index + 4}`));
    await sql.rows(
      `insert into ${registerTable(table)}
              (environment_id, company_id, imported, written_by, deleted_at, ${columns.join(', ')})
       values ($1, $2, $3, 'spec', ${deleted ? 'now()' : 'null'}, ${bound.join(', ')})`,
      [
        environmentId,
        companyId,
        imported,
        key,
        ...Object.values(fields),
        ...(own ? [JSON.stringify(withoutNulls(children))] : []),
      ],
    );
  }
}

/** As the register stores them. */
const withoutNulls = (children: Children): Children =>
  JSON.parse(JSON.stringify(withoutEmptyKinds(children), (_, value: unknown) => value ?? undefined)) as Children;

export const withoutEmptyKinds = (children: Children): Children =>
  Object.fromEntries(Object.entries(children).filter(([, kind]) => Object.keys(kind).length > 0));

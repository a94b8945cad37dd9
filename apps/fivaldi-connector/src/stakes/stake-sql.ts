import type { Stake } from '#lib/contracts';
import { employee, type Label, type RecordTable, tilaukset, tuoterekisteri, yritysrekisteri } from '#lib/documents';
import { assertNever } from '#lib/errors';
import type { DestructiveChoice } from '#lib/policy';

import { registerTable } from '../record-sql.js';

/** One count of a statement's answer, by its place in the array, and what it counts. */
interface CountedField {
  readonly field: string;
  readonly label: Label;
  /** The aggregate, over the register as `r`. */
  readonly count: string;
}

export interface StakeSql {
  readonly choice: DestructiveChoice;
  /** The environment and the company are its values; it answers with one {@link StakeRow}. */
  readonly text: string;
  stakeOf(row: StakeRow): Stake;
}

export interface StakeRow {
  readonly records: number;
  readonly by_hand: number;
  readonly changed: number;
  readonly rows: number;
  readonly fields: readonly number[];
}

/** A person wrote the record last; imports and Fivaldi have other words there. */
const BY_PERSON = `r.written_by like 'person:%'`;

/**
 * Counts what a choice puts at stake in one register, in one pass over it.
 *
 *   choice                | records                            | fields
 *   ----------------------+------------------------------------+------------------------------------
 *   company.add-only      | customers that no import has named | those that have a value
 *   company.update-all    | all                                | those that have a value
 *   product.update-all    | all                                | those that have a value
 *   product.replace-all   | all                                | those that have a value
 *   order.update-all      | all                                | those that have a value
 *   payroll.from-employee | employees without any dimension    | dimensions that employees do not have
 *
 * Deleted records are not counted: nothing more can happen to them.
 */
export function stakeSql(choice: DestructiveChoice): StakeSql {
  switch (choice) {
    case 'company.add-only':
      return statement(choice, yritysrekisteri, valuesOf(yritysrekisteri), { among: 'not r.imported' });
    case 'company.update-all':
      return statement(choice, yritysrekisteri, valuesOf(yritysrekisteri));
    case 'product.update-all':
    case 'product.replace-all':
      return statement(choice, tuoterekisteri, valuesOf(tuoterekisteri));
    case 'order.update-all':
      return statement(choice, tilaukset, valuesOf({ ...tilaukset, children: [] }), { rows: ROWS });
    case 'payroll.from-employee':
      return statement(choice, employee, lackingDimensions(), {
        concerned: `coalesce(${DIMENSIONS.join(', ')}) is null`,
      });
    default:
      return assertNever(choice, 'destructive choice');
  }
}

const DIMENSIONS = ['r.dimension1', 'r.dimension2', 'r.dimension3', 'r.dimension4'];

/** An order may have ten thousand rows: only those of orders that a person has made or changed are looked at. */
const ROWS = `coalesce(sum(case when not r.imported or ${BY_PERSON}
              then (select count(*) from jsonb_object_keys(coalesce(r.children -> 'rows', '{}'))) end), 0)::int`;

function statement(
  choice: DestructiveChoice,
  table: RecordTable,
  fields: readonly CountedField[],
  { among = 'true', concerned = 'true', rows = '0' } = {},
): StakeSql {
  const text = `
    select count(*) filter (where ${concerned})::int as records,
           count(*) filter (where ${concerned} and not r.imported)::int as by_hand,
           count(*) filter (where ${concerned} and r.imported and ${BY_PERSON})::int as changed,
           ${rows} as rows,
           array[${fields.map(({ count }) => count).join(', ')}]::int[] as fields
      from ${registerTable(table)} r
     where r.environment_id = $1 and r.company_id = $2 and r.deleted_at is null and ${among}`;
  return { choice, text, stakeOf: (row) => stakeOf(choice, fields, row) };
}

function stakeOf(choice: DestructiveChoice, fields: readonly CountedField[], row: StakeRow): Stake {
  const counted = fields.map(({ field, label }, index) => ({ field, label, records: row.fields[index] ?? 0 }));
  return {
    choice,
    records: row.records,
    byHand: row.by_hand,
    changedByHand: row.changed,
    rows: row.rows,
    fields: counted.filter(({ records }) => records > 0).sort((a, b) => b.records - a.records),
  };
}

/** Every field but the key; children, such as addresses, are one field for each kind. */
const valuesOf = ({ fields, key, children }: RecordTable): readonly CountedField[] => [
  ...fields
    .filter(({ field }) => field !== key)
    .map(({ field, label }) => ({ field, label, count: `count(r.${field})` })),
  ...children.map(({ kind, label }) => ({
    field: kind,
    label,
    count: `count(*) filter (where r.children -> '${kind}' <> '{}')`,
  })),
];

const lackingDimensions = (): readonly CountedField[] =>
  employee.fields
    .filter(({ field }) => DIMENSIONS.includes(`r.${field}`))
    .map(({ field, label }) => ({ field, label, count: `count(*) - count(r.${field})` }));

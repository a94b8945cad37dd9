import { assertNever } from '#lib/errors';

import {
  type Change,
  complete,
  type FieldNames,
  type IncomingRecord,
  listChanges,
  overlay,
  type RegisterRecord,
  sameChildren,
} from './register-record.js';

/** How a company register [Yritysrekisteri] meets a document. */
export const COMPANY_REGISTER_MODES = ['add-only', 'update-all', 'update-keep'] as const;
export type CompanyRegisterMode = (typeof COMPANY_REGISTER_MODES)[number];

/** How a product register [Tuoterekisteri] meets a document. */
export const PRODUCT_REGISTER_MODES = ['add-only', 'update-all', 'replace-all', 'update-keep'] as const;
export type ProductRegisterMode = (typeof PRODUCT_REGISTER_MODES)[number];

/** How sales orders [Myyntitilaukset] meet a document. */
export const SALES_ORDER_MODES = ['add-only', 'update-all'] as const;
export type SalesOrderMode = (typeof SALES_ORDER_MODES)[number];

/** How a register that has no choice of its own meets a document: base data [Perustiedot], and payroll [Palkat]. */
export const BASE_DATA_MODES = ['update-keep'] as const;
export type BaseDataMode = (typeof BASE_DATA_MODES)[number];
export const PAYROLL_MODES = ['add-once'] as const;
export type PayrollMode = (typeof PAYROLL_MODES)[number];

/** The modes each register has. */
export interface RegisterModes {
  readonly company: CompanyRegisterMode;
  readonly product: ProductRegisterMode;
  readonly order: SalesOrderMode;
  readonly payroll_batch: PayrollMode;
  readonly dimension: BaseDataMode;
  readonly posting_group: BaseDataMode;
  readonly payment_term: BaseDataMode;
  readonly discount: BaseDataMode;
  readonly employee: BaseDataMode;
}

/** What an import does to one record. `after` always has every field of the register. */
export type RecordPlan =
  | { readonly do: 'create'; readonly after: RegisterRecord }
  /** Something differs. `changes` is empty only when a child without a single value comes or goes. */
  | {
      readonly do: 'update';
      readonly after: RegisterRecord;
      readonly changes: readonly Change[];
      /** Fields that had a value and have none afterwards, those of a removed child included. */
      readonly emptied: readonly string[];
    }
  /** The record is named and nothing differs; `imported` may become true. */
  | { readonly do: 'unchanged'; readonly after: RegisterRecord }
  /** The mode does not touch the record, not even its `imported`. */
  | { readonly do: 'leave' }
  /** The record must not come in a second time. */
  | { readonly do: 'reject'; readonly reason: 'repeated-batch' };

/**
 * Plans what an import does to the one record that a document names. This function is the specification of the import
 * modes; whatever does the same faster has to agree with it.
 *
 *   register  | mode        | no such record | made by hand | imported before
 *   ----------+-------------+----------------+--------------+----------------
 *   company   | add-only    | create         | overwrite    | leave
 *   company   | update-all  | create         | overwrite    | overwrite
 *   company   | update-keep | create         | keep         | keep
 *   product   | add-only    | create         | leave        | leave
 *   product   | update-all  | create         | overwrite    | overwrite
 *   product   | replace-all | create         | overwrite    | overwrite
 *   product   | update-keep | create         | keep         | keep
 *   order     | add-only    | create         | leave        | leave
 *   order     | update-all  | create         | overwrite    | overwrite
 *   payroll   | add-once    | create         | reject       | reject
 *   base data | update-keep | create         | keep         | keep
 *
 * *Overwrite*: the record becomes the document's; fields that it lacks are emptied, children that it lacks removed.
 * *Keep*: what the document gives replaces; absent fields stay, children are matched by id and the others stay.
 * An empty element is given: it empties its field in either way. All but *leave* and *reject* make the record imported.
 * An order's rows are its children: rows added by hand go when the order is overwritten. A payroll batch counts as
 * there once it has been, deleted ones too, since its transactions may have been paid.
 *
 * Under `replace-all` the records that the document does not name are deleted. No record of the document stands for
 * them, so that is not decided here. Source: the seed's base settings of XML transfers [XML-siirtojen perustiedot]; its
 * note on customers made by hand is the company's `add-only` row.
 */
export function planRecord<Register extends keyof RegisterModes>(
  register: Register,
  mode: RegisterModes[Register],
  existing: RegisterRecord | null,
  incoming: IncomingRecord,
  names: FieldNames,
): RecordPlan {
  const data = complete(incoming, names);
  if (existing === null) return { do: 'create', after: { ...data, imported: true } };

  const before = complete(existing, names);
  const way = wayOf(register, mode, existing.imported);
  switch (way) {
    case 'leave':
      return { do: 'leave' };
    case 'reject':
      return { do: 'reject', reason: 'repeated-batch' };
    case 'overwrite':
      return compare(before, data, names);
    case 'keep':
      return compare(before, complete(overlay(before, incoming), names), names);
    default:
      return assertNever(way, 'way to meet a record');
  }
}

function wayOf(
  register: keyof RegisterModes,
  mode: RegisterModes[keyof RegisterModes],
  imported: boolean,
): 'leave' | 'reject' | 'overwrite' | 'keep' {
  switch (mode) {
    case 'add-once':
      return 'reject';
    case 'add-only':
      return register === 'company' && !imported ? 'overwrite' : 'leave';
    case 'update-all':
    case 'replace-all':
      return 'overwrite';
    case 'update-keep':
      return 'keep';
    default:
      return assertNever(mode, 'import mode');
  }
}

function compare(before: IncomingRecord, data: IncomingRecord, names: FieldNames): RecordPlan {
  const after = { ...data, imported: true };
  const changes = listChanges(before, data, names);
  if (changes.length === 0 && sameChildren(before, data, names)) return { do: 'unchanged', after };
  const emptied = changes.filter((change) => change.after === null).map((change) => change.field);
  return { do: 'update', after, changes, emptied };
}

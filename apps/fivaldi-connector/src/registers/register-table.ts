import { type RecordTable, TABLES } from '#lib/documents';
import type { FieldNames } from '#lib/policy';

import { RecordAbsent } from './errors.js';

/** The record table of a register. Throws when there is no such register. */
export function tableNamed(register: string): RecordTable {
  const table = TABLES.find((one) => one.register === register);
  if (!table) throw new RecordAbsent('register.absent');
  return table;
}

/** Every field of the register but the key, and those of its children but their ids. */
export const namesOf = ({ fields, key, children }: RecordTable): FieldNames => ({
  fields: fields.map(({ field }) => field).filter((field) => field !== key),
  children: Object.fromEntries(
    children.map((child) => [
      child.kind,
      child.fields.map(({ field }) => field).filter((field) => field !== child.key),
    ]),
  ),
});

import type { RecordTable } from '#lib/documents';
import type { Change, Fields } from '#lib/policy';

import { MASK } from '../record-sql.js';

/** Whoever is under a non-disclosure order [turvakielto] has this field set, and no name for those who need none. */
const PROTECTED = 'security_restriction';

export const mayBeProtected = ({ fields }: RecordTable): boolean => fields.some(({ field }) => field === PROTECTED);

/** Whether a record is about somebody under a non-disclosure order. */
export const isProtected = (fields: Fields): boolean => fields[PROTECTED] === 'true';

/** Fields that say who somebody is: `social_security_number`, and a child's as `rows/social_security_number`. */
export const sensitiveFields = ({ fields, children }: RecordTable): readonly string[] => [
  ...fields.filter(({ sensitive }) => sensitive).map(({ field }) => field),
  ...children.flatMap((child) =>
    child.fields.filter(({ sensitive }) => sensitive).map(({ field }) => `${child.kind}/${field}`),
  ),
];

const masked = (value: string | null): string | null => (value === null ? null : MASK);

/**
 * Values for somebody who needs not know who is meant.
 *
 *   the record is         | stand as they are           | stand as `•••`
 *   ----------------------+-----------------------------+---------------------------------
 *   any                   | all others                  | sensitive fields
 *   of a protected person | the order itself            | all others
 */
export function maskedFields(table: RecordTable, fields: Fields): Fields {
  const hidden = sensitiveFields(table);
  const wholly = isProtected(fields);
  return mapValues(fields, (value, field) =>
    hidden.includes(field) || (wholly && field !== PROTECTED) ? masked(value) : value,
  );
}

/** The same of a record's children of one kind; `wholly` when the record is of a protected person. */
export function maskedChild(table: RecordTable, kind: string, fields: Fields, wholly: boolean): Fields {
  const hidden = sensitiveFields(table);
  return mapValues(fields, (value, field) => (wholly || hidden.includes(`${kind}/${field}`) ? masked(value) : value));
}

/** Changes as a history may keep them: that a sensitive value changed, not from what to what. */
export function maskedChanges(table: RecordTable, changes: readonly Change[]): readonly Change[] {
  const hidden = sensitiveFields(table);
  if (hidden.length === 0) return changes;
  return changes.map((change) => (hidden.includes(withoutId(change.field)) ? maskedChange(change) : change));
}

export const maskedChange = ({ field, before, after }: Change): Change => ({
  field,
  before: masked(before),
  after: masked(after),
});

/** `rows/10/quantity` as `rows/quantity`; an id may have slashes of its own. */
const withoutId = (field: string): string => field.replace(/^([^/]+)\/.*\/([^/]+)$/s, '$1/$2');

const mapValues = (fields: Fields, map: (value: string | null, field: string) => string | null): Fields =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, map(value, field)]));

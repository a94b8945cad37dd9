/** What becomes of people under a non-disclosure order [turvakielto] in an export. */
export const PROTECTED_PERSONS = ['leave-out', 'mask', 'include'] as const;
export type ProtectedPersons = (typeof PROTECTED_PERSONS)[number];

/** What stands for a value of somebody who must not be found. */
export const MASK = '•••';

/** A field of a record, as far as its protection goes. */
export interface ExportedField {
  readonly kind: 'text' | 'pattern' | 'decimal' | 'code' | 'boolean' | 'date';
  readonly isKey: boolean;
  /** A personal identity code. */
  readonly sensitive: boolean;
}

/**
 * Whether a record about somebody goes out. `isProtected`: they are under a non-disclosure order [turvakielto].
 *
 *   choice    | protected | any other
 *   ----------+-----------+----------
 *   leave-out | stays     | goes
 *   mask      | goes      | goes
 *   include   | goes      | goes
 */
export function leaves(choice: ProtectedPersons, isProtected: boolean): boolean {
  return choice !== 'leave-out' || !isProtected;
}

/**
 * What becomes of one field of a record that goes out.
 *
 *   choice             | key  | sensitive | text   | pattern, date | decimal, code, boolean
 *   -------------------+------+-----------+--------+---------------+-----------------------
 *   include            | kept | kept      | kept   | kept          | kept
 *   other, unprotected | kept | dropped   | kept   | kept          | kept
 *   mask, protected    | kept | dropped   | masked | dropped       | kept
 *
 * Names, addresses, numbers to call and free words are texts; a date of birth is a date. What a mask would make
 * invalid is dropped instead.
 */
export function exposure(
  choice: ProtectedPersons,
  isProtected: boolean,
  { kind, isKey, sensitive }: ExportedField,
): 'kept' | 'masked' | 'dropped' {
  if (choice === 'include' || isKey) return 'kept';
  if (sensitive) return 'dropped';
  if (!isProtected) return 'kept';
  if (kind === 'text') return 'masked';
  return kind === 'pattern' || kind === 'date' ? 'dropped' : 'kept';
}

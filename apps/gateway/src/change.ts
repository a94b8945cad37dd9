/** One field of a rule as it was and as it is. Absent is `null`. */
export interface FieldChange {
  /** Names from the outside in, joined by full stops: `weekdayRestriction.from`; empty for the rule as a whole. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What an audit entry says was changed, field by field, in the order of the names.
 *
 *   before      | after       | changes
 *   ------------+-------------+---------------------------------------------------
 *   a value     | the same    | none
 *   a value     | another     | one, of the innermost field that differs
 *   nothing     | a rule      | one for each of its fields
 *   a rule      | nothing     | one for each of its fields
 *   a list      | another     | one: what was taken away, and what was added
 *   the entry tells of no before and after     | none
 *
 * A list is compared as a set, since rights and addresses have no order.
 */
export function changesOf(details: Fields): readonly FieldChange[] {
  if (!('before' in details) && !('after' in details)) return [];
  return compare('', details['before'], details['after']);
}

function compare(field: string, before: unknown, after: unknown): FieldChange[] {
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(field, before, after);
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  if (was || is) {
    const names = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])].sort();
    return names.flatMap((name) => compare(field ? `${field}.${name}` : name, was?.[name], is?.[name]));
  }
  return same(before, after) ? [] : [{ field, before: before ?? null, after: after ?? null }];
}

function compareLists(field: string, before: readonly unknown[], after: readonly unknown[]): FieldChange[] {
  const gone = before.filter((one) => !after.some((other) => same(one, other)));
  const come = after.filter((one) => !before.some((other) => same(one, other)));
  return gone.length + come.length === 0 ? [] : [{ field, before: gone, after: come }];
}

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** By value, members in any order; `null` and what is missing are alike. */
function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  const [left, right] = [fieldsOf(one), fieldsOf(other)];
  if (left && right) {
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((name) => same(left[name], right[name]));
  }
  return (one ?? null) === (other ?? null);
}

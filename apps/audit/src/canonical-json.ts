/**
 * JSON text that is the same for equal values, as in RFC 8785: members sorted by
 * UTF-16 code unit, no white space, numbers and strings as `JSON.stringify`
 * writes them, members that are `undefined` left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);

  const members = value as Readonly<Record<string, unknown>>;
  const written = Object.keys(members)
    .filter((name) => members[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(members[name])}`);
  return `{${written.join(',')}}`;
}

/** The members that are not `null`. What is left out can be added one day without changing older texts. */
export const withoutNulls = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));

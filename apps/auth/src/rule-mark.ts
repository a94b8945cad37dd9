import { createHash } from 'node:crypto';

/**
 * Names a rule as it stands, by its contents; what was changed and changed back has the mark it had. `rule` is the
 * rule's body, `null` where there is none yet.
 */
export function ruleMark(rule: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(rule)))
    .digest('base64url')
    .slice(0, 22);
}

/** The same rule has the same text, in whatever order its fields were put together. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}

import { createHash } from 'node:crypto';

import { RuleOutdated } from './errors.js';

/**
 * Names a rule as it stands, by its contents; what was changed and changed back has the mark it had. `rule` is the
 * rule's body, `null` where there is none yet; an empty set of rights is none.
 */
export function ruleMark(rule: unknown): string {
  const standing = Array.isArray(rule) && rule.length === 0 ? null : rule;
  return createHash('sha256')
    .update(JSON.stringify(sorted(standing)))
    .digest('base64url')
    .slice(0, 22);
}

/** Requires that a rule still stands as it was seen; `undefined` does not ask. */
export function requireMark(ifMark: string | undefined, standing: unknown): void {
  if (ifMark !== undefined && ifMark !== ruleMark(standing)) throw new RuleOutdated();
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

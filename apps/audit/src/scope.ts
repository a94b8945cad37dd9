import type { Scope } from '#lib/store';

import { OPERATOR_CHAIN } from './entry.js';

/** Whose rows a question about a chain sees; `null` is every chain. The operator's own is no environment's. */
export function scopeOf(chain: string | null): Scope {
  if (chain === null) return { acrossTenants: 'whoever reads everywhere reads every chain' };
  if (chain === OPERATOR_CHAIN) return { acrossTenants: 'the operator’s chain belongs to no environment' };
  return { tenant: chain };
}

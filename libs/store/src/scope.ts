/**
 * Whose rows a transaction sees and may write: row-level security reads it (`tenant-table.ts`).
 *
 * `tenant` is an environment's id. `acrossTenants` is for what belongs to none, such as finding the environment of a
 * company that is asked for by its id, or waking lanes; it says why, and whoever reads the code can count them.
 */
export type Scope = { readonly tenant: string } | { readonly acrossTenants: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Holds until the transaction ends, so a pooled connection remembers nothing of it. */
export function scopeSetting(scope: Scope): string {
  if ('acrossTenants' in scope) return "set local tietovirta.tenant = 'every'";
  if (!UUID.test(scope.tenant)) throw new TypeError('A tenant is named by its id');
  return `set local tietovirta.tenant = '${scope.tenant.toLowerCase()}'`;
}

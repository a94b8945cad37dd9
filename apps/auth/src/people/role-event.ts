import type { AuditAction, Keeper } from '#lib/contracts';
import type { RoleAssignment } from '#lib/policy';

import type { PersonEvent } from './person-event.js';
import { environmentsOf } from './role-book.js';
import { without } from './role-change.js';

interface ChangedPerson {
  readonly action: Extract<AuditAction, 'person.saved' | 'person.removed'>;
  readonly by: Keeper;
  readonly address: string | null;
  readonly personId: string;
  /** The chain of what is no role; `null` is the operator's. */
  readonly home: string | null;
  readonly before: readonly RoleAssignment[];
  readonly after: readonly RoleAssignment[];
  /** The names of what else changed; values are people's own. */
  readonly changed: readonly string[];
}

/**
 * A change of a person as the audit log tells it: each environment reads in its own chain what the person was and is
 * there, and of no other; always at least one event, at home.
 */
export function roleEvents({ action, by, address, personId, home, before, after, changed }: ChangedPerson) {
  const touched = [...without(before, after), ...without(after, before)];
  const chains = new Set<string | null>([home, ...environmentsOf(touched)]);
  if (touched.some(({ environmentId }) => environmentId === null)) chains.add(null);
  return [...chains].map((environmentId): PersonEvent => {
    const there = (roles: readonly RoleAssignment[]) => roles.filter((role) => role.environmentId === environmentId);
    const details = {
      personId,
      before: there(before),
      after: there(after),
      ...(environmentId === home && { changed }),
    };
    return { action, environmentId, actor: by, address, details };
  });
}

import { z } from 'zod';

import { ROLES } from '#lib/policy';

/** A role of a person and its reach: `null` twice is everywhere, a company stands with its environment. */
export const roleAssignment = z.object({
  role: z.enum(ROLES),
  environmentId: z.uuid().nullable(),
  companyId: z.uuid().nullable(),
});

/** Who is asking, once a token or a session has been recognised. */
export const principal = z.discriminatedUnion('kind', [
  /** Whoever holds the installation's operator token. */
  z.object({ kind: z.literal('operator'), id: z.string() }),
  z.object({
    kind: z.literal('partner-user'),
    id: z.uuid(),
    /** Its user name is not usable now or from there, though its token is good: why, and when it is again. */
    closed: z.object({ reasons: z.array(z.string()), opensAt: z.iso.datetime({ offset: true }).nullable() }).optional(),
  }),
  z.object({
    kind: z.literal('person'),
    id: z.uuid(),
    roles: z.array(roleAssignment),
    language: z.enum(['fi', 'sv', 'en']),
  }),
]);
export type Principal = z.output<typeof principal>;

/** Who did something, as the audit log names them: ids only, since names live where they can be erased. */
export const actor = z.object({
  kind: z.enum(['operator', 'partner-user', 'person', 'service']),
  id: z.string().min(1).max(64),
});
export type Actor = z.output<typeof actor>;

/** Somebody who changes rules: never a machine of a partner. */
export const keeper = actor.extend({ kind: z.enum(['operator', 'person']) });
export type Keeper = z.output<typeof keeper>;

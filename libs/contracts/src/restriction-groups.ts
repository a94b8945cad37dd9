import { z } from 'zod';

import { defineQuestion } from './message.js';
import { keeper } from './principal.js';
import { restrictionGroupBody } from './rules.js';
import { resultingWeek } from './service-management.js';

const address = z.string().max(64).nullable();
const inCompany = { environmentId: z.uuid(), companyId: z.uuid() };
const name = z.string().min(1).max(64);
const mark = z.string().max(64);

/** Times and addresses of a group; its members are assigned one by one. */
export const groupRestrictions = restrictionGroupBody.omit({ partnerUserIds: true });
export type GroupRestrictions = z.output<typeof groupRestrictions>;

/** What a change takes away from a member; see `lockoutWarnings` of the policy. */
export const lockoutWarning = z.discriminatedUnion('code', [
  z.object({ code: z.literal('NEVER_OPEN') }),
  z.object({ code: z.literal('OPENS_LESS'), minutes: z.int() }),
  z.object({ code: z.literal('NO_ADDRESS_ALLOWED') }),
  z.object({ code: z.literal('LAST_ADDRESS_SHUT_OUT'), address: z.string() }),
  z.object({ code: z.literal('ASKERS_ADDRESS_SHUT_OUT'), address: z.string() }),
]);

const member = z.object({ partnerUserId: z.uuid(), userName: z.string() });

const change = { by: keeper, address, ...inCompany };

/** A company's login restriction groups [kirjautumisen rajoitusryhmät], by name. */
export const listRestrictionGroups = defineQuestion({
  pattern: 'auth.restriction-group-list.v1',
  service: 'auth',
  ask: z.object(inCompany),
  answer: z.object({ groups: z.array(groupRestrictions.extend({ name, members: z.int() })) }),
});

export const showRestrictionGroup = defineQuestion({
  pattern: 'auth.restriction-group-show.v1',
  service: 'auth',
  ask: z.object({ ...inCompany, name }),
  answer: z.object({ group: groupRestrictions.extend({ name, members: z.array(member) }), mark }),
});

/**
 * What a group's new restrictions would mean to its members: each one's resulting week, and what it would lose.
 * Recorded as `access.explained`.
 */
export const previewRestrictionGroup = defineQuestion({
  pattern: 'auth.restriction-group-preview.v1',
  service: 'auth',
  ask: z.object({ ...change, name, restrictions: groupRestrictions }),
  answer: z.object({
    members: z.array(member.extend({ week: resultingWeek, warnings: z.array(lockoutWarning) })),
    /** Without `confirm=lockout` it would be refused. */
    locksOut: z.boolean(),
    /** Of the group as it stands; of none, when it is new. */
    mark,
  }),
});

/** Puts a group's restrictions in place. `ifMark`: `null` when there must be no such group yet. */
export const saveRestrictionGroup = defineQuestion({
  pattern: 'auth.restriction-group-save.v1',
  service: 'auth',
  ask: z.object({
    ...change,
    name,
    restrictions: groupRestrictions,
    ifMark: mark.nullable(),
    lockoutConfirmed: z.boolean().default(false),
  }),
  answer: z.object({ mark }),
});

/** Removes a group, and so opens what it had closed to its members. */
export const removeRestrictionGroup = defineQuestion({
  pattern: 'auth.restriction-group-remove.v1',
  service: 'auth',
  ask: z.object({ ...change, name, ifMark: mark, membersConfirmed: z.boolean().default(false) }),
  answer: z.object({ membersFreed: z.int() }),
});

/** Puts a partner user into a group of the company, or with `null` into none. */
export const assignRestrictionGroup = defineQuestion({
  pattern: 'auth.restriction-group-assign.v1',
  service: 'auth',
  ask: z.object({
    ...change,
    partnerUserId: z.uuid(),
    name: name.nullable(),
    ifMark: mark,
    lockoutConfirmed: z.boolean().default(false),
  }),
  answer: z.object({ mark }),
});

export const RESTRICTION_GROUP_QUESTIONS = {
  listRestrictionGroups,
  showRestrictionGroup,
  previewRestrictionGroup,
  saveRestrictionGroup,
  removeRestrictionGroup,
  assignRestrictionGroup,
} as const;

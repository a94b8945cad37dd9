import type { AccessSnapshot, RestrictionGroupFacts } from './access.js';
import type { WeekdayRestriction } from './window.js';

/** Rules as they might be. What is named replaces what stands; `null` is "none of it". */
export interface AccessChanges {
  readonly weekdayRestriction?: WeekdayRestriction | null | undefined;
  readonly weekendRestricted?: boolean | undefined;
  readonly partnerAddresses?: readonly string[] | null | undefined;
  readonly active?: boolean | undefined;
  readonly upperRight?: boolean | undefined;
  readonly grant?: boolean | undefined;
  readonly group?: RestrictionGroupFacts | null | undefined;
  readonly xmlSettingsComplete?: boolean | undefined;
  readonly environmentActive?: boolean | undefined;
}

/**
 * The facts as they would be with these changes.
 *
 *   the change is about   | and there is none of it | the fact
 *   ----------------------+-------------------------+-----------------------------
 *   the partner user      | no such partner user    | stays: there is nobody to change
 *   the environment       | no such company         | stays likewise
 *   the restriction group | no group yet            | is the changed group
 *   anything, not named   | –                       | stays
 *
 * Nothing can be changed that no rule could bring about: not who a partner user is, nor which way a stream goes.
 */
export function applyChanges(snapshot: AccessSnapshot, changes: AccessChanges): AccessSnapshot {
  const { partnerUser, company, upperRight, grant, restrictionGroup, xmlSettingsComplete } = snapshot;
  const { weekdayRestriction, weekendRestricted, partnerAddresses, active, environmentActive, group } = changes;
  return {
    ...snapshot,
    partnerUser: partnerUser && {
      ...partnerUser,
      active: active ?? partnerUser.active,
      addresses: partnerAddresses === undefined ? partnerUser.addresses : partnerAddresses,
      weekdayRestriction: weekdayRestriction === undefined ? partnerUser.weekdayRestriction : weekdayRestriction,
      weekendRestricted: weekendRestricted ?? partnerUser.weekendRestricted,
    },
    company: company && { ...company, environmentActive: environmentActive ?? company.environmentActive },
    upperRight: changes.upperRight ?? upperRight,
    grant: changes.grant ?? grant,
    restrictionGroup: group === undefined ? restrictionGroup : group,
    xmlSettingsComplete: changes.xmlSettingsComplete ?? xmlSettingsComplete,
  };
}

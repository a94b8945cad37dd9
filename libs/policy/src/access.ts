import { assertNever } from '#lib/errors';

import { addressMatches, type AddressRule, parseAddressRule } from './address.js';
import { type Decision, decide } from './decision.js';
import { type Wall, wallMinute } from './wall-clock.js';
import {
  type AllowedTime,
  groupAllows,
  nextOpening,
  type WeekdayRestriction,
  weekdayRestricted,
  weekendRestricted,
} from './window.js';

/** Every reason for a no. The first that objects is shown; all of them are audited, in this order. */
export const ACCESS_REASONS = [
  'AUTH_FAILED',
  'ACCOUNT_LOCKED',
  'PARTNER_DISABLED',
  'TENANT_SUSPENDED',
  'COMPANY_NOT_VISIBLE',
  'DIRECTION_UNSUPPORTED',
  'VISMA_GRANT_MISSING',
  'COMPANY_GRANT_MISSING',
  'IP_NOT_ALLOWED',
  'GROUP_IP_NOT_ALLOWED',
  'WEEKDAY_WINDOW',
  'WEEKEND',
  'GROUP_TIME',
  'XML_SETTINGS_INCOMPLETE',
  'DECISION_ERROR',
] as const;
export type AccessReason = (typeof ACCESS_REASONS)[number];

/** What is known of a partner user [kumppanikäyttäjä]. */
export interface PartnerUserFacts {
  readonly active: boolean;
  readonly lockedUntil: Date | null;
  /** `null` is all environments, otherwise the one company [asyritys]. */
  readonly scopeCompanyId: string | null;
  /** The only addresses it may come from; `null` is any, an empty list none. */
  readonly addresses: readonly string[] | null;
  readonly weekdayRestriction: WeekdayRestriction | null;
  readonly weekendRestricted: boolean;
}

/** A login restriction group [kirjautumisen rajoitusryhmä]. `null` restricts nothing, an empty list everything. */
export interface RestrictionGroupFacts {
  readonly times: readonly AllowedTime[] | null;
  readonly addresses: readonly string[] | null;
}

/** The facts of one decision, all read in the transaction that decides. */
export interface AccessSnapshot {
  /** `null`: no such user, or its password was wrong. */
  readonly partnerUser: PartnerUserFacts | null;
  /** `null`: no such company. */
  readonly company: { readonly id: string; readonly environmentActive: boolean; readonly timeZone: string } | null;
  readonly directionSupported: boolean;
  /** The operator's right, per stream and direction. */
  readonly upperRight: boolean;
  /** The main user's right, per company, stream and direction. */
  readonly grant: boolean;
  readonly restrictionGroup: RestrictionGroupFacts | null;
  /** All four sections of the XML settings are saved. */
  readonly xmlSettingsComplete: boolean;
}

export interface AccessQuestion {
  readonly at: Date;
  /** `none` is carrying out what was accepted: the address was judged then. `unreadable` is no known address. */
  readonly client:
    | { readonly kind: 'address'; readonly address: string }
    | { readonly kind: 'unreadable' }
    | { readonly kind: 'none' };
}

export type AccessDecision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reasons: readonly [AccessReason, ...AccessReason[]];
      /** Only the clock objects: the same question is allowed at another time. */
      readonly waits: boolean;
      /** When no rule of time objects any more; `null` when none does now, or none will within 8 days. */
      readonly opensAt: Date | null;
      /** What was thrown, beside `DECISION_ERROR`. For the log, never for the caller. */
      readonly cause?: unknown;
    };

interface TimeRule {
  readonly reason: AccessReason;
  readonly closes: (wall: Wall) => boolean;
}

/**
 * May this partner user do this, for this company, now, from there? Read this first.
 *
 *   fact                                                        | objection
 *   ------------------------------------------------------------+------------------------
 *   no such partner user                                        | AUTH_FAILED             and nothing else
 *   locked, and the lock has not run out                        | ACCOUNT_LOCKED
 *   switched off                                                | PARTNER_DISABLED
 *   no such company, or another than the scope's one            | COMPANY_NOT_VISIBLE     and nothing after it
 *   the company's environment is switched off                   | TENANT_SUSPENDED
 *   the stream has no such direction                            | DIRECTION_UNSUPPORTED
 *   no upper right                                              | VISMA_GRANT_MISSING
 *   no grant                                                    | COMPANY_GRANT_MISSING
 *   its addresses are restricted, and the client has no match   | IP_NOT_ALLOWED
 *   the group's addresses are, and the client has no match      | GROUP_IP_NOT_ALLOWED
 *   the weekday restriction covers the minute                   | WEEKDAY_WINDOW
 *   the weekend restriction does                                | WEEKEND
 *   no time of the group covers the minute                      | GROUP_TIME
 *   a section of the XML settings is not saved                  | XML_SETTINGS_INCOMPLETE
 *   anything was thrown                                         | DECISION_ERROR          and nothing else
 *
 * Allowed when nothing objects. All objections are given, in the order of {@link ACCESS_REASONS}. A company that is
 * not visible looks like one that does not exist: whether its environment is suspended is not told either.
 * A fact that is missing or unreadable never allows.
 */
export function decideAccess(snapshot: AccessSnapshot, question: AccessQuestion): AccessDecision {
  try {
    return judge(snapshot, question);
  } catch (cause) {
    return { allowed: false, reasons: ['DECISION_ERROR'], waits: false, opensAt: null, cause };
  }
}

function judge(snapshot: AccessSnapshot, { at, client }: AccessQuestion): AccessDecision {
  const { partnerUser, company, restrictionGroup: group } = snapshot;
  if (partnerUser === null) return answer(decide(['AUTH_FAILED']));
  const account = accountObjections(partnerUser, at);
  if (company === null || !sees(partnerUser, company.id)) return answer(decide([...account, 'COMPANY_NOT_VISIBLE']));

  const rules = timeRules(partnerUser, group);
  const now = wallMinute(at, company.timeZone);
  const closed = rules.filter(({ closes }) => closes(now)).map(({ reason }) => reason);
  const decision = decide<AccessReason>([
    ...account,
    !company.environmentActive && 'TENANT_SUSPENDED',
    !snapshot.directionSupported && 'DIRECTION_UNSUPPORTED',
    !snapshot.upperRight && 'VISMA_GRANT_MISSING',
    !snapshot.grant && 'COMPANY_GRANT_MISSING',
    !mayCome(partnerUser.addresses, client) && 'IP_NOT_ALLOWED',
    group !== null && !mayCome(group.addresses, client) && 'GROUP_IP_NOT_ALLOWED',
    ...closed,
    !snapshot.xmlSettingsComplete && 'XML_SETTINGS_INCOMPLETE',
  ]);
  if (closed.length === 0) return answer(decision);

  const isOpen = (wall: Wall) => !rules.some(({ closes }) => closes(wall));
  return answer(decision, closed, nextOpening(isOpen, at, company.timeZone, edgesOf(partnerUser, group)));
}

function answer(
  decision: Decision<AccessReason>,
  closed: readonly AccessReason[] = [],
  opensAt: Date | null = null,
): AccessDecision {
  return decision.allowed ? decision : { ...decision, waits: decision.reasons.length === closed.length, opensAt };
}

function accountObjections(partnerUser: PartnerUserFacts, at: Date): readonly (AccessReason | false)[] {
  const { active, lockedUntil } = partnerUser;
  return [
    // In this order a lock until no readable time stays shut.
    lockedUntil !== null && !(at.getTime() >= lockedUntil.getTime()) && 'ACCOUNT_LOCKED',
    !active && 'PARTNER_DISABLED',
  ];
}

function sees({ scopeCompanyId }: PartnerUserFacts, companyId: string): boolean {
  return scopeCompanyId === null || scopeCompanyId === companyId;
}

function timeRules(partnerUser: PartnerUserFacts, group: RestrictionGroupFacts | null): readonly TimeRule[] {
  return [
    { reason: 'WEEKDAY_WINDOW', closes: (wall) => weekdayRestricted(partnerUser.weekdayRestriction, wall) },
    { reason: 'WEEKEND', closes: (wall) => weekendRestricted(partnerUser.weekendRestricted, wall) },
    { reason: 'GROUP_TIME', closes: (wall) => group !== null && !groupAllows(group.times, wall) },
  ];
}

/** The minutes of the day at which a rule of time may begin or end. */
function edgesOf({ weekdayRestriction: weekdays }: PartnerUserFacts, group: RestrictionGroupFacts | null): number[] {
  return [...(weekdays ? [weekdays] : []), ...(group?.times ?? [])].flatMap(({ from, to }) => [from, to]);
}

function mayCome(addresses: readonly string[] | null, client: AccessQuestion['client']): boolean {
  switch (client.kind) {
    case 'none':
      return true;
    case 'unreadable':
      return addresses === null;
    case 'address':
      return addresses === null || addressMatches(readRules(addresses), client.address);
    default:
      return assertNever(client, 'client');
  }
}

/** A rule that cannot be read is left out: of a list of the allowed, that allows less. */
function readRules(texts: readonly string[]): readonly AddressRule[] {
  return texts.map(parseAddressRule).filter((rule): rule is AddressRule => !('code' in rule));
}

import type { AccessQuestion, AccessReason, AccessSnapshot } from '../access.js';
import { oracleCovers } from './address-oracle.js';
import { closedTimes, holds, minuteOfWeek, oracleOpening } from './week-oracle.js';

/** What the second opinion says: every reason in order (none is a yes), and the next opening. */
export interface OracleAnswer {
  readonly reasons: readonly AccessReason[];
  readonly waits: boolean;
  readonly opensAt: Date | null;
}

/**
 * The access decision once more, by another road: written from the decided rules alone, without the functions that it
 * is compared with. Facts that are no facts (an unknown zone, a minute beyond 24:00, an unreadable address rule) are
 * `DECISION_ERROR` and nothing else.
 */
export function askOracle(snapshot: AccessSnapshot, question: AccessQuestion): OracleAnswer {
  try {
    return answerOf(snapshot, question);
  } catch {
    return { reasons: ['DECISION_ERROR'], waits: false, opensAt: null };
  }
}

function answerOf(snapshot: AccessSnapshot, question: AccessQuestion): OracleAnswer {
  const account = accountReasons(snapshot, question.at);
  if (account.includes('AUTH_FAILED') || account.includes('COMPANY_NOT_VISIBLE')) {
    return { reasons: account, waits: false, opensAt: null };
  }
  const { company, partnerUser, restrictionGroup } = snapshot;
  const zone = String(company?.timeZone);
  const instant = question.at.getTime();
  const closed = closedTimes(
    partnerUser?.weekdayRestriction ?? null,
    partnerUser?.weekendRestricted ?? false,
    restrictionGroup?.times ?? null,
  );
  const minute = minuteOfWeek(instant, zone);
  const times = named({
    WEEKDAY_WINDOW: holds(closed.weekday, minute),
    WEEKEND: holds(closed.weekend, minute),
    GROUP_TIME: holds(closed.group, minute),
  });
  const rights = named({
    TENANT_SUSPENDED: company?.environmentActive === false,
    DIRECTION_UNSUPPORTED: !snapshot.directionSupported,
    VISMA_GRANT_MISSING: !snapshot.upperRight,
    COMPANY_GRANT_MISSING: !snapshot.grant,
    IP_NOT_ALLOWED: isOutside(question.client, partnerUser?.addresses ?? null),
    GROUP_IP_NOT_ALLOWED: isOutside(question.client, restrictionGroup?.addresses ?? null),
  });
  const settings = named({ XML_SETTINGS_INCOMPLETE: !snapshot.xmlSettingsComplete });
  const everything = [...closed.weekday, ...closed.weekend, ...closed.group];
  const opening = times.length > 0 ? oracleOpening(everything, instant, zone) : null;
  return {
    reasons: [...account, ...rights, ...times, ...settings],
    waits: times.length > 0 && account.length + rights.length + settings.length === 0,
    opensAt: opening === null ? null : new Date(opening),
  };
}

function accountReasons({ partnerUser, company }: AccessSnapshot, at: Date): readonly AccessReason[] {
  if (partnerUser === null) return ['AUTH_FAILED'];
  const { scopeCompanyId: scope, lockedUntil } = partnerUser;
  return named({
    ACCOUNT_LOCKED: lockedUntil !== null && lockedUntil.getTime() > at.getTime(),
    PARTNER_DISABLED: !partnerUser.active,
    COMPANY_NOT_VISIBLE: company === null || (scope !== null && scope !== company.id),
  });
}

const named = (objections: Partial<Record<AccessReason, boolean>>): readonly AccessReason[] =>
  (Object.keys(objections) as AccessReason[]).filter((reason) => objections[reason]);

/** `none` was judged when it was accepted; an address that nobody could read is outside of every list. */
function isOutside(client: AccessQuestion['client'], rules: readonly string[] | null): boolean {
  if (rules === null || client.kind === 'none') return false;
  return !oracleCovers(rules, client.kind === 'address' ? client.address : '');
}

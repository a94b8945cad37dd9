import { v7 as newEventId } from 'uuid';

import { auditEvent, type AuditAction, type Keeper } from '#lib/contracts';
import { type NewMessage, outgoing } from '#lib/store';

import { GRANTS, type Group } from '../templates/inheritance.js';
import type { PlannedCompany } from './apply-plan.js';
import type { OnboardingKey } from './dry-run.js';
import type { Change } from './plan.js';

export interface Occasion extends OnboardingKey {
  readonly by: Keeper;
  readonly address: string | null;
  /** The primary database's clock, ISO 8601. */
  readonly at: string;
}

/** One company's changes in the audit log: one event for each rule, as if each had been saved by itself. */
export function companyEvents(company: PlannedCompany, occasion: Occasion): NewMessage[] {
  const { changes, companyId } = company;
  const event = (action: AuditAction, partnerUserId: string | null, details: object): NewMessage =>
    outgoing(auditEvent, {
      eventId: newEventId(),
      environmentId: occasion.environmentId,
      occurredAt: occasion.at,
      action,
      outcome: 'success',
      actor: occasion.by,
      address: occasion.address,
      companyId,
      partnerUserId,
      details: { ...details, onboardingId: occasion.onboardingId },
    });
  const own = changes.filter(({ field }) => !/^(xmlSettings|grants)\.|^restrictionGroup$/.test(field));
  const xml = changes.filter(({ field }) => field.startsWith('xmlSettings.'));
  const group = changes.find(({ field }) => field === 'restrictionGroup');
  return [
    ...(own.length > 0 || company.isNew ? [event('company.saved', null, sides(own, company.isNew))] : []),
    ...(xml.length > 0 ? [event('xml-settings.saved', null, sides(xml, false))] : []),
    ...(group ? [event('restriction-group.saved', null, groupDetails(group))] : []),
    ...changes
      .filter(({ field }) => field.startsWith(GRANTS))
      .map(({ field, before, after }) =>
        event('grants.saved', field.slice(GRANTS.length), { before: rights(before), after: rights(after) ?? [] }),
      ),
  ];
}

/** Only what changed, field by field: what stayed can be read where it was last changed. */
function sides(changes: readonly Change[], isNew: boolean): object {
  const side = (which: 'before' | 'after') =>
    Object.fromEntries(changes.map((change) => [change.field.replace(/^xmlSettings\./, ''), change[which]]));
  return {
    before: isNew || changes.every(({ before }) => before === null) ? null : side('before'),
    after: side('after'),
  };
}

const groupDetails = ({ before, after }: Change): object => ({
  before,
  after,
  group: ((after ?? before) as Group | null)?.name ?? null,
});

const rights = (cells: unknown): object[] | null =>
  (cells as readonly string[] | null)?.map((cell) => {
    const [stream, direction] = cell.split('.');
    return { stream, direction };
  }) ?? null;

import { z } from 'zod';

import { defineMessage } from './message.js';
import { actor } from './principal.js';
import { DIRECTIONS, STREAM_NAMES } from './streams.js';

/** What can be read in the audit log, as `noun.verb`. One list, so that search, texts and tests know them all. */
export const AUDIT_ACTIONS = [
  'access.decided',
  'access.explained',
  'access.refused',
  'session.opened',
  'session.refused',
  'session.closed',
  'transfer.accepted',
  'transfer.deferred',
  'transfer.held',
  'transfer.released',
  'transfer.cancelled',
  'transfer.finished',
  'document.disclosed',
  'document.fetched',
  'environment.saved',
  'company.saved',
  'partner-user.saved',
  'partner-user.password-sent',
  'upper-rights.saved',
  'grants.saved',
  'restriction-group.saved',
  'restriction-group.removed',
  'xml-settings.saved',
  'fivaldi-connection.saved',
  'delivery.decided',
  'delivery.requested',
  'link.saved',
  'link.credentials-saved',
  'link.checked',
  'link.phase-acknowledged',
  'link.started',
  'link.stopped',
  'link.paused',
  'link.resumed',
  'link.compared',
  'run.requested',
  'run.ended',
  'history.retried',
  'record.changed',
  'record.deleted',
  'record.restored',
  'register.restored',
  'template.saved',
  'template.removed',
  'person.saved',
  'person.removed',
  'person.erased',
  'password.changed',
  'second-factor.enrolled',
  'second-factor.removed',
  'onboarding.received',
  'onboarding.committed',
  'onboarding.finished',
  'audit.searched',
  'audit.verified',
  'audit.exported',
  'audit.checkpointed',
  'audit.redacted',
  'secret.saved',
  'secrets.rewrapped',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** `denied` is a rule's no, `failure` is something that went wrong. */
export const AUDIT_OUTCOMES = ['success', 'denied', 'failure'] as const;

export const auditEventBody = z.object({
  /** Names the event for ever: the log appends an id once, however often it arrives. */
  eventId: z.uuid(),
  /** The chain that it belongs to; `null` is the operator's own chain. */
  environmentId: z.uuid().nullable(),
  /** The primary database's clock when it happened. */
  occurredAt: z.iso.datetime({ offset: true }),
  action: z.enum(AUDIT_ACTIONS),
  outcome: z.enum(AUDIT_OUTCOMES),
  /** Who did it. Ids only: names live where they can be erased. */
  actor,
  companyId: z.uuid().nullable().default(null),
  partnerUserId: z.uuid().nullable().default(null),
  transferId: z.uuid().nullable().default(null),
  documentId: z.uuid().nullable().default(null),
  stream: z.enum(STREAM_NAMES).nullable().default(null),
  direction: z.enum(DIRECTIONS).nullable().default(null),
  address: z.string().max(64).nullable().default(null),
  reasons: z.array(z.string().max(64)).max(32).default([]),
  /** Counts, before and after, sums. Never a credential, never the contents of a document. */
  details: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Something happened that support must be able to read years later.
 *
 * Written to the outbox by whoever did it, in the transaction that made it
 * true; appended by the audit service to the environment's hash chain.
 */
export const auditEvent = defineMessage({ type: 'audit.event.v1', queue: 'audit.events', schema: auditEventBody });
export type AuditEvent = z.output<typeof auditEventBody>;
export type NewAuditEvent = z.input<typeof auditEventBody>;

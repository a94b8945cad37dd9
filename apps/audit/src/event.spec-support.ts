import { randomUUID } from 'node:crypto';

import type { AuditEvent } from '#lib/contracts';

export const TILI_OY = '0198b1a0-0000-7000-8000-000000000001';
export const KIRJA_AB = '0198b1a0-0000-7000-8000-000000000002';

/** An ordinary event of Tili Oy; a spec says only what matters to it. */
export function anEvent(differences: Partial<AuditEvent> = {}): AuditEvent {
  return {
    eventId: randomUUID(),
    environmentId: TILI_OY,
    occurredAt: '2026-03-02T08:15:30.123456Z',
    action: 'access.decided',
    outcome: 'success',
    actor: { kind: 'partner-user', id: 'severa-integraatio' },
    companyId: null,
    partnerUserId: null,
    transferId: null,
    documentId: null,
    stream: null,
    direction: null,
    address: null,
    reasons: [],
    details: {},
    ...differences,
  };
}

export const events = (count: number): AuditEvent[] => Array.from({ length: count }, () => anEvent());

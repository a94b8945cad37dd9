import { v7 as newEventId } from 'uuid';

import { type AuditAction, auditEvent, type NewAuditEvent } from '#lib/contracts';
import { outgoing, type Sql, writeOutbox } from '#lib/store';

export interface PersonEvent extends Pick<NewAuditEvent, 'actor' | 'address' | 'reasons' | 'details'> {
  readonly action: AuditAction;
  /** The chain it belongs to: what concerns a person everywhere is in the operator's. */
  readonly environmentId: string | null;
  /** Unless told, what the action is by itself. */
  readonly outcome?: NewAuditEvent['outcome'];
}

/** Leaves the events with the transaction that makes them true. Of a person they name the id and nothing else. */
export async function tell(sql: Sql, events: readonly PersonEvent[]): Promise<void> {
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  const occurredAt = new Date(clock!.at).toISOString();
  await writeOutbox(
    sql,
    events.map((event) =>
      outgoing(auditEvent, {
        eventId: newEventId(),
        occurredAt,
        outcome: event.action === 'session.refused' ? 'denied' : 'success',
        ...event,
      }),
    ),
  );
}

/** The person as the actor of what they do; somebody whom nobody knows is `unknown`. */
export const personActor = (personId: string | null) => ({ kind: 'person', id: personId ?? 'unknown' }) as const;

import { v7 as uuid } from 'uuid';

import { type Actor, auditEvent, type AuditAction } from '#lib/contracts';
import { instant, outgoing, type Sql, writeOutbox } from '#lib/store';

/** The company whose link something is about. */
export interface Where {
  readonly environmentId: string;
  readonly companyId: string;
}

/** Who asks for a change, and from where. */
export interface Asker {
  readonly by: Actor;
  readonly address: string | null;
}

/** Writes what a person has done to a link, in the transaction that does it. */
export async function auditLink(
  sql: Sql,
  { environmentId, companyId }: { readonly environmentId: string; readonly companyId: string | null },
  { by, address }: Asker,
  action: AuditAction & (`link.${string}` | `history.${string}` | `run.${string}`),
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const [clock] = await sql.rows<{ now: string }>('select clock_timestamp() as now');
  const event = {
    eventId: uuid(),
    environmentId,
    companyId,
    occurredAt: instant(clock?.now ?? '').toISOString(),
    action,
    outcome: 'success' as const,
    actor: by,
    address,
    details,
  };
  await writeOutbox(sql, [outgoing(auditEvent, event, event.eventId)]);
}

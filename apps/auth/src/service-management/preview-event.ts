import { v7 as newEventId } from 'uuid';

import { auditEvent, type Keeper } from '#lib/contracts';
import { outgoing, type Sql, writeOutbox } from '#lib/store';

/** A change that somebody had shown to them before making it. */
export interface Previewed {
  readonly by: Keeper;
  readonly address: string | null;
  readonly environmentId: string;
  readonly companyId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Leaves in the log that somebody asked what a change would do. */
export async function recordPreview(sql: Sql, { by, address, details, ...place }: Previewed): Promise<void> {
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  await writeOutbox(sql, [
    outgoing(auditEvent, {
      eventId: newEventId(),
      ...place,
      occurredAt: new Date(clock!.at).toISOString(),
      action: 'access.explained',
      outcome: 'success',
      actor: by,
      address,
      details,
    }),
  ]);
}

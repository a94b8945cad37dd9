import { v7 as newId } from 'uuid';

import { auditEvent, type Keeper } from '#lib/contracts';
import { outgoing, type Sql, writeOutbox } from '#lib/store';

/** Who orders a one-time password, for whom, and from where. */
export interface PasswordOrder {
  readonly partnerUserId: string;
  readonly by: Keeper;
  readonly address: string | null;
}

/**
 * Orders that a partner user be sent its user name and a new one-time password, in the caller's transaction: the
 * order stands if, and only if, it commits. An order that waits already is replaced, but never sent beside one that
 * is on its way.
 */
export async function orderPassword(sql: Sql, { partnerUserId, by, address }: PasswordOrder): Promise<void> {
  const [row] = await sql.rows<{ at: string }>(
    `insert into auth.sms_outgoing as o
       (partner_user_id, order_id, ordered_by, address, ordered_at, state, next_at)
     values ($1, $2, $3, $4, clock_timestamp(), 'waiting', clock_timestamp())
     on conflict (partner_user_id) do update
        set order_id = excluded.order_id, ordered_by = excluded.ordered_by, address = excluded.address,
            ordered_at = excluded.ordered_at, attempts = 0,
            state = case when o.state = 'sending' then o.state else excluded.state end,
            next_at = case when o.state = 'sending' then o.next_at else excluded.next_at end
     returning ordered_at as at`,
    [partnerUserId, newId(), JSON.stringify(by), address],
  );
  await writeOutbox(sql, [
    outgoing(auditEvent, {
      eventId: newId(),
      environmentId: null,
      occurredAt: new Date(row!.at).toISOString(),
      action: 'partner-user.password-sent',
      outcome: 'success',
      actor: by,
      address,
      partnerUserId,
      details: { state: 'ordered' },
    }),
  ]);
}

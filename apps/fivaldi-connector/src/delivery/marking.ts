import type { RegisterName } from '#lib/documents';
import type { Sql } from '#lib/store';

import { DELIVERED_REGISTERS, type DeliveredRegister } from './courier.js';
import { tableOfRegister } from './registers.js';

/** What wants to be delivered: what a transfer has written, these records of somebody's hand, or all the others. */
export interface Marking {
  readonly environmentId: string;
  readonly companyId: string;
  readonly register: DeliveredRegister;
  readonly written:
    | { readonly transferId: string }
    | { readonly keys: readonly string[] }
    /** Whatever stands in the register and was never marked. */
    | { readonly standing: true };
}

/**
 * Marks what has changed in a register for delivery, in the transaction that changed it: one statement, whatever it
 * wrote. Nothing is marked for a company that is not connected, nor orders that go to another application than the one
 * Fivaldi's interface reaches. A transfer that changed nothing marks nothing. Returns how many records it marked.
 *
 * A record that is on its way keeps its state: the mark tells the delivery that there is more. A conflict stays one.
 * One of which nobody knows whether Fivaldi has it, or under which id, is looked for before anything is sent.
 */
export async function markForDelivery(
  sql: Sql,
  { environmentId, companyId, register, written }: Marking,
): Promise<number> {
  const { name, key } = tableOfRegister(register);
  const byTransfer = 'transferId' in written;
  const chosen = byTransfer
    ? `r.${key} in (${WRITTEN_ITEMS}) and r.written_by = $4::text`
    : 'keys' in written
      ? `r.${key} = any ($4::text[])`
      : `$4::text is null and r.deleted_at is null and not exists (
           select from fivaldi.delivery d
            where d.environment_id = r.environment_id and d.company_id = r.company_id and d.register = $3
              and d.key = r.${key})`;
  const [marked] = await sql.rows<{ records: number }>(
    `with marked as (
       insert into fivaldi.delivery (environment_id, company_id, register, key, transfer_id, partner_user_id)
       select r.environment_id, r.company_id, $3, r.${key}, ${
         byTransfer
           ? '$4::uuid, (select t.partner_user_id from transfers.transfer t where t.id = $4::uuid)'
           : 'null::uuid, null::uuid'
       }
         from ${name} r
        where r.environment_id = $1 and r.company_id = $2
          and ${chosen}
          and exists (
            select from fivaldi.connection c
             where c.environment_id = r.environment_id and c.company_id = r.company_id and c.active
               and ($3 <> 'order' or c.target = 'myynninhallinta'))
       on conflict (environment_id, company_id, register, key) do update
          set mark = delivery.mark + 1, marked_at = clock_timestamp(), updated_at = clock_timestamp(),
              transfer_id = excluded.transfer_id, partner_user_id = excluded.partner_user_id,
              state = case when delivery.state in ('sending', 'unknown', 'conflict') then delivery.state
                           when delivery.cause in ('no-answer', 'repeat-unsafe', 'list-too-long', 'made-not-found')
                             or ${IS_THERE_UNSEEN} then 'unknown'
                           else 'due' end,
              next_try_at = case when delivery.state = 'unknown' then delivery.next_try_at else clock_timestamp() end,
              attempts = 0, cause = null, complaints = null
       returning 1
     )
     select count(*)::int as records from marked`,
    [environmentId, companyId, register, byTransfer ? written.transferId : 'keys' in written ? written.keys : null],
  );
  return marked?.records ?? 0;
}

/** An order of which only a person has said that it is there: what it is called there has to be found out first. */
const IS_THERE_UNSEEN = `
  (delivery.register = 'order' and delivery.state = 'delivered' and delivery.remote_id is null)`;

/** The keys of what the transfer $4 has written; by them its few records are found among many. */
const WRITTEN_ITEMS = `
  select i.key from transfers.item i
   where i.environment_id = $1 and i.transfer_id = $4::uuid and i.register = $3
     and i.outcome in ('created', 'updated', 'deleted')`;

/** Marks records that somebody has changed by hand; those of a register that is not delivered need no mark. */
export async function markRecords(
  sql: Sql,
  { environmentId, companyId, register }: Omit<Marking, 'register' | 'written'> & { readonly register: RegisterName },
  keys: readonly string[],
): Promise<void> {
  const delivered = DELIVERED_REGISTERS.find((one) => one === register);
  if (delivered) await markForDelivery(sql, { environmentId, companyId, register: delivered, written: { keys } });
}

/**
 * Marks whatever a transfer has written, in every register that is delivered: the last thing that an import does in its
 * transaction. A company that is not connected pays one look-up.
 */
export async function markTransfer(
  sql: Sql,
  { environmentId, companyId, id }: { readonly environmentId: string; readonly companyId: string; readonly id: string },
): Promise<number> {
  const connected = await sql.rows(
    'select from fivaldi.connection where environment_id = $1 and company_id = $2 and active',
    [environmentId, companyId],
  );
  if (connected.length === 0) return 0;
  let records = 0;
  for (const register of DELIVERED_REGISTERS) {
    records += await markForDelivery(sql, { environmentId, companyId, register, written: { transferId: id } });
  }
  return records;
}

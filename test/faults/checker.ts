import type pg from 'pg';
import type { SentParcel } from './parcel.ts';

/** What may be wrong after a fault. */
export type Fault =
  | 'transfer.missing'
  | 'transfer.twice'
  | 'transfer.stranger'
  | 'transfer.stands-otherwise'
  | 'key.lost'
  | 'document.incomplete'
  | 'items.differ'
  | 'register.differs'
  | 'lane.busy'
  | 'outbox.not-empty'
  | 'upload.left'
  | 'audit.differs'
  | 'decision.unlogged'
  | 'event.twice'
  | 'chain.broken'
  | 'message.parked';

export interface Violation {
  readonly fault: Fault;
  readonly what: string;
}

interface TransferRow {
  readonly id: string;
  readonly state: string;
  readonly sha256: string;
  readonly whole: boolean;
  readonly key: string | null;
}

/**
 * Holds what was sent against what the database says, and names each difference. It shares no code with the services:
 * a fault in them must not be repeated here.
 *
 *   every parcel that was accepted | has one transfer, one key, whole bytes, and stands as it must
 *   its records                    | are items once each, with the outcome that the sender counted on
 *   the companies' registers       | hold the effect of all parcels, once, and name who wrote each row
 *   lanes, outbox, uploads         | are at rest
 *   the audit log                  | has one acceptance and one end for each transfer, the decisions that let it in and
 *                                  | carried it out, and no event twice
 */
export async function violationsIn(database: pg.Pool, parcels: readonly SentParcel[]): Promise<readonly Violation[]> {
  const companies = [...new Set(parcels.map(({ company }) => company.id))];
  return [
    ...(await wrongTransfers(database, companies, parcels)),
    ...(await wrongItems(database, parcels)),
    ...(await wrongRegisters(database, companies, parcels)),
    ...(await unrest(database)),
    ...(await wrongAudit(database, parcels)),
    ...(await unloggedDecisions(database, parcels)),
    ...(await repeatedEvents(database)),
  ];
}

async function wrongTransfers(
  database: pg.Pool,
  companies: readonly string[],
  parcels: readonly SentParcel[],
): Promise<Violation[]> {
  const { rows } = await database.query<TransferRow>(
    `select t.id, t.state, encode(d.sha256, 'hex') as sha256, k.key,
            d.chunks = (select count(*) from transfers.document_chunk c where c.document_id = d.id) as whole
       from transfers.transfer t
       join transfers.document d on d.id = t.document_id
       left join transfers.idempotency_key k on k.transfer_id = t.id
      where t.company_id = any($1::uuid[]) and t.direction = 'import'`,
    [companies],
  );
  const sent = new Set(parcels.map(({ sha256 }) => sha256));
  const strangers = rows.filter(({ sha256 }) => !sent.has(sha256));
  return [
    ...strangers.map(({ id }) => violation('transfer.stranger', `nobody sent what transfer ${id} carries`)),
    ...parcels.flatMap((parcel) =>
      wrongTransfer(
        parcel,
        rows.filter(({ sha256 }) => sha256 === parcel.sha256),
      ),
    ),
  ];
}

function wrongTransfer({ transferId, key, stands }: SentParcel, rows: readonly TransferRow[]): Violation[] {
  const mine = rows.find(({ id }) => id === transferId);
  if (mine === undefined) return [violation('transfer.missing', `${transferId} was accepted and is not there`)];
  const wrong: Violation[] = [];
  if (rows.length > 1) wrong.push(violation('transfer.twice', `${transferId} has ${rows.length - 1} twins`));
  if (mine.state !== stands) {
    wrong.push(violation('transfer.stands-otherwise', `${transferId} is ${mine.state} and not ${stands}`));
  }
  if (mine.key !== key) wrong.push(violation('key.lost', `${transferId} is not found by its key`));
  if (!mine.whole) wrong.push(violation('document.incomplete', `${transferId} lacks a part of its document`));
  return wrong;
}

async function wrongItems(database: pg.Pool, parcels: readonly SentParcel[]): Promise<Violation[]> {
  const { rows } = await database.query<{ transfer_id: string; items: string }>(
    `select transfer_id, string_agg(concat_ws(' ', no, key, outcome), ', ' order by no, outcome) as items
       from transfers.item where transfer_id = any($1::uuid[]) group by transfer_id`,
    [parcels.map(({ transferId }) => transferId)],
  );
  const found = new Map(rows.map((row) => [row.transfer_id, row.items]));
  return parcels.flatMap(({ transferId, stands, items }) => {
    const expected = stands === 'succeeded' ? items.map((item) => `${item.no} ${item.code} ${item.outcome}`) : [];
    const actual = found.get(transferId) ?? '';
    if (actual === expected.join(', ')) return [];
    return [violation('items.differ', `${transferId} has the items [${actual}] and not [${expected.join(', ')}]`)];
  });
}

async function wrongRegisters(
  database: pg.Pool,
  companies: readonly string[],
  parcels: readonly SentParcel[],
): Promise<Violation[]> {
  const { rows } = await database.query<{ row: string }>(
    `select concat_ws(' ', company_id, product_code, name, unit, sales_price, written_by) as row
       from fivaldi.product_record where company_id = any($1::uuid[]) and deleted_at is null`,
    [companies],
  );
  const actual = new Set(rows.map(({ row }) => row));
  const expected = new Set(expectedRows(parcels));
  const lacking = [...expected].filter((row) => !actual.has(row));
  const surplus = [...actual].filter((row) => !expected.has(row));
  if (lacking.length + surplus.length === 0) return [];
  const example = `lacks ${lacking.length} rows (${lacking[0] ?? '-'}), has ${surplus.length} others (${surplus[0] ?? '-'})`;
  return [violation('register.differs', example)];
}

/** What the parcels leave behind, carried out in the order in which they are given. */
function expectedRows(parcels: readonly SentParcel[]): Iterable<string> {
  const rows = new Map<string, string>();
  for (const { company, transferId, stands, items } of parcels) {
    if (stands !== 'succeeded') continue;
    for (const { code, price, outcome } of items) {
      if (outcome === 'unchanged') continue;
      rows.set(`${company.id} ${code}`, `${company.id} ${code} Tuote ${code} kpl ${price} ${transferId}`);
    }
  }
  return rows.values();
}

async function unrest(database: pg.Pool): Promise<Violation[]> {
  const { rows } = await database.query<{ lanes: number; messages: number; chunks: number }>(
    `select (select count(*)::int from transfers.lane where ticket is not null) as lanes,
            (select count(*)::int from bus.outbox) as messages,
            (select count(*)::int from transfers.document_chunk c
              where not exists (select from transfers.document d where d.id = c.document_id)) as chunks`,
  );
  const { lanes = 0, messages = 0, chunks = 0 } = rows[0] ?? {};
  return [
    ...(lanes > 0 ? [violation('lane.busy', `${lanes} lanes hold a ticket`)] : []),
    ...(messages > 0 ? [violation('outbox.not-empty', `${messages} messages wait`)] : []),
    ...(chunks > 0 ? [violation('upload.left', `${chunks} chunks belong to no document`)] : []),
  ];
}

async function wrongAudit(database: pg.Pool, parcels: readonly SentParcel[]): Promise<Violation[]> {
  const { rows } = await database.query<{ transfer_id: string; actions: string }>(
    `select transfer_id, string_agg(action, ' ' order by action) as actions from audit.entry
      where action like 'transfer.%' and transfer_id = any($1::uuid[]) group by transfer_id`,
    [parcels.map(({ transferId }) => transferId)],
  );
  const found = new Map(rows.map((row) => [row.transfer_id, row.actions]));
  return parcels.flatMap(({ transferId, stands }) => {
    const expected = `transfer.accepted transfer.${stands === 'deferred' ? 'deferred' : 'finished'}`;
    const actual = found.get(transferId) ?? 'nothing';
    if (actual === expected) return [];
    return [violation('audit.differs', `of ${transferId} the log says ${actual}, not ${expected}`)];
  });
}

/** More decisions than transfers are no fault: whoever was not answered asks again. Fewer are. */
async function unloggedDecisions(database: pg.Pool, parcels: readonly SentParcel[]): Promise<Violation[]> {
  const { rows } = await database.query<{ company_id: string; transfer_id: string | null; decisions: number }>(
    `select company_id, transfer_id, count(*)::int as decisions from audit.entry
      where action = 'access.decided' and company_id = any($1::uuid[]) group by 1, 2`,
    [parcels.map(({ company }) => company.id)],
  );
  const logged = (company: string, transfer: string | null): number =>
    rows.find((row) => row.company_id === company && row.transfer_id === transfer)?.decisions ?? 0;
  const accepted = (id: string): number => parcels.filter(({ company }) => company.id === id).length;
  return parcels.flatMap(({ company, transferId }) => [
    ...(logged(company.id, transferId) > 0
      ? []
      : [violation('decision.unlogged', `${transferId} was decided upon, and the log does not say so`)]),
    ...(logged(company.id, null) >= accepted(company.id)
      ? []
      : [violation('decision.unlogged', `${company.id} had more documents accepted than the log has decisions`)]),
  ]);
}

async function repeatedEvents(database: pg.Pool): Promise<Violation[]> {
  const { rows } = await database.query<{ event_id: string; action: string; times: number }>(
    `select event_id, action, count(*)::int as times from audit.entry group by 1, 2 having count(*) > 1`,
  );
  return rows.map(({ event_id: id, action, times }) =>
    violation('event.twice', `the log has ${action} ${id} ${times} times`),
  );
}

export const violation = (fault: Fault, what: string): Violation => ({ fault, what });

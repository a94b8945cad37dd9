import { v7 as uuid } from 'uuid';

import { auditEvent, type Direction, laneTicket, type NewAuditEvent, type StreamName } from '#lib/contracts';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import type { StoredDocument } from './document-store.js';

/** What the gateway has found acceptable, all of it. */
export interface Acceptance {
  readonly environmentId: string;
  readonly companyId: string;
  readonly partnerUserId: string;
  readonly stream: StreamName;
  readonly direction: Direction;
  readonly dryRun: boolean;
  readonly document: StoredDocument;
  readonly address: string | null;
  readonly idempotencyKey: string;
  /** The request the key stands for: another one under the same key is refused. */
  readonly fingerprint: Buffer;
}

/**
 * `repeated` is the same request again and names the transfer of the first;
 * `reused` is another request under a key that is taken.
 */
export type Accepted = { readonly as: 'new' | 'repeated'; readonly transferId: string } | { readonly as: 'reused' };

/**
 * Makes a document ours, in the caller's transaction, whose scope is the environment: document, transfer, the
 * lane's ticket, audit event and idempotency key become true together.
 *
 * A lane that holds a ticket, or sleeps until an opening, needs no new one.
 */
export async function acceptTransfer(sql: Sql, request: Acceptance): Promise<Accepted> {
  const transferId = uuid();
  const ticket = uuid();
  const { document } = request;
  const [lane] = await sql.rows<{ id: string; fresh: boolean; at: string }>(ACCEPT, [
    request.partnerUserId,
    request.companyId,
    request.idempotencyKey,
    request.fingerprint,
    transferId,
    uuid(),
    request.environmentId,
    request.stream,
    ticket,
    document.id,
    document.sha256,
    document.bytes,
    document.gzip,
    document.charset,
    document.chunks,
    document.lastChunk,
    request.direction,
    request.dryRun,
    request.address,
  ]);
  if (!lane) return repeatOrReuse(sql, request);

  const accepted: NewAuditEvent = {
    eventId: uuid(),
    environmentId: request.environmentId,
    occurredAt: new Date(lane.at).toISOString(),
    action: 'transfer.accepted',
    outcome: 'success',
    actor: { kind: 'partner-user', id: request.partnerUserId },
    companyId: request.companyId,
    partnerUserId: request.partnerUserId,
    transferId,
    documentId: document.id,
    stream: request.stream,
    direction: request.direction,
    address: request.address,
    details: { bytes: document.bytes, sha256: document.sha256.toString('hex'), dryRun: request.dryRun },
  };
  await writeOutbox(sql, [
    ...(lane.fresh ? [outgoing(laneTicket, { laneId: lane.id, ticket }, ticket)] : []),
    outgoing(auditEvent, accepted, accepted.eventId),
  ]);
  return { as: 'new', transferId };
}

const ACCEPT = `
  with taken as (
    insert into transfers.idempotency_key (environment_id, partner_user_id, company_id, key, fingerprint, transfer_id)
    values ($7, $1, $2, $3, $4, $5)
    on conflict do nothing
    returning transfer_id
  ), lane as (
    insert into transfers.lane (id, environment_id, company_id, target, ticket, ticket_at)
    select $6::uuid, $7::uuid, $2, $8::text, $9::uuid, clock_timestamp() from taken
    on conflict (environment_id, company_id, target) do update set
      ticket = case when lane.ticket is null and lane.wake_at is null then excluded.ticket else lane.ticket end,
      ticket_at = case when lane.ticket is null and lane.wake_at is null then excluded.ticket_at else lane.ticket_at end
    returning id, ticket is not distinct from $9::uuid as fresh
  ), document as (
    insert into transfers.document (id, environment_id, company_id, sha256, bytes, gzip, charset, chunks)
    select $10::uuid, $7, $2, $11::bytea, $12::bigint, $13::boolean, $14::text, $15::int from taken
  ), chunk as (
    insert into transfers.document_chunk (environment_id, document_id, no, data)
    select $7, $10, $15 - 1, $16::bytea from taken
  ), uploaded as (
    delete from transfers.upload where document_id = (select $10::uuid from taken)
  ), transfer as (
    insert into transfers.transfer
      (id, environment_id, company_id, partner_user_id, stream, direction, lane_id, document_id, dry_run, client_address)
    select $5, $7, $2, $1, $8, $17::text, lane.id, $10, $18::boolean, $19::text from lane
  )
  select id, fresh, clock_timestamp() as at from lane`;

/** The transfer that a key already stands for, whatever the request was. */
export async function findAccepted(
  database: Database,
  {
    environmentId,
    partnerUserId,
    companyId,
    idempotencyKey,
  }: Pick<Acceptance, 'environmentId' | 'partnerUserId' | 'companyId' | 'idempotencyKey'>,
): Promise<string | undefined> {
  const [first] = await database.rows<{ transfer_id: string }>(
    `select transfer_id from transfers.idempotency_key
      where environment_id = $1 and partner_user_id = $2 and company_id = $3 and key = $4`,
    [environmentId, partnerUserId, companyId, idempotencyKey],
    { scope: { tenant: environmentId } },
  );
  return first?.transfer_id;
}

async function repeatOrReuse(
  sql: Sql,
  { environmentId, partnerUserId, companyId, idempotencyKey, fingerprint }: Acceptance,
): Promise<Accepted> {
  const [first] = await sql.rows<{ transfer_id: string; same: boolean }>(
    `select transfer_id, fingerprint = $5 as same from transfers.idempotency_key
      where environment_id = $1 and partner_user_id = $2 and company_id = $3 and key = $4`,
    [environmentId, partnerUserId, companyId, idempotencyKey, fingerprint],
  );
  return first?.same ? { as: 'repeated', transferId: first.transfer_id } : { as: 'reused' };
}

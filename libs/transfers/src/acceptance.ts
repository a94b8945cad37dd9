import { v7 as uuid } from 'uuid';

import { auditEvent, type Direction, laneTicket, type NewAuditEvent, type DocumentStream } from '#lib/contracts';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import type { StoredDocument } from './document-store.js';
import type { ExportRequest } from './transfer.js';

/** Whoever moves which stream of whom, found acceptable. */
interface Asked {
  readonly environmentId: string;
  readonly companyId: string;
  readonly partnerUserId: string;
  readonly stream: DocumentStream;
  readonly address: string | null;
  readonly idempotencyKey: string;
  /** The request the key stands for: another one under the same key is refused. */
  readonly fingerprint: Buffer;
}

/** A document that the gateway has found acceptable. */
export interface Acceptance extends Asked {
  readonly direction: 'import';
  readonly dryRun: boolean;
  readonly document: StoredDocument;
}

/** An export that the gateway has found acceptable. */
export interface ExportAcceptance extends Asked {
  readonly exportRequest: ExportRequest;
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
  const { document, dryRun, direction } = request;
  return accept(sql, request, {
    direction,
    text: ACCEPT,
    values: [
      document.id,
      document.sha256,
      document.bytes,
      document.gzip,
      document.charset,
      document.chunks,
      document.lastChunk,
      dryRun,
    ],
    documentId: document.id,
    details: { bytes: document.bytes, sha256: document.sha256.toString('hex'), dryRun },
  });
}

/**
 * Takes an order for an export, in the caller's transaction: the same, but for the document, which is written when its
 * turn in the lane comes. So it shows every import of the stream that was accepted before it.
 */
export async function acceptExport(sql: Sql, request: ExportAcceptance): Promise<Accepted> {
  const { exportRequest } = request;
  return accept(sql, request, {
    direction: 'export',
    text: ACCEPT_EXPORT,
    values: [exportRequest],
    documentId: null,
    details: { ...exportRequest },
  });
}

interface Order {
  readonly direction: Direction;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly documentId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

async function accept(sql: Sql, request: Asked, { direction, text, values, ...event }: Order): Promise<Accepted> {
  const { environmentId, companyId, partnerUserId, stream, address } = request;
  const transferId = uuid();
  const ticket = uuid();
  const [lane] = await sql.rows<{ id: string; fresh: boolean; at: string }>(text, [
    partnerUserId,
    companyId,
    request.idempotencyKey,
    request.fingerprint,
    transferId,
    uuid(),
    environmentId,
    stream,
    ticket,
    direction,
    address,
    ...values,
  ]);
  if (!lane) return repeatOrReuse(sql, request);

  const accepted: NewAuditEvent = {
    eventId: uuid(),
    environmentId,
    occurredAt: new Date(lane.at).toISOString(),
    action: 'transfer.accepted',
    outcome: 'success',
    actor: { kind: 'partner-user', id: partnerUserId },
    companyId,
    partnerUserId,
    transferId,
    stream,
    direction,
    address,
    ...event,
  };
  await writeOutbox(sql, [
    ...(lane.fresh ? [outgoing(laneTicket, { laneId: lane.id, ticket }, ticket)] : []),
    outgoing(auditEvent, accepted, accepted.eventId),
  ]);
  return { as: 'new', transferId };
}

/** The key is taken, and the lane there with a ticket; of nothing, when the key is taken already. */
const QUEUED = `
  taken as (
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
  )`;

const ACCEPT = `
  with ${QUEUED}, document as (
    insert into transfers.document (id, environment_id, company_id, sha256, bytes, gzip, charset, chunks)
    select $12::uuid, $7, $2, $13::bytea, $14::bigint, $15::boolean, $16::text, $17::int from taken
  ), chunk as (
    insert into transfers.document_chunk (environment_id, document_id, no, data)
    select $7, $12, $17 - 1, $18::bytea from taken
  ), uploaded as (
    delete from transfers.upload where document_id = (select $12::uuid from taken)
  ), transfer as (
    insert into transfers.transfer
      (id, environment_id, company_id, partner_user_id, stream, direction, lane_id, document_id, dry_run, client_address)
    select $5, $7, $2, $1, $8, $10::text, lane.id, $12, $19::boolean, $11::text from lane
  )
  select id, fresh, clock_timestamp() as at from lane`;

const ACCEPT_EXPORT = `
  with ${QUEUED}, transfer as (
    insert into transfers.transfer
      (id, environment_id, company_id, partner_user_id, stream, direction, lane_id, export_request, dry_run,
       client_address)
    select $5, $7, $2, $1, $8, $10::text, lane.id, $12::jsonb, false, $11::text from lane
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
  }: Pick<Asked, 'environmentId' | 'partnerUserId' | 'companyId' | 'idempotencyKey'>,
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
  { environmentId, partnerUserId, companyId, idempotencyKey, fingerprint }: Asked,
): Promise<Accepted> {
  const [first] = await sql.rows<{ transfer_id: string; same: boolean }>(
    `select transfer_id, fingerprint = $5 as same from transfers.idempotency_key
      where environment_id = $1 and partner_user_id = $2 and company_id = $3 and key = $4`,
    [environmentId, partnerUserId, companyId, idempotencyKey, fingerprint],
  );
  return first?.same ? { as: 'repeated', transferId: first.transfer_id } : { as: 'reused' };
}

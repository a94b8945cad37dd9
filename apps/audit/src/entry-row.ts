import type { Entry, StoredEntry } from './entry.js';

/** PostgreSQL's instants in the form in which they are hashed. */
export const utc = (expression: string): string =>
  `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** The select list that {@link storedEntryOf} reads. */
export const ENTRY_COLUMNS = `
  environment_id as "environmentId", sequence, event_id as "eventId",
  ${utc('occurred_at')} as "occurredAt", ${utc('recorded_at')} as "recordedAt",
  action, outcome, actor_kind as "actorKind", actor_id as "actorId",
  company_id as "companyId", partner_user_id as "partnerUserId",
  transfer_id as "transferId", document_id as "documentId",
  stream, direction, address, reasons, details, hash`;

/** `bigint` comes as text; a chain stays far below 2^53. */
export type EntryRow = Omit<Entry, 'sequence'> & { readonly sequence: string; readonly hash: Buffer };

export function storedEntryOf({ hash, ...row }: EntryRow): StoredEntry {
  return { entry: { ...row, sequence: Number(row.sequence) }, hash };
}

/** Inserts `$1`, a JSON array of {@link insertedRow}s, with one statement. */
export const INSERT_ENTRIES = `
  insert into audit.entry (
    environment_id, sequence, event_id, occurred_at, recorded_at, action, outcome, actor_kind, actor_id,
    company_id, partner_user_id, transfer_id, document_id, stream, direction, address, reasons, details, hash)
  select "environmentId", sequence, "eventId", "occurredAt", "recordedAt", action, outcome, "actorKind", "actorId",
         "companyId", "partnerUserId", "transferId", "documentId", stream, direction, address, reasons, details,
         decode(hash, 'hex')
    from json_to_recordset($1::json) as given (
      "environmentId" uuid, sequence bigint, "eventId" uuid, "occurredAt" timestamptz, "recordedAt" timestamptz,
      action text, outcome text, "actorKind" text, "actorId" text, "companyId" uuid, "partnerUserId" uuid,
      "transferId" uuid, "documentId" uuid, stream text, direction text, address text, reasons text[],
      details jsonb, hash text)`;

export function insertedRow({ entry, hash }: StoredEntry): object {
  return { ...entry, hash: hash.toString('hex') };
}

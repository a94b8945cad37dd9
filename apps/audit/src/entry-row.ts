import type { Entry, StoredEntry } from './entry.js';
import type { Seal } from './seal.js';

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
  stream, direction, address, reasons, details, hash, version,
  address_salt as "addressSalt", address_seal as "addressSeal",
  details_salt as "detailsSalt", details_seal as "detailsSeal"`;

interface SealColumns {
  readonly addressSalt: Buffer | null;
  readonly addressSeal: Buffer | null;
  readonly detailsSalt: Buffer | null;
  readonly detailsSeal: Buffer | null;
}

/** `bigint` comes as text; a chain stays far below 2^53. */
export type EntryRow = Omit<Entry, 'sequence'> &
  SealColumns & { readonly sequence: string; readonly hash: Buffer; readonly version: number };

export function storedEntryOf(row: EntryRow): StoredEntry {
  const { hash, version, addressSalt, addressSeal, detailsSalt, detailsSeal, sequence, ...entry } = row;
  const seals = { address: sealOf(addressSalt, addressSeal), details: sealOf(detailsSalt, detailsSeal) };
  return { entry: { ...entry, sequence: Number(sequence) }, hash, seals: version === 1 ? null : seals };
}

const sealOf = (salt: Buffer | null, hash: Buffer | null): Seal | null => hash && { salt, hash };

/** Inserts `$1`, a JSON array of {@link insertedRow}s, with one statement. */
export const INSERT_ENTRIES = `
  insert into audit.entry (
    environment_id, sequence, event_id, occurred_at, recorded_at, action, outcome, actor_kind, actor_id,
    company_id, partner_user_id, transfer_id, document_id, stream, direction, address, reasons, details, hash,
    version, address_salt, address_seal, details_salt, details_seal)
  select "environmentId", sequence, "eventId", "occurredAt", "recordedAt", action, outcome, "actorKind", "actorId",
         "companyId", "partnerUserId", "transferId", "documentId", stream, direction, address, reasons, details,
         decode(hash, 'hex'), version, decode("addressSalt", 'hex'), decode("addressSeal", 'hex'),
         decode("detailsSalt", 'hex'), decode("detailsSeal", 'hex')
    from json_to_recordset($1::json) as given (
      "environmentId" uuid, sequence bigint, "eventId" uuid, "occurredAt" timestamptz, "recordedAt" timestamptz,
      action text, outcome text, "actorKind" text, "actorId" text, "companyId" uuid, "partnerUserId" uuid,
      "transferId" uuid, "documentId" uuid, stream text, direction text, address text, reasons text[],
      details jsonb, hash text, version int, "addressSalt" text, "addressSeal" text, "detailsSalt" text,
      "detailsSeal" text)`;

export function insertedRow({ entry, hash, seals }: StoredEntry): object {
  const hex = (bytes: Buffer | null | undefined) => bytes?.toString('hex') ?? null;
  return {
    ...entry,
    hash: hex(hash),
    version: seals === null ? 1 : 2,
    addressSalt: hex(seals?.address?.salt),
    addressSeal: hex(seals?.address?.hash),
    detailsSalt: hex(seals?.details?.salt),
    detailsSeal: hex(seals?.details?.hash),
  };
}

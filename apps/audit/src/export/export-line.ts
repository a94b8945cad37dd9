import { canonicalJson, withoutNulls } from '../canonical-json.js';
import type { Entry, StoredEntry } from '../entry.js';
import { isRedacted } from '../seal.js';

/** An entry with the hash of the one before it, so that its own can be computed wherever it stands alone. */
export interface LinkedEntry extends StoredEntry {
  /** `null` when the entry before is not there. */
  readonly previous: Buffer | null;
}

const hex = (bytes: Buffer | null | undefined): string | null => bytes?.toString('hex') ?? null;

/**
 * One line of `entries.jsonl`: canonical JSON of all that the hash is over, and of the hash. What is `null` is left
 * out. The form is described in docs/reference/audit-format.md.
 */
export function jsonLine({ entry, hash, seals, previous }: LinkedEntry): string {
  const sealed = seals && {
    addressSalt: hex(seals.address?.salt),
    addressSeal: hex(seals.address?.hash),
    detailsSalt: hex(seals.details?.salt),
    detailsSeal: hex(seals.details?.hash),
  };
  const version = seals === null ? 1 : 2;
  return `${canonicalJson(withoutNulls({ ...entry, ...sealed, version, previous: hex(previous), hash: hex(hash) }))}\n`;
}

/** Columns of `entries.csv`, in their order. */
const CSV_COLUMNS = [
  'environmentId',
  'sequence',
  'eventId',
  'occurredAt',
  'recordedAt',
  'action',
  'outcome',
  'actorKind',
  'actorId',
  'companyId',
  'partnerUserId',
  'transferId',
  'documentId',
  'stream',
  'direction',
  'address',
  'reasons',
  'details',
] as const satisfies readonly (keyof Entry)[];

/** The first line of `entries.csv`. */
export const CSV_HEADER = `${[...CSV_COLUMNS, 'redacted', 'hash'].join(',')}\r\n`;

/**
 * One line of `entries.csv` (RFC 4180), for people: reasons joined by spaces, details as JSON.
 *
 *   a field                               | is written
 *   --------------------------------------+-----------------------------------------
 *   begins with `=`, `+`, `-`, `@`, TAB or CR | after an apostrophe: a spreadsheet would run it
 *   holds a comma, a quote, CR or LF      | in quotes, quotes doubled
 *   is `null`                             | empty
 */
export function csvLine({ entry, hash, seals }: StoredEntry): string {
  const fields = CSV_COLUMNS.map((column) => csvField(textOf(entry[column])));
  return `${[...fields, String(isRedacted(seals)), hash.toString('hex')].join(',')}\r\n`;
}

function textOf(field: Entry[keyof Entry]): string {
  if (field === null) return '';
  if (Array.isArray(field)) return field.join(' ');
  return typeof field === 'object' ? canonicalJson(field) : String(field);
}

function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

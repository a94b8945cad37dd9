import { randomUUID } from 'node:crypto';

import { type Given, type Model, nulls, textIn } from '../model.js';
import type { Organisation } from '../organisation.js';
import { create, type RecordKind } from '../record.js';

const FILE = { ...nulls('description', 'contentType'), isInternal: false, size: 0 };

/** The bytes are in the organisation's files, by `fileGuid`. */
export const INVOICE_FILES: RecordKind = {
  register: 'invoicefiles',
  fields: {},
  blank: () => ({ ...FILE, name: 'liite.pdf', category: 'Invoice', sortOrder: 1 }),
};

export const TRAVEL_FILES: RecordKind = {
  register: 'projecttravelexpensefiles',
  fields: {},
  blank: () => ({ ...FILE, name: 'kuitti.pdf', category: 'ProjectTravelExpense', source: 'Severa' }),
};

/** Keeps the bytes of `{name?, contentType?, data (base64), isInternal?}`, and the record of them. */
export function attached(organisation: Organisation, kind: RecordKind, given: Given, now: Date): Model {
  const { data: _data, ...fields } = given;
  const type = textIn(given, 'contentType', 'application/pdf');
  const bytes = Buffer.from(textIn(given, 'data'), 'base64');
  const fileGuid = randomUUID();
  organisation.files.set(fileGuid, { type, bytes });
  return create(kind, organisation, { contentType: type, size: bytes.length, ...fields, fileGuid }, now);
}

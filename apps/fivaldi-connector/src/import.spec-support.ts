import { randomUUID } from 'node:crypto';

import { type XmlSettings, xmlSettingsBody } from '#lib/contracts';
import { documentTables, type Field, type RecordTable } from '#lib/documents';
import type { Children, Fields } from '#lib/policy';
import type { ConnectionSql, Database } from '#lib/store';
import type { ImportClaim, Transfer, TransferEffect } from '#lib/transfers';

import { WentAhead } from './document-staging.js';
import { importRegister, importSession, type ImportResult } from './register-import.js';
import type { Company } from './register.spec-support.js';

/** Documents of specs, written out and brought in as a journey does it. */

export const NUMBER = '500001';

export const settingsOf = (parts: object = {}): XmlSettings =>
  xmlSettingsBody.parse({
    companyRegister: 'update-keep',
    productRegister: 'update-keep',
    salesOrders: { mode: 'update-all' },
    payroll: { dimensions: 'from-data' },
    ...parts,
  });

/** A record as an element. `null` stands as an empty element; text is written as it is. */
export function xml(table: RecordTable, fields: Fields, children: Children = {}): string {
  const element = ({ element, field, type }: Field, of: Fields): string => {
    const value = of[field];
    if (value === undefined) return '';
    const written = type.kind === 'boolean' && value !== null ? (value === 'true' ? '1' : '0') : (value ?? '');
    return `<${element}>${written}</${element}>`;
  };
  const all = (fields: readonly Field[], of: Fields): string => fields.map((field) => element(field, of)).join('');
  const kinds = table.children.map((child) =>
    Object.entries(children[child.kind] ?? {})
      .map(([id, of]) => `<${child.element}>${all(child.fields, { ...of, [child.key]: id })}</${child.element}>`)
      .join(''),
  );
  return `<${table.element}>${all(table.fields, fields)}${kinds.join('')}</${table.element}>\n`;
}

export interface Import extends Company {
  readonly stream: Transfer['stream'];
  readonly settings: XmlSettings;
  readonly withBaseData?: boolean;
  readonly dryRun?: boolean;
  readonly released?: TransferEffect;
}

export interface Imported {
  readonly transferId: string;
  readonly as: ImportResult['as'];
  readonly effect: TransferEffect;
  /** Whether it had to be read a second time. */
  readonly again: boolean;
}

/** Brings a document of these records in. */
export async function bringIn(
  database: Pick<Database, 'transaction'>,
  records: Iterable<string>,
  how: Import,
): Promise<Imported> {
  const transferId = randomUUID();
  const { settings, stream, environmentId, companyId } = how;
  const tables = documentTables(stream, how.withBaseData ?? true);
  const transfer = { id: transferId, environmentId, companyId, stream, direction: 'import' };
  const claim = {
    transfer: { ...transfer, dryRun: how.dryRun ?? false, releasedEffect: how.released ?? null },
    document: { id: randomUUID(), environmentId, gzip: false, charset: 'UTF-8', chunks: 1 },
  } as unknown as ImportClaim;
  const attempt = (ahead: boolean) =>
    database.transaction(
      (sql: ConnectionSql) =>
        importRegister(sql, { tables, settings, companyNumber: NUMBER, claim, bytes: document(records), ahead }),
      { scope: { tenant: environmentId }, session: importSession(tables, settings), joinBy: 'index' },
    );
  let again = false;
  const result = await attempt(true).catch((error: unknown) => {
    if (!(error instanceof WentAhead)) throw error;
    again = true;
    return attempt(false);
  });
  return { transferId, ...result, again };
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* document(records: Iterable<string>): AsyncGenerator<Uint8Array> {
  let text = `<FivaldiXML><FVBusinessId>${NUMBER}</FVBusinessId>\n`;
  for (const record of records) {
    text += record;
    if (text.length < 100_000) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(`${text}</FivaldiXML>`);
}

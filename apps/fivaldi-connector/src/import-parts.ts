import type { XmlSettings } from '#lib/contracts';
import { type RecordTable, type RegisterName, tilaukset, tuoterekisteri } from '#lib/documents';
import type { ConnectionSql } from '#lib/store';
import type { Transfer } from '#lib/transfers';

import type { Completion } from './completion.js';
import { DocumentStaging } from './document-staging.js';
import type { Joining } from './joining.js';
import { OrderCompletion } from './order-completion.js';
import { PayrollCompletion } from './payroll-completion.js';
import type { ImportMode } from './register-sql.js';
import { inLockOrder } from './registers/register-lock.js';
import { Staging } from './staging.js';

/** One register that a document may bring records into. */
export interface ImportPart {
  readonly table: RecordTable;
  readonly mode: ImportMode;
  readonly staging: Staging;
}

/** A document's way into the registers. */
export interface ImportParts {
  /** In the order in which they go in. */
  readonly parts: readonly ImportPart[];
  readonly staging: DocumentStaging;
  readonly completion: Completion | undefined;
}

/** How a register meets a document: by the company's choice where it has one, else in the only way there is. */
export function modeOf(register: RegisterName, settings: XmlSettings): ImportMode {
  switch (register) {
    case 'company':
      return settings.companyRegister;
    case 'product':
      return settings.productRegister;
    case 'order':
      return settings.salesOrders.mode;
    case 'payroll_batch':
      return 'add-once';
    case 'dimension':
    case 'posting_group':
    case 'payment_term':
    case 'discount':
    case 'employee':
      return 'update-keep';
    case 'sales_history':
    case 'housing_company':
    case 'premises':
    case 'bond':
    case 'estate_person':
      throw new Error(`Documents do not bring ${register} in`);
  }
}

/** What completes the records of a register, if anything does. */
export function completionOf(register: RegisterName, settings: XmlSettings): Completion | undefined {
  if (register === 'order') return new OrderCompletion(settings.salesOrders.mode, settings.salesOrders);
  if (register === 'payroll_batch') return new PayrollCompletion(settings.payroll.dimensions);
  return undefined;
}

/** What an import of these tables writes, in the order in which everybody locks registers. */
export function tablesWritten(tables: readonly RecordTable[], settings: XmlSettings): readonly RecordTable[] {
  const written = new Set(tables);
  if (written.has(tilaukset) && settings.salesOrders.createMissingProducts) written.add(tuoterekisteri);
  return inLockOrder(written);
}

/** `tables` in the order in which they go in. `ahead`: whether new records may go in while the document is read. */
export function importParts(
  sql: ConnectionSql,
  joining: Joining,
  { tables, settings, transfer, ahead }: ImportOf,
): ImportParts {
  const own = tables.filter(({ register }) => completionOf(register, settings));
  const completion = own[0] && completionOf(own[0].register, settings);
  const lookedInto: Staging[] = [];
  const parts = tables.map((table): ImportPart => {
    const mode = modeOf(table.register, settings);
    const note = completion?.looksInto.get(table);
    const completes = own.includes(table);
    const staging = new Staging(sql, joining, {
      table,
      mode,
      transfer,
      note,
      planned: plannedWhen({ table, mode, transfer, ahead, completes }),
      completion: completes ? completion : undefined,
      before: completes ? () => flush(lookedInto) : undefined,
    });
    if (note !== undefined) lookedInto.push(staging);
    return { table, mode, staging };
  });
  const isLookedInto = (table: RecordTable): boolean => completion?.looksInto.has(table) ?? false;
  const staging = new DocumentStaging(
    parts.map((part) => part.staging),
    isLookedInto,
  );
  return { parts, staging, completion };
}

interface ImportOf {
  readonly tables: readonly RecordTable[];
  readonly settings: XmlSettings;
  readonly transfer: Transfer;
  readonly ahead: boolean;
}

/**
 *   the part                       | first reading            | second reading
 *   -------------------------------+--------------------------+----------------
 *   is completed from base data    | ahead                    | at the end
 *   the stream's own register      | ahead                    | meanwhile
 *   a dry run, or `replace-all`    | meanwhile                | meanwhile
 *   base data [perustiedot]        | meanwhile                | meanwhile
 */
function plannedWhen(part: {
  readonly table: RecordTable;
  readonly mode: ImportMode;
  readonly transfer: Transfer;
  readonly ahead: boolean;
  readonly completes: boolean;
}): 'ahead' | 'meanwhile' | 'at-the-end' {
  const { table, mode, transfer, ahead, completes } = part;
  if (!ahead) return completes ? 'at-the-end' : 'meanwhile';
  return transfer.dryRun || mode === 'replace-all' || table.stream === 'perustiedot' ? 'meanwhile' : 'ahead';
}

async function flush(stagings: readonly Staging[]): Promise<void> {
  for (const staging of stagings) await staging.flush();
}

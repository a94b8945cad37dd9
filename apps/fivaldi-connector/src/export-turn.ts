import type { AccessAnswer } from '#lib/contracts';
import { tablesOf, UnwritableValue } from '#lib/documents';
import { crashPoint } from '#lib/service';
import type { Database } from '#lib/store';
import {
  type ExportClaim,
  finishExport,
  holdLane,
  LaneSuperseded,
  passLaneOn,
  type TransferEffect,
  type TransferEnd,
  UploadForgotten,
} from '#lib/transfers';

import { writeExport, type WrittenExport } from './export.js';

/** `written`: it has ended. `refused`: it cannot be written, and must be ended so. `null`: another worker's by now. */
export type ExportTurn =
  | { readonly as: 'written'; readonly effect: TransferEffect }
  | { readonly as: 'refused'; readonly end: TransferEnd }
  | null;

/**
 * One turn of an export: its document is written chunk by chunk, and becomes the transfer's together with the
 * transfer's end and the lane's next ticket. Until then nothing has happened, and the next turn begins anew.
 */
export async function takeExportTurn(
  database: Database,
  claim: ExportClaim,
  { company }: AccessAnswer,
): Promise<ExportTurn> {
  if (!company?.xmlSettings) throw new Error('An export was allowed without settings');
  const { protectedPersons } = company.xmlSettings.export;
  const tables = tablesOf(claim.transfer.stream);
  let written: WrittenExport | undefined;
  try {
    written = await writeExport(database, { claim, tables, companyNumber: company.fivaldiNumber, protectedPersons });
    return { as: 'written', effect: await finish(database, claim, written) };
  } catch (error) {
    await written?.discard();
    if (error instanceof LaneSuperseded) return null;
    if (error instanceof UnwritableValue) return { as: 'refused', end: refused(error) };
    // Cleared away by whoever has begun it anew, as a rule; else by the sweep, and then it is begun anew here.
    if (error instanceof UploadForgotten && (await isSuperseded(database, claim))) return null;
    throw error;
  }
}

async function finish(database: Database, claim: ExportClaim, written: WrittenExport): Promise<TransferEffect> {
  const effect = await database.transaction(async (sql) => {
    // Before anything else: nothing serialises two workers at one export until here.
    await holdLane(sql, claim);
    const effect = await finishExport(sql, claim, written.document, written.exported);
    await passLaneOn(sql, claim);
    crashPoint('connector.before-finish-commit');
    return effect;
  }, scopeOf(claim));
  crashPoint('connector.after-finish-commit');
  return effect;
}

async function isSuperseded(database: Database, claim: ExportClaim): Promise<boolean> {
  try {
    await database.transaction((sql) => holdLane(sql, claim), scopeOf(claim));
    return false;
  } catch (error) {
    if (error instanceof LaneSuperseded) return true;
    throw error;
  }
}

const scopeOf = ({ transfer }: ExportClaim) => ({ scope: { tenant: transfer.environmentId } });

const refused = ({ code, message, details }: UnwritableValue): TransferEnd => ({
  state: 'failed',
  problem: { ...details, code, title: message },
});

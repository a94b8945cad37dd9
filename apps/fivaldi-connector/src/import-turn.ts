import type { AccessAnswer } from '#lib/contracts';
import { DocumentRefused, documentTables } from '#lib/documents';
import type { AppError } from '#lib/errors';
import { crashPoint } from '#lib/service';
import type { ConnectionSql, Database } from '#lib/store';
import {
  finishTransfer,
  holdTransfer,
  type ImportClaim,
  LaneSuperseded,
  passLaneOn,
  readDocument,
  type TransferEffect,
  type TransferEnd,
} from '#lib/transfers';

import { markTransfer } from './delivery/marking.js';
import { WentAhead } from './document-staging.js';
import { importRegister, importSession, type ImportResult, RepeatedKey } from './register-import.js';
import { PATIENCE } from './registers/register-lock.js';

/** An import of the largest document the gateway accepts, in milliseconds for one statement. */
const STATEMENT_TIMEOUT = 300_000;

/** The keys and places of 250,000 records fit in so many megabytes; small documents never take them. */
const WORK_MEMORY = 64;

/** A turn that ended the transfer, or held it. */
export interface ImportEnd {
  readonly state: TransferEnd['state'] | 'held';
  readonly effect: TransferEffect;
  readonly problem?: string;
}

/**
 * `ended`: it is over, or held. `refused`: the document cannot be carried out, and must be ended so. `base-data`: it
 * brings base data [perustiedot] beside the stream's own records, which nobody has allowed yet. `null`: another
 * worker's by now. Only the first has changed anything.
 */
export type ImportTurn =
  | { readonly as: 'ended'; readonly end: ImportEnd }
  | { readonly as: 'refused'; readonly end: TransferEnd }
  | { readonly as: 'base-data' }
  | null;

/**
 * Reads the document and brings it into the registers: one transaction, from the first row to the lane's next ticket.
 * `withBaseData`: it may bring base data too.
 */
export async function takeImportTurn(
  database: Database,
  claim: ImportClaim,
  access: AccessAnswer,
  withBaseData: boolean,
): Promise<ImportTurn> {
  try {
    const end = await attempt(database, claim, access, { withBaseData, ahead: true }).catch((error: unknown) => {
      if (error instanceof WentAhead) return attempt(database, claim, access, { withBaseData, ahead: false });
      throw error;
    });
    crashPoint('connector.after-finish-commit');
    return { as: 'ended', end };
  } catch (error) {
    if (error instanceof LaneSuperseded) return null;
    if (error instanceof DocumentRefused && error.refusal === 'basic-data-not-allowed') return { as: 'base-data' };
    if (error instanceof DocumentRefused || error instanceof RepeatedKey) return { as: 'refused', end: refused(error) };
    throw error;
  }
}

async function attempt(
  database: Database,
  claim: ImportClaim,
  { company }: AccessAnswer,
  { withBaseData, ahead }: { readonly withBaseData: boolean; readonly ahead: boolean },
): Promise<ImportEnd> {
  if (!company?.xmlSettings) throw new Error('An import was allowed without settings');
  const { xmlSettings: settings, fivaldiNumber: companyNumber } = company;
  const tables = documentTables(claim.transfer.stream, withBaseData);
  return database.transaction(
    async (sql) => {
      const bytes = readDocument(database, claim.document);
      const result = await importRegister(sql, { tables, settings, companyNumber, claim, bytes, ahead });
      if (result.as === 'applied' && !claim.transfer.dryRun) await markTransfer(sql, claim.transfer);
      const end = await conclude(sql, claim, result);
      await passLaneOn(sql, claim);
      crashPoint('connector.before-finish-commit');
      return end;
    },
    {
      scope: { tenant: claim.transfer.environmentId },
      session: importSession(tables, settings),
      statementTimeout: STATEMENT_TIMEOUT,
      lockTimeout: PATIENCE,
      workMemory: WORK_MEMORY,
      joinBy: 'index',
    },
  );
}

async function conclude(
  sql: ConnectionSql,
  { transfer }: ImportClaim,
  { as, effect }: ImportResult,
): Promise<ImportEnd> {
  if (as === 'held') {
    await holdTransfer(sql, transfer, effect);
    return { state: 'held', effect };
  }
  const problem = {
    code: 'document.records-rejected',
    title: 'Some records are invalid, and this import mode would delete them: nothing was changed',
  };
  const end: TransferEnd =
    as === 'rejected-whole'
      ? { state: 'failed', effect, problem }
      : { state: effect.rejected > 0 ? 'partial' : 'succeeded', effect };
  await finishTransfer(sql, transfer, end);
  return { state: end.state, effect, ...(end.problem && { problem: end.problem.code }) };
}

const refused = (error: AppError): TransferEnd => ({
  state: 'failed',
  problem: { ...error.details, code: error.code, title: error.message },
});

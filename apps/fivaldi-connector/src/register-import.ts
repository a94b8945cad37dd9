import { type DocumentSummary, type ReadRecord, readRecords, type RecordTable } from '#lib/documents';
import { AppError } from '#lib/errors';
import { brake, type Effect, rejectsWholeDocument } from '#lib/policy';
import { crashPoint } from '#lib/service';
import type { ConnectionSql } from '#lib/store';
import type { Claim, TransferEffect } from '#lib/transfers';

import { type ImportMode, type RegisterSql, registerSql } from './register-sql.js';
import { NOTHING, PLANNED_ANEW, Staging } from './staging.js';

/** Two records of one document have the same key: which of them is meant, nobody can know. */
export class RepeatedKey extends AppError {
  readonly kind = 'invalid';
  readonly code = 'document.repeated-key';

  constructor(key: string, lines: readonly number[]) {
    super(`The document names the record ${key} more than once, on lines ${lines.join(' and ')}`, { key, lines });
  }
}

/** New records went in before the brake said no: undo the transaction, and try again without going ahead. */
export class WentAhead extends Error {}

export interface RegisterImport {
  readonly table: RecordTable;
  readonly mode: ImportMode;
  readonly brakePercent: number;
  /** What the document must carry as FVBusinessId. */
  readonly companyNumber: string;
  readonly claim: Claim;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Whether new records may go in while the document is still read. */
  readonly ahead: boolean;
}

/**
 * What came of it. `held` and `rejected-whole` have changed nothing; so has
 * `applied` when the transfer is a dry run.
 */
export type ImportResult =
  | { readonly as: 'applied' | 'held'; readonly effect: TransferEffect }
  | { readonly as: 'rejected-whole'; readonly effect: TransferEffect };

/**
 * Brings a document into a company's register, in the caller's transaction:
 * read into the staging table and plan the effect at the same time, brake, apply.
 *
 * Throws `DocumentRefused` and {@link RepeatedKey} for documents that cannot
 * be carried out, and {@link WentAhead}; the transaction then has to be undone.
 */
export async function importRegister(sql: ConnectionSql, job: RegisterImport): Promise<ImportResult> {
  const { table, mode, claim } = job;
  const { transfer } = claim;
  const text = registerSql(table, mode);
  // Only a held transfer has items before it is carried out: those of its preview.
  if (transfer.releasedEffect) await sql.rows('delete from transfers.item where transfer_id = $1', [transfer.id]);
  await sql.rows(text.lock, [transfer.companyId]);

  const ahead = job.ahead && !transfer.dryRun && mode !== 'replace-all';
  const staging = new Staging(sql, text, transfer, { hasChildren: table.children.length > 0, ahead });
  const { records, rejected } = await readInto(staging, job);
  crashPoint('connector.after-staging');
  const [repeated] = await sql.rows<{ key: string; lines: number[] }>(text.repeatedKeys, [0, records]);
  if (repeated) throw new RepeatedKey(repeated.key, repeated.lines);

  if (rejectsWholeDocument(mode, rejected)) {
    await sql.rows(text.forget, [transfer.id]);
    return { as: 'rejected-whole', effect: { ...NOTHING, rejected } };
  }

  if (records >= PLANNED_ANEW || mode === 'replace-all') await sql.joinBy('hash');
  const deleted = mode === 'replace-all' ? await planDeletions(sql, text, job, records) : 0;
  const effect = { ...staging.effect, deleted };
  crashPoint('connector.after-plan');
  const verdict = brake(mode, policyEffect(effect), job.brakePercent, records, released(claim));
  if (transfer.dryRun) return { as: 'applied', effect: verdict.go ? effect : { ...effect, brake: verdict.reasons } };
  if (!verdict.go && staging.createdAhead > 0) throw new WentAhead();
  if (!verdict.go) return { as: 'held', effect: { ...effect, brake: verdict.reasons } };

  const left = { ...effect, created: effect.created - staging.createdAhead };
  await apply(sql, text, job, left, records);
  return { as: 'applied', effect };
}

/** How the session of a connection that imports is prepared. */
export const importSession = (table: RecordTable): readonly string[] => registerSql(table, 'add-only').session;

async function readInto(staging: Staging, job: RegisterImport): Promise<DocumentSummary> {
  const { gzip, charset } = job.claim.document;
  let first = true;
  const take = async (batch: readonly ReadRecord[]): Promise<void> => {
    await staging.take(batch);
    if (first) crashPoint('connector.while-reading');
    first = false;
  };
  const form = { table: job.table, companyNumber: job.companyNumber, gzip, charset: charset ?? undefined };
  try {
    const summary = await readRecords(job.bytes, form, take);
    await staging.end();
    return summary;
  } catch (error) {
    await staging.abandon();
    throw error;
  }
}

async function planDeletions(
  sql: ConnectionSql,
  text: RegisterSql,
  { claim }: RegisterImport,
  records: number,
): Promise<number> {
  const { environmentId, companyId, id } = claim.transfer;
  const [lacking] = await sql.rows<{ records: number }>(text.planDeletions, [environmentId, companyId, id, records], {
    prepare: records < PLANNED_ANEW,
  });
  return lacking?.records ?? 0;
}

async function apply(
  sql: ConnectionSql,
  text: RegisterSql,
  { claim }: RegisterImport,
  effect: TransferEffect,
  records: number,
): Promise<void> {
  const where = [claim.transfer.environmentId, claim.transfer.companyId, claim.transfer.id];
  const options = { prepare: records < PLANNED_ANEW };
  const outcomes = (['created', 'updated'] as const).filter((outcome) => effect[outcome] > 0);
  if (outcomes.length > 0) await sql.rows(text.apply, [...where, outcomes], options);
  if (effect.unchanged > 0) await sql.rows(text.adopt, where, options);
  if (effect.deleted > 0) await sql.rows(text.applyDeletions, where, options);
}

const policyEffect = (effect: TransferEffect): Effect => ({
  ...effect,
  touched: effect.created + effect.updated + effect.unchanged + effect.deleted,
});

const released = ({ transfer }: Claim): Effect | null =>
  transfer.releasedEffect && policyEffect(transfer.releasedEffect);

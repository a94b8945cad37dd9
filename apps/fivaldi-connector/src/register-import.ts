import { type DocumentSummary, readRecords, type RecordTable } from '#lib/documents';
import { AppError } from '#lib/errors';
import { brake, type Effect, rejectsWholeDocument } from '#lib/policy';
import { crashPoint } from '#lib/service';
import type { ConnectionSql } from '#lib/store';
import type { Claim, TransferEffect } from '#lib/transfers';

import { type ImportMode, type RegisterSql, registerSql } from './register-sql.js';
import { stagedLines } from './staging.js';

/** Documents of at least this many records are worth a plan of their own; the small ones share a prepared one. */
const PLANNED_ANEW = 1_000;

/** Two records of one document have the same key: which of them is meant, nobody can know. */
export class RepeatedKey extends AppError {
  readonly kind = 'invalid';
  readonly code = 'document.repeated-key';

  constructor(key: string, lines: readonly number[]) {
    super(`The document names the record ${key} more than once, on lines ${lines.join(' and ')}`, { key, lines });
  }
}

export interface RegisterImport {
  readonly table: RecordTable;
  readonly mode: ImportMode;
  readonly brakePercent: number;
  /** What the document must carry as FVBusinessId. */
  readonly companyNumber: string;
  readonly claim: Claim;
  readonly bytes: AsyncIterable<Uint8Array>;
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
 * read into the staging table, plan the effect, brake, apply.
 *
 * Throws `DocumentRefused` and {@link RepeatedKey} for documents that cannot
 * be carried out; the caller's transaction then has to be undone.
 */
export async function importRegister(sql: ConnectionSql, job: RegisterImport): Promise<ImportResult> {
  const { table, mode, claim } = job;
  const { transfer } = claim;
  const text = registerSql(table, mode);
  // Only a transfer that was held has items already: everything else that is not carried out leaves none.
  if (transfer.releasedEffect) await sql.rows('delete from transfers.item where transfer_id = $1', [transfer.id]);

  const { records, rejected } = await stage(sql, text, job);
  crashPoint('connector.after-staging');
  const [repeated] = await sql.rows<{ key: string; lines: number[] }>(text.repeatedKeys);
  if (repeated) throw new RepeatedKey(repeated.key, repeated.lines);

  if (rejectsWholeDocument(mode, rejected)) {
    await sql.rows(text.rejected, [transfer.id]);
    return { as: 'rejected-whole', effect: { ...NOTHING, rejected } };
  }

  await sql.rows(text.lock, [transfer.companyId]);
  const effect = await plan(sql, text, job, records);
  crashPoint('connector.after-plan');
  const verdict = brake(mode, policyEffect(effect), job.brakePercent, records, released(claim));
  if (transfer.dryRun) return { as: 'applied', effect: verdict.go ? effect : { ...effect, brake: verdict.reasons } };
  if (!verdict.go) return { as: 'held', effect: { ...effect, brake: verdict.reasons } };

  await apply(sql, text, job, effect, records);
  return { as: 'applied', effect };
}

/** How the session of a connection that imports is prepared. */
export const importSession = (table: RecordTable): readonly string[] => registerSql(table, 'add-only').session;

const NOTHING: TransferEffect = { created: 0, updated: 0, unchanged: 0, left: 0, deleted: 0, rejected: 0, emptied: 0 };

async function stage(sql: ConnectionSql, text: RegisterSql, job: RegisterImport): Promise<DocumentSummary> {
  const copy = sql.copyWriter(text.copy);
  const hasChildren = job.table.children.length > 0;
  const { document } = job.claim;
  let first = true;
  try {
    const summary = await readRecords(
      job.bytes,
      {
        table: job.table,
        companyNumber: job.companyNumber,
        gzip: document.gzip,
        charset: document.charset ?? undefined,
      },
      async (batch) => {
        await copy.write(stagedLines(batch, hasChildren));
        if (first) crashPoint('connector.while-reading');
        first = false;
      },
    );
    await copy.end();
    return summary;
  } catch (error) {
    await copy.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function plan(
  sql: ConnectionSql,
  text: RegisterSql,
  { claim, mode }: RegisterImport,
  records: number,
): Promise<TransferEffect> {
  const { environmentId, companyId, id } = claim.transfer;
  const counts = await sql.rows<{ outcome: keyof TransferEffect; records: number; emptied: number }>(
    text.plan,
    [environmentId, companyId, id],
    { prepare: records < PLANNED_ANEW },
  );
  const effect = { ...NOTHING } as Record<Exclude<keyof TransferEffect, 'brake'>, number>;
  for (const { outcome, records: counted, emptied } of counts) {
    effect[outcome as keyof typeof effect] = counted;
    effect.emptied += emptied;
  }
  if (mode === 'replace-all') {
    const [lacking] = await sql.rows<{ records: number }>(text.planDeletions, [environmentId, companyId, id, records], {
      prepare: records < PLANNED_ANEW,
    });
    effect.deleted = lacking?.records ?? 0;
  }
  return effect;
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
  if (effect.created + effect.updated > 0) await sql.rows(text.apply, where, options);
  if (effect.unchanged > 0) await sql.rows(text.adopt, where, options);
  if (effect.deleted > 0) await sql.rows(text.applyDeletions, where, options);
}

const policyEffect = (effect: TransferEffect): Effect => ({
  ...effect,
  touched: effect.created + effect.updated + effect.unchanged + effect.deleted,
});

const released = ({ transfer }: Claim): Effect | null =>
  transfer.releasedEffect && policyEffect(transfer.releasedEffect);

import type { XmlSettings } from '#lib/contracts';
import { type DocumentSummary, type ReadRecord, readRecords, type RecordTable } from '#lib/documents';
import { AppError } from '#lib/errors';
import { brake, type Effect, type RegisterEffect, rejectsWholeDocument } from '#lib/policy';
import { crashPoint } from '#lib/service';
import type { ConnectionSql } from '#lib/store';
import type { ImportClaim, TransferEffect } from '#lib/transfers';

import type { Completion } from './completion.js';
import { type DocumentStaging, WentAhead } from './document-staging.js';
import { completionOf, type ImportPart, importParts, modeOf, tablesWritten } from './import-parts.js';
import { Joining } from './joining.js';
import { registerSql } from './register-sql.js';
import { lockRegister } from './registers/register-lock.js';
import { NOTHING, PLANNED_ANEW } from './staging.js';

/** Two records of one document have the same key: which of them is meant, nobody can know. */
export class RepeatedKey extends AppError {
  readonly kind = 'invalid';
  readonly code = 'document.repeated-key';

  constructor(key: string, lines: readonly number[]) {
    super(`The document names the record ${key} more than once, on lines ${lines.join(' and ')}`, { key, lines });
  }
}

export interface RegisterImport {
  /** What the document may hold, in the order in which it goes in. */
  readonly tables: readonly RecordTable[];
  readonly settings: XmlSettings;
  /** What the document must carry as FVBusinessId. */
  readonly companyNumber: string;
  readonly claim: ImportClaim;
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
 * Brings a document into a company's registers, in the caller's transaction,
 * which joins by index: read into the staging tables and plan the effect at the
 * same time, brake, apply.
 *
 * Throws `DocumentRefused` and {@link RepeatedKey} for documents that cannot
 * be carried out, and {@link WentAhead}; the transaction then has to be undone.
 */
export async function importRegister(sql: ConnectionSql, job: RegisterImport): Promise<ImportResult> {
  const { transfer } = job.claim;
  // Only a held transfer has items before it is carried out: those of its preview.
  if (transfer.releasedEffect) await sql.rows('delete from transfers.item where transfer_id = $1', [transfer.id]);
  for (const table of tablesWritten(job.tables, job.settings)) await lockRegister(sql, table, transfer.companyId);

  const joining = new Joining(sql);
  const { parts, staging, completion } = importParts(sql, joining, { ...job, transfer });
  const { records } = await readInto(staging, job);
  crashPoint('connector.after-staging');
  const present = parts.filter((part) => part.staging.records > 0 || part.mode === 'replace-all');
  for (const part of present) {
    const repeated = await part.staging.repeatedKey({ after: 0, upTo: records });
    if (repeated) throw new RepeatedKey(repeated.key, repeated.lines);
  }

  const rejected = present.reduce((sum, part) => sum + part.staging.effect.rejected, 0);
  if (present.some(({ mode, staging: { effect } }) => rejectsWholeDocument(mode, effect.rejected))) {
    await forgetItems(sql, transfer.id);
    return { as: 'rejected-whole', effect: { ...NOTHING, rejected } };
  }

  const planned = await planRest(sql, joining, job, { parts: present, completion, records });
  crashPoint('connector.after-plan');
  const effect = sumOf(planned);
  const verdict = brake(planned.map(forBrake), job.settings.brakePercent, transfer.releasedEffect);
  if (transfer.dryRun) return { as: 'applied', effect: verdict.go ? effect : { ...effect, brake: verdict.reasons } };
  if (!verdict.go && parts.some((part) => part.staging.createdAhead > 0)) throw new WentAhead();
  if (!verdict.go) return { as: 'held', effect: { ...effect, brake: verdict.reasons } };

  for (const one of planned) await apply(job, one);
  await completion?.applyOthers(sql, transfer);
  return { as: 'applied', effect };
}

/** How the session of a connection that imports is prepared. */
export const importSession = (tables: readonly RecordTable[], settings: XmlSettings): readonly string[] => [
  ...tables.flatMap((table) => registerSql(table, modeOf(table.register, settings)).session),
  ...tables.flatMap(({ register }) => completionOf(register, settings)?.session ?? []),
];

async function readInto(staging: DocumentStaging, job: RegisterImport): Promise<DocumentSummary> {
  const { gzip, charset } = job.claim.document;
  let first = true;
  const take = async (batch: readonly ReadRecord[]): Promise<void> => {
    await staging.take(batch);
    if (first) crashPoint('connector.while-reading');
    first = false;
  };
  const form = { tables: job.tables, companyNumber: job.companyNumber, gzip, charset: charset ?? undefined };
  try {
    const summary = await readRecords(job.bytes, form, take);
    await staging.end();
    return summary;
  } catch (error) {
    await staging.abandon();
    throw error;
  }
}

/** Items of records that could have gone in, when the document as a whole does not. */
const forgetItems = (sql: ConnectionSql, transferId: string): Promise<unknown> =>
  sql.rows(`delete from transfers.item where transfer_id = $1 and outcome <> 'rejected'`, [transferId]);

/** What a document does to one register; without a part, to one that it has no records of. */
interface Planned {
  readonly part: ImportPart | null;
  readonly effect: TransferEffect;
}

/** Plans what stands in no record of the document: what it lacks, and what goes in because of it. */
async function planRest(
  sql: ConnectionSql,
  joining: Joining,
  { claim: { transfer } }: RegisterImport,
  of: { parts: readonly ImportPart[]; completion: Completion | undefined; records: number },
): Promise<readonly Planned[]> {
  const { environmentId, companyId, id } = transfer;
  const { records } = of;
  const planned: Planned[] = [];
  for (const part of of.parts) {
    const { mode, staging } = part;
    if (records >= PLANNED_ANEW || mode === 'replace-all') await joining.by('hash');
    if (mode !== 'replace-all') planned.push({ part, effect: staging.effect });
    else {
      const where = [environmentId, companyId, id, records];
      const options = { prepare: records < PLANNED_ANEW };
      const [lacking] = await staging.rows<{ records: number }>('planDeletions', where, options);
      planned.push({ part, effect: { ...staging.effect, deleted: lacking?.records ?? 0 } });
    }
  }
  const others = await of.completion?.planOthers(sql, transfer, records);
  return others ? [...planned, { part: null, effect: { ...NOTHING, created: others.created } }] : planned;
}

async function apply({ claim: { transfer } }: RegisterImport, { part, effect }: Planned): Promise<void> {
  if (part === null) return;
  const { staging } = part;
  const where = [transfer.environmentId, transfer.companyId, transfer.id];
  const options = { prepare: staging.records < PLANNED_ANEW };
  const left = { created: effect.created - staging.createdAhead, updated: effect.updated };
  const outcomes = (['created', 'updated'] as const).filter((outcome) => left[outcome] > 0);
  if (outcomes.length > 0) await staging.rows('apply', [...where, outcomes], options);
  if (effect.unchanged > 0) await staging.rows('adopt', where, options);
  if (effect.deleted > 0) await staging.rows('applyDeletions', where, options);
}

type Count = 'created' | 'updated' | 'unchanged' | 'left' | 'deleted' | 'rejected' | 'emptied';

function sumOf(planned: readonly Planned[]): TransferEffect {
  const sum: Record<Count, number> = { ...NOTHING };
  for (const { effect } of planned) for (const count of Object.keys(sum) as Count[]) sum[count] += effect[count];
  return sum;
}

const touchedBy = (effect: TransferEffect): Effect => ({
  ...effect,
  touched: effect.created + effect.updated + effect.unchanged + effect.deleted,
});

const forBrake = ({ part, effect }: Planned): RegisterEffect => ({
  mode: part?.mode ?? 'add-only',
  effect: touchedBy(effect),
  documentRecords: part?.staging.records ?? 0,
});

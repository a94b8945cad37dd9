import type { Sql } from '#lib/store';

import type { StoredDocument } from './document-store.js';
import { UploadForgotten } from './errors.js';
import type { ExportClaim } from './lane.js';
import type { ExportEffect, TransferEffect } from './transfer.js';
import { finishTransfer } from './transfer-log.js';

/**
 * Ends an export: what was written becomes a document, and the transfer's, in the caller's transaction. Throws
 * {@link UploadForgotten} when its first chunks are not there any more.
 */
export async function finishExport(
  sql: Sql,
  { transfer }: ExportClaim,
  document: StoredDocument,
  exported: ExportEffect,
): Promise<TransferEffect> {
  const [stored] = await sql.rows<{ uploads: number }>(STORE, [
    transfer.id,
    transfer.environmentId,
    transfer.companyId,
    document.id,
    document.sha256,
    document.bytes,
    document.gzip,
    document.charset,
    document.chunks,
    document.lastChunk,
  ]);
  // What fits one chunk was stored just now, whole; what does not had an upload from its first chunk on.
  if (document.chunks > 1 && stored?.uploads !== 1) throw new UploadForgotten(document.id);
  const effect = { created: 0, updated: 0, unchanged: 0, left: 0, deleted: 0, rejected: 0, emptied: 0, exported };
  await finishTransfer(sql, { ...transfer, documentId: document.id }, { state: 'succeeded', effect });
  return effect;
}

const STORE = `
  with document as (
    insert into transfers.document (id, environment_id, company_id, sha256, bytes, gzip, charset, chunks)
    values ($4, $2, $3, $5, $6, $7, $8, $9) returning id
  ), chunk as (
    insert into transfers.document_chunk (environment_id, document_id, no, data) values ($2, $4, $9 - 1, $10)
  ), uploaded as (
    delete from transfers.upload where document_id = $4 returning 1
  ), written as (
    update transfers.transfer set document_id = (select id from document) where id = $1
  )
  select count(*)::int as uploads from uploaded`;

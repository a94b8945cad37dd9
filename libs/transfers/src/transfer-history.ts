import type { DocumentStream } from '#lib/contracts';
import type { Sql } from '#lib/store';

import { type Transfer, TRANSFER_COLUMNS, transferOf, type TransferRow, type TransferState } from './transfer.js';

/** Which transfers; what is absent does not narrow. At least one of the first three is an index's first column. */
export interface HistoryFilter {
  readonly environmentId?: string | undefined;
  readonly companyId?: string | undefined;
  readonly partnerUserId?: string | undefined;
  readonly stream?: DocumentStream | undefined;
  readonly state?: TransferState | undefined;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

/** The last transfer of the page before: the next one goes on below it. */
export interface HistoryPlace {
  /** PostgreSQL's text, to the microsecond. */
  readonly acceptedAt: string;
  readonly id: string;
}

export interface HistoryPage {
  readonly transfers: readonly Transfer[];
  /** Where to go on, when there is more. */
  readonly next: HistoryPlace | null;
}

/** The transfer history [siirtohistoria], newest first. Keyset paging: new transfers do not shift a page. */
export async function listTransfers(
  sql: Sql,
  filter: HistoryFilter,
  { below, limit }: { readonly below: HistoryPlace | null; readonly limit: number },
): Promise<HistoryPage> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    filter.environmentId && `t.environment_id = ${bind(filter.environmentId)}`,
    filter.companyId && `t.company_id = ${bind(filter.companyId)}`,
    filter.partnerUserId && `t.partner_user_id = ${bind(filter.partnerUserId)}`,
    filter.stream && `t.stream = ${bind(filter.stream)}`,
    filter.state && `t.state = ${bind(filter.state)}`,
    filter.from && `t.accepted_at >= ${bind(filter.from)}`,
    filter.until && `t.accepted_at < ${bind(filter.until)}`,
    below && `(t.accepted_at, t.id) < (${bind(below.acceptedAt)}::timestamptz, ${bind(below.id)}::uuid)`,
  ].filter(Boolean);
  const rows = await sql.rows<TransferRow>(
    `select ${TRANSFER_COLUMNS} from transfers.transfer t
      ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by t.accepted_at desc, t.id desc limit ${bind(limit + 1)}`,
    values,
    { prepare: false },
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    transfers: shown.map(transferOf),
    next: rows.length > limit && last ? { acceptedAt: last.accepted_at, id: last.id } : null,
  };
}

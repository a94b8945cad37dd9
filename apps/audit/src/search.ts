import type { z } from 'zod';

import type { searchAudit } from '#lib/contracts';

import { chainOf, instant, text } from './entry.js';
import { ENTRY_COLUMNS } from './entry-row.js';

export type AuditSearch = z.output<typeof searchAudit.ask>;

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The statement for one page, newest first, and one entry more to know whether
 * another page follows.
 *
 * `from` (inclusive) and `until` (exclusive) are about when it happened, not
 * when the log took it. The page goes on below the sequence number `before`, so
 * entries that arrive in between move nothing. An address is compared as it was
 * written by whoever decided on it.
 */
export function searchStatement(search: AuditSearch): Statement {
  const values: unknown[] = [];
  const bound = (value: unknown): string => `$${values.push(value)}`;

  const conditions = [
    `environment_id = ${bound(chainOf(search.environmentId))}`,
    search.before !== undefined && `sequence < ${bound(search.before)}`,
    search.companyId !== undefined && `company_id = ${bound(search.companyId)}`,
    search.partnerUserId !== undefined && `partner_user_id = ${bound(search.partnerUserId)}`,
    search.transferId !== undefined && `transfer_id = ${bound(search.transferId)}`,
    search.documentId !== undefined && `document_id = ${bound(search.documentId)}`,
    search.action !== undefined && `action = ${bound(search.action)}`,
    search.outcome !== undefined && `outcome = ${bound(search.outcome)}`,
    search.address !== undefined && `address = ${bound(text(search.address))}`,
    search.actorId !== undefined && `actor_id = ${bound(text(search.actorId))}`,
    search.from !== undefined && `occurred_at >= ${bound(instant(search.from))}`,
    search.until !== undefined && `occurred_at < ${bound(instant(search.until))}`,
  ].filter((condition) => condition !== false);

  return {
    text: `select ${ENTRY_COLUMNS} from audit.entry where ${conditions.join(' and ')}
            order by sequence desc limit ${bound(search.limit + 1)}`,
    values,
  };
}

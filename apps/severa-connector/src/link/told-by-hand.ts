import { v7 as uuid } from 'uuid';

import type { LinkFlow } from '#lib/contracts';
import type { ConnectionSql } from '#lib/store';

import type { Where } from './link-audit.js';

/** What became of a record because of a person, and in no run. */
export interface ToldByHand {
  readonly flow: LinkFlow;
  readonly key: string;
  readonly number: string | null;
  readonly name: string | null;
  readonly attempts: number;
  readonly operation: string;
  readonly result: 'moved' | 'unknown';
  readonly cause?: string;
}

/** Writes rows of the transfer history, in the transaction that makes them true. */
export async function tellByHand(
  sql: ConnectionSql,
  { environmentId, companyId }: Where,
  told: readonly ToldByHand[],
  by: string,
): Promise<void> {
  await sql.rows(
    `insert into severa.history (environment_id, history_id, company_id, flow, key, number, name, operation, result,
                                 cause, attempt, by)
     select $1, r.id, $2, r.flow, r.key, r.number, r.name, r.operation, r.result, r.cause, r.attempts, $4
       from jsonb_to_recordset($3::jsonb) as r
            (id uuid, flow text, key text, number text, name text, operation text, result text, cause text, attempts int)`,
    [environmentId, companyId, JSON.stringify(told.map((row) => ({ ...row, id: uuid() }))), by],
  );
}

/** Of what is forgotten, the history keeps what was sent and is not known to have arrived. */
export async function tellUnsure(sql: ConnectionSql, where: Where, by: string): Promise<void> {
  const unsure = await sql.rows<Omit<ToldByHand, 'result' | 'cause'>>(
    `select flow, key, number, name, attempts, sending as operation from severa.pair
      where environment_id = $1 and company_id = $2 and sending is not null`,
    [where.environmentId, where.companyId],
  );
  const told = unsure.map((row) => ({ ...row, result: 'unknown', cause: 'no-answer' }) as const);
  if (told.length > 0) await tellByHand(sql, where, told, by);
}

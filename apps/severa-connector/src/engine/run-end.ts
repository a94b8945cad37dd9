import { auditLink, type Asker } from '../link/link-audit.js';
import type { ConnectionSql } from '#lib/store';

import type { JsonObject } from './flow.js';
import type { Run } from './runs.js';
import type { Turn } from './turns.js';

/** Why a run is over. */
export type RunEnd =
  | { readonly as: 'carried-out' }
  | { readonly as: 'failed'; readonly cause: string; readonly message?: string }
  | { readonly as: 'denied'; readonly reasons: readonly string[] }
  | { readonly as: 'stopped' };

const SERVICE: Asker = { by: { kind: 'service', id: 'severa-connector' }, address: null };

/**
 * How many records of a run came to which end, and whether any is in trouble; one that moved on a second attempt has
 * moved. One that its flow has told something of, and was done with all the same, is at rest.
 */
const COUNTS = `
  with last (key, result) as (
    select distinct on (key) key, result from severa.history where environment_id = $1 and run_id = $2
     order by key, history_id desc
  )
  select coalesce(jsonb_object_agg(result, records), '{}') as counts, coalesce(bool_or(troubled), false) as troubled
    from (select result, count(*) as records,
                 bool_or(result in ('rejected', 'unknown', 'denied')
                         or (result = 'waits' and not exists (
                               select from severa.pair p
                                where p.environment_id = $1 and p.company_id = $3 and p.flow = $4 and p.key = last.key
                                  and p.state = 'moved'))) as troubled
            from last group by result) as by_result`;

export type EndState = 'succeeded' | 'partial' | 'failed' | 'stopped';

function stateAfter({ as }: RunEnd, troubled: boolean): EndState {
  if (as === 'stopped') return 'stopped';
  if (as !== 'carried-out') return 'failed';
  return troubled ? 'partial' : 'succeeded';
}

/**
 * Ends a run, with its audit event; `null`: it was asked for once more meanwhile, and begins again. One that was denied
 * does so where somebody has asked since the rules were.
 *
 *   end         | records in trouble | state
 *   ------------+--------------------+----------
 *   carried out | none               | succeeded
 *   carried out | some               | partial
 *   failed      | any                | failed
 *   denied      | any                | failed
 *   stopped     | any                | stopped
 *
 * A scheduled run that met nothing new leaves no audit event, and no word of what it has left out: there is nothing to
 * tell, and it is taken away in time.
 */
export async function endRun(sql: ConnectionSql, turn: Turn, run: Run, end: RunEnd): Promise<EndState | null> {
  const where = [turn.environmentId, run.id] as const;
  const [again] = await sql.rows(
    `update severa.run set state = 'waiting', next_at = clock_timestamp()
      where environment_id = $1 and run_id = $2
        and case $3 when 'carried-out' then again when 'denied' then next_at <> $4 end returning run_id`,
    [...where, end.as, run.seen],
  );
  if (again) return null;
  const [row] = await sql.rows<{ counts: JsonObject; troubled: boolean }>(COUNTS, [...where, turn.companyId, run.flow]);
  const { counts, troubled } = row ?? { counts: {}, troubled: false };
  const state = stateAfter(end, troubled);
  const reasons = end.as === 'denied' ? end.reasons : [];
  const isIdle = run.trigger === 'schedule' && state === 'succeeded' && Object.keys(counts).length === 0;
  const cause = end.as === 'denied' ? 'not-allowed' : end.as === 'failed' ? end.cause : null;
  await sql.rows(
    `update severa.run
        set state = $3, counts = case when $8 then counts - 'leftOut' else counts || $4::jsonb end, cause = $5,
            reasons = $6, opens_at = null, again = false, progress = $7, ended_at = clock_timestamp()
      where environment_id = $1 and run_id = $2`,
    [...where, state, JSON.stringify(counts), cause, reasons, messageOf(end), isIdle],
  );
  if (!isIdle) {
    const { id: runId, flow, trigger, requestedBy } = run;
    await auditLink(sql, turn, SERVICE, 'run.ended', {
      runId,
      flow,
      trigger,
      requestedBy,
      state,
      cause,
      reasons,
      counts,
    });
  }
  return state;
}

const messageOf = (end: RunEnd): string | null =>
  end.as === 'failed' && end.message !== undefined ? JSON.stringify({ message: end.message }) : null;

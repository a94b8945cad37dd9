import type { z } from 'zod';

import { type LinkFlow, type listLinkTroubles } from '#lib/contracts';
import { type Database, instant } from '#lib/store';

import { explainCause } from './causes.js';

type List = z.output<typeof listLinkTroubles.ask>;
type Answer = z.input<typeof listLinkTroubles.answer>;

/** Companies that are named with a cause: whoever mends it begins where it hurts most. */
const NAMED = 100;
const MOST_RUNS = 500;

/** What stands still, by its cause, over all the companies of an environment. */
export class Troubles {
  constructor(private readonly database: Database) {}

  async list({ environmentId, companyId, language }: List): Promise<Answer> {
    return this.database.transaction(
      async (sql) => {
        const paused = await sql.rows<{ company: string; since: string; cause: string }>(
          `select company_id as company, paused_at as since, paused as cause from severa.link
            where environment_id = $1 and ($2::uuid is null or company_id = $2) and paused is not null
            order by paused_at`,
          [environmentId, companyId ?? null],
        );
        const failed = await sql.rows<{
          companyId: string;
          flow: LinkFlow;
          runId: string;
          at: string;
          cause: string | null;
          reasons: string[];
        }>(FAILED, [environmentId, companyId ?? null, MOST_RUNS]);
        const troubles = await sql.rows<{
          cause: string;
          flow: LinkFlow;
          records: number;
          companies: number;
          since: string;
          worst: { companyId: string; records: number }[];
        }>(STANDING_STILL, [environmentId, companyId ?? null, NAMED]);
        return {
          paused: paused.map(({ company, since, cause }) => ({
            companyId: company,
            since: instant(since).toISOString(),
            cause: explainCause(cause, language),
          })),
          failedRuns: failed.map(({ at, cause, ...run }) => ({
            ...run,
            at: instant(at).toISOString(),
            cause: explainCause(cause ?? 'fault-of-ours', language),
          })),
          troubles: troubles.map(({ cause, since, ...counts }) => ({
            ...counts,
            cause: explainCause(cause, language),
            since: instant(since).toISOString(),
          })),
        };
      },
      { scope: { tenant: environmentId }, snapshot: true },
    );
  }
}

const STANDING_STILL = `
  with each as (
    select coalesce(cause, 'not-allowed') as cause, flow, company_id, count(*)::int as records, min(updated_at) as since
      from severa.pair
     where environment_id = $1 and ($2::uuid is null or company_id = $2) and state in ('rejected', 'denied', 'waits')
     group by 1, 2, 3
  )
  select cause, flow, sum(records)::int as records, count(*)::int as companies, min(since) as since,
         to_jsonb((array_agg(jsonb_build_object('companyId', company_id, 'records', records)
                             order by records desc, company_id))[1:$3]) as worst
    from each group by cause, flow order by sum(records) desc, cause, flow`;

const FAILED = `
  select f.company_id as "companyId", f.flow, last.run_id as "runId", last.ended_at as at, last.cause, last.reasons
    from severa.flow_state f
    join severa.link l on l.environment_id = f.environment_id and l.company_id = f.company_id and l.state = 'active'
   cross join lateral (
     select run_id, state, ended_at, cause, reasons from severa.run r
      where r.environment_id = f.environment_id and r.company_id = f.company_id and r.flow = f.flow
        and r.ended_at is not null
      order by r.created_at desc limit 1) last
   where f.environment_id = $1 and ($2::uuid is null or f.company_id = $2) and f.due_at is not null
     and last.state = 'failed' and last.ended_at > coalesce(f.last_success_at, '-infinity')
   order by last.ended_at desc, f.company_id, f.flow limit $3`;

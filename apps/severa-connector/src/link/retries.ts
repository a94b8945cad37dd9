import type { z } from 'zod';

import { type LinkFlow, type retryLinkRecords } from '#lib/contracts';
import { type ConnectionSql, type Database } from '#lib/store';

import { requestRun } from '../engine/runs.js';
import { type Asker, auditLink, type Where } from './link-audit.js';
import { LinkRefused } from './link-refused.js';
import { tellByHand } from './told-by-hand.js';

type Retry = z.output<typeof retryLinkRecords.ask>;
type Which = Retry['retry']['which'];

/** Flows whose records move once: of a register's record nobody can say that it is done, since it goes on changing. */
const MOVE_ONCE: readonly LinkFlow[] = [
  'sales-invoices',
  'travel-expenses',
  'work-hours',
  'purchase-lines',
  'payments',
];

interface Settled {
  readonly key: string;
  readonly flow: LinkFlow;
}

/**
 * A person's word on records that stand still.
 *
 *   as    | which                        | a record that is rejected, denied or waits becomes
 *   ------+------------------------------+------------------------------------------------------------------
 *   again | by key, or all of a cause    | due, and a run is asked for that takes it up
 *   done  | by key, of what moves once   | moved, with a line in the history that says by whom
 *   any   | in any other state           | what it was: nobody has to decide about it
 */
export class Retries {
  constructor(
    private readonly database: Database,
    private readonly nudge: () => void,
  ) {}

  /** One company after the other, each with its audit event: a thousand of them hold no lock together. */
  async retry({
    environmentId,
    by,
    address,
    retry: { as, which },
  }: Retry): Promise<{ records: number; companies: number }> {
    if (as === 'done') refuseVague(which);
    let [records, companies] = [0, 0];
    for (const companyId of await this.#companies(environmentId, which)) {
      const settled = await this.#inCompany({ environmentId, companyId }, { by, address }, as, which);
      records += settled;
      companies += settled > 0 ? 1 : 0;
    }
    this.nudge();
    return { records, companies };
  }

  async #companies(environmentId: string, which: Which): Promise<readonly string[]> {
    if (!('cause' in which)) return [which.companyId];
    if (which.companyId !== undefined) return [which.companyId];
    const rows = await this.database.rows<{ company_id: string }>(
      `select distinct company_id from severa.pair
        where environment_id = $1 and cause = $2 and state in ('rejected', 'denied', 'waits')
        order by company_id`,
      [environmentId, which.cause],
      { scope: { tenant: environmentId } },
    );
    return rows.map((row) => row.company_id);
  }

  #inCompany(where: Where, asker: Asker, as: Retry['retry']['as'], which: Which): Promise<number> {
    return this.database.transaction(
      async (sql) => {
        if (!(await holdLink(sql, where)) && as === 'again') return refuseIdle(which);
        const by = `${asker.by.kind}:${asker.by.id}`;
        const settled = as === 'again' ? await again(sql, where, which, by) : await done(sql, where, which, by);
        if (settled.length === 0) return 0;
        const flows = [...new Set(settled.map(({ flow }) => flow))].sort();
        const cause = 'cause' in which ? { cause: which.cause } : {};
        const keys = 'keys' in which ? { keys: settled.slice(0, 100).map(({ key }) => key) } : {};
        const details = { as, flows, records: settled.length, ...cause, ...keys };
        await auditLink(sql, where, asker, 'history.retried', details);
        return settled.length;
      },
      { scope: { tenant: where.environmentId } },
    );
  }
}

/** First, as the engine does: whoever holds the link's row may change its records. Whether the link is in use. */
async function holdLink(sql: ConnectionSql, { environmentId, companyId }: Where): Promise<boolean> {
  const [link] = await sql.rows<{ state: string }>(
    'select state from severa.link where environment_id = $1 and company_id = $2 for update',
    [environmentId, companyId],
  );
  return link?.state === 'active';
}

/** Nothing goes on over a link that is not in use. Of all that have a cause, its records are left as they are. */
function refuseIdle(which: Which): 0 {
  if (which.companyId === undefined) return 0;
  throw new LinkRefused('conflict', 'link.not-active');
}

/** `done` is a word on records that somebody has looked at, one by one. */
function refuseVague(which: Which): void {
  if ('keys' in which && MOVE_ONCE.includes(which.flow)) return;
  throw new LinkRefused('invalid', 'record.not-done-by-hand');
}

const STANDING_STILL = `
  environment_id = $1 and company_id = $2 and state in ('rejected', 'denied', 'waits')
    and ($3::text is null or flow = $3) and ($4::text is null or cause = $4)
    and ($5::text[] is null or key = any($5))`;

const chosen = ({ environmentId, companyId }: Where, which: Which): readonly unknown[] => [
  environmentId,
  companyId,
  which.flow ?? null,
  'cause' in which ? which.cause : null,
  'keys' in which ? which.keys : null,
];

/**
 * Where only a person can tell whether a request has arrived, this is the person's word that it has not: about records
 * that were named one by one. Of the others it is as unsure as before. Of what was deleted on the other side it is the
 * word that it may be made anew.
 */
async function again(sql: ConnectionSql, where: Where, which: Which, requestedBy: string): Promise<readonly Settled[]> {
  const due = await sql.rows<Settled>(
    `update severa.pair
        set state = 'due', attempts = 0, next_try_at = clock_timestamp(), cause = null, message = null, details = null,
            sending = case when cause = 'repeat-unsafe' and $5::text[] is not null then null else sending end,
            known = case when cause = 'gone-in-target' then null else known end,
            updated_at = clock_timestamp()
      where ${STANDING_STILL} returning key, flow`,
    chosen(where, which),
  );
  for (const flow of new Set(due.map((one) => one.flow))) {
    await requestRun(sql, where, { flow, trigger: 'retry', requestedBy, scope: {} });
  }
  return due;
}

/** The other side's key of such a record is nobody's to know: its place is taken by a word that says so. */
async function done(sql: ConnectionSql, where: Where, which: Which, by: string): Promise<readonly Settled[]> {
  const rows = await sql.rows<Settled & { number: string | null; name: string | null; attempts: number }>(
    `update severa.pair
        set state = 'moved', moved_at = clock_timestamp(), updated_at = clock_timestamp(), sending = null,
            known = case when known ->> 'key' is null
                         then coalesce(known, '{}') || jsonb_build_object('key', 'by-hand:' || key) else known end,
            cause = null, message = null, details = null
      where ${STANDING_STILL} returning key, flow, number, name, attempts`,
    chosen(where, which),
  );
  // A turn that has one of them in its hands must not send it any more.
  await sql.rows('update severa.link set mark = mark + 1 where environment_id = $1 and company_id = $2', [
    where.environmentId,
    where.companyId,
  ]);
  await tellByHand(
    sql,
    where,
    rows.map((row) => ({ ...row, operation: 'link', result: 'moved' })),
    by,
  );
  return rows;
}

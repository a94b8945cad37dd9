import type { RateLimits } from '#lib/upstream';
import { AppError } from '#lib/errors';
import { type ConnectionSql, type Database, instant, type Sql } from '#lib/store';

import { type Bucket, drain, giveBack, hear, take, UNTRIED } from './token-bucket.js';

/** The target application of a company's orders; Fivaldi's Customer API reaches the first one only. */
export const TARGETS = ['myynninhallinta', 'tilaustenkasittely'] as const;
export type Target = (typeof TARGETS)[number];

/** The right to send one request for one company. Held by one worker at a time, for {@link LEASE_SECONDS}. */
export interface Turn {
  readonly environmentId: string;
  readonly companyId: string;
  readonly cuid: string;
  readonly target: Target;
  /** Grows with every turn of the company: what was written under an older one is refused. */
  readonly fence: string;
  /** When it was handed out, by the database's clock. */
  readonly at: Date;
  /** When each list of Fivaldi's was read; `null` while it is not time for the next one. */
  readonly lists: Lists | null;
  /** Whether a record that was made in Fivaldi waits to be read. */
  readonly meets: boolean;
}

/** The lists by name, each with a moment as JSON has it. */
export interface Lists {
  /** Up to when it is known what stood in each. */
  readonly from: Readonly<Record<string, string>>;
  /** When each was asked for, answered or not. */
  readonly asked: Readonly<Record<string, string>>;
  /** For one that was never read. */
  readonly since: string;
}

export type HandedOut =
  | { readonly as: 'turn'; readonly turn: Turn }
  /** There may be work, but no request to spare for so long, in milliseconds. */
  | { readonly as: 'wait'; readonly milliseconds: number }
  | { readonly as: 'idle' };

/** Somebody else has the company's turn by now: whatever this worker found out is not its to write. */
export class TurnLost extends AppError {
  readonly kind = 'conflict';
  readonly code = 'turn.lost';

  constructor(companyId: string) {
    super('The turn has passed to another worker', { companyId });
  }
}

/** A turn that nobody renews is free again after this. */
export const LEASE_SECONDS = 30;

const EVERYBODY = { acrossTenants: 'one limit of requests is handed out between the companies of every environment' };

interface BucketRow {
  rate: number;
  capacity: number;
  tokens: number;
  refilled_at: string;
  not_before: string | null;
  now: string;
}

/**
 * Who sends the next request to Fivaldi. One bucket and one order of companies for every process there is, kept in
 * PostgreSQL: whoever holds the bucket's row hands out the turn, by the database's clock.
 *
 * Fair by construction: the turn goes to the company that has waited longest since its last one, among those that are
 * connected, have something due and are in nobody's hands. A company with one record waits for as many others as there
 * are, never for their backlogs.
 */
export class Turns {
  constructor(
    private readonly database: Database,
    private readonly partnerId: string,
  ) {}

  /** Makes the partner's bucket, where it is not there yet. */
  async open(): Promise<void> {
    await this.database.rows(
      `insert into fivaldi.request_budget (partner_id, rate, capacity, tokens, refilled_at)
       values ($1, $2, $3, $4, clock_timestamp()) on conflict do nothing`,
      [this.partnerId, UNTRIED.rate, UNTRIED.capacity, UNTRIED.tokens],
    );
  }

  /** Takes one request from the bucket and leases it to a company; takes nothing when no company has work. */
  next(): Promise<HandedOut> {
    return this.database.transaction(
      async (sql) => {
        const { bucket, now } = await this.#hold(sql);
        const turn = take(bucket, now);
        if ('wait' in turn) return { as: 'wait', milliseconds: turn.wait };
        return this.#lease(sql, turn.taken, now);
      },
      { scope: EVERYBODY },
    );
  }

  /** Nothing was sent in this turn. */
  giveBack(): Promise<void> {
    return this.#change((bucket) => giveBack(bucket));
  }

  /** Every answer says how much is left. */
  heard(turn: Turn, limits: RateLimits): Promise<void> {
    return this.#change((bucket, now) => hear(bucket, limits, turn.at.getTime(), now));
  }

  /** The answer was 429. */
  refused(retryAfter: number | null): Promise<void> {
    return this.#change((bucket, now) => drain(bucket, now, retryAfter));
  }

  /** Keeps a turn that takes long; `false` when it has passed to somebody else. */
  async renew(turn: Turn): Promise<boolean> {
    const renewed = await this.database.rows(
      `update fivaldi.connection set leased_until = clock_timestamp() + $4 * interval '1 second'
        where environment_id = $1 and company_id = $2 and fence = $3 returning fence`,
      [turn.environmentId, turn.companyId, turn.fence, LEASE_SECONDS],
      { scope: { tenant: turn.environmentId } },
    );
    return renewed.length > 0;
  }

  async leave(turn: Turn): Promise<void> {
    await this.database.rows(
      `update fivaldi.connection set leased_until = null
        where environment_id = $1 and company_id = $2 and fence = $3`,
      [turn.environmentId, turn.companyId, turn.fence],
      { scope: { tenant: turn.environmentId } },
    );
  }

  async #hold(sql: Sql): Promise<{ bucket: Bucket; now: number }> {
    // The clock is read after the row was waited for: else a second process would live in the first one's past.
    const [row] = await sql.rows<BucketRow>(
      `with held as materialized (select * from fivaldi.request_budget where partner_id = $1 for update)
       select rate, capacity, tokens, refilled_at, not_before, clock_timestamp() as now from held`,
      [this.partnerId],
    );
    if (!row) throw new Error('The partner has no bucket: open() was not called');
    const { rate, capacity, tokens } = row;
    const refilledAt = instant(row.refilled_at).getTime();
    const notBefore = row.not_before === null ? null : instant(row.not_before).getTime();
    return { bucket: { rate, capacity, tokens, refilledAt, notBefore }, now: instant(row.now).getTime() };
  }

  async #lease(sql: Sql, { tokens, refilledAt }: Bucket, now: number): Promise<HandedOut> {
    const [row] = await sql.rows<Omit<Turn, 'at'>>(
      `with next as materialized (
         select c.environment_id, c.company_id from fivaldi.connection c
          where c.active and c.paused is null
            and (c.leased_until is null or c.leased_until <= $4)
            and (c.waits_until is null or c.waits_until <= $4)
            and (c.pull_at <= $4 or ${NEXT_NEWCOMER} <= $4 or ${NEXT_DELIVERY} <= $4)
          order by c.last_turn limit 1
            for update of c skip locked
       ), spent as (
         update fivaldi.request_budget
            set tokens = $2, refilled_at = $3, not_before = null, turns = turns + 1
          where partner_id = $1 and exists (select from next) returning turns
       )
       update fivaldi.connection c
          set fence = fence + 1, last_turn = spent.turns, leased_until = $4 + $5 * interval '1 second'
         from next, spent
        where c.environment_id = next.environment_id and c.company_id = next.company_id
       returning c.environment_id as "environmentId", c.company_id as "companyId", c.cuid, c.target, c.fence,
                 case when c.pull_at <= $4 then
                   jsonb_build_object('from', c.pulled_from, 'asked', c.asked_at, 'since', c.listed_since)
                 end as lists,
                 coalesce(${NEXT_NEWCOMER} <= $4, false) as meets`,
      [this.partnerId, tokens, new Date(refilledAt), new Date(now), LEASE_SECONDS],
    );
    return row ? { as: 'turn', turn: { ...row, at: new Date(now) } } : { as: 'idle' };
  }

  async #change(how: (bucket: Bucket, now: number) => Bucket): Promise<void> {
    await this.database.transaction(async (sql) => {
      const { bucket, now } = await this.#hold(sql);
      const after = how(bucket, now);
      await sql.rows(
        `update fivaldi.request_budget set rate = $2, capacity = $3, tokens = $4, refilled_at = $5, not_before = $6
          where partner_id = $1`,
        [
          this.partnerId,
          after.rate,
          after.capacity,
          after.tokens,
          new Date(after.refilledAt),
          after.notBefore === null ? null : new Date(after.notBefore),
        ],
      );
    });
  }
}

/**
 * When something of the company `c` is next due. As a value and in order: PostgreSQL then reads one row of an index,
 * where `exists` may become a hash of all that is due of everybody.
 */
const NEXT_NEWCOMER = `(
  select n.next_try_at from fivaldi.newcomer n
   where n.environment_id = c.environment_id and n.company_id = c.company_id
   order by n.next_try_at limit 1)`;
const NEXT_DELIVERY = `(
  select d.next_try_at from fivaldi.delivery d
   where d.environment_id = c.environment_id and d.company_id = c.company_id
     and d.state in ('due', 'sending', 'unknown')
   order by d.next_try_at limit 1)`;

/** Holds the company's turn until the transaction ends, or throws {@link TurnLost}. */
export async function holdTurn(sql: ConnectionSql, turn: Turn): Promise<void> {
  const held = await sql.rows(
    `select from fivaldi.connection where environment_id = $1 and company_id = $2 and fence = $3 for update`,
    [turn.environmentId, turn.companyId, turn.fence],
  );
  if (held.length === 0) throw new TurnLost(turn.companyId);
}

import { type ConnectionSql, type Database, instant } from '#lib/store';

import { TurnLost } from './stop.js';

/** The right to work on one link. Held by one worker at a time among all processes, for {@link LEASE_SECONDS}. */
export interface Turn {
  readonly environmentId: string;
  readonly companyId: string;
  /** Whose rights the link acts under. */
  readonly partnerUserId: string;
  /** What the company has decided; the body is `linkSettingsBody`. */
  readonly settings: unknown;
  readonly state: 'preparing' | 'active' | 'stopped';
  /** Grows with every change a person makes; a turn that was given for another one may send nothing more. */
  readonly mark: string;
  readonly paused: string | null;
  /** How often in a row it came to nothing. */
  readonly failures: number;
  /** It is time to look whether the credentials still open both systems. */
  readonly checks: boolean;
  /** Grows with every turn of the link: what was written under an older one is refused. */
  readonly fence: string;
  /** When it was handed out, by the database's clock. */
  readonly at: Date;
}

/** A turn that nobody renews is free again after this. */
export const LEASE_SECONDS = 30;

/** Nothing is sent any more in the last part of a lease that could not be renewed. */
const MARGIN_SECONDS = 10;

const EVERYBODY = { acrossTenants: 'links of every environment take turns' };

/**
 * Which links are worked on next, for every process there is; all moments are those of the database's clock.
 *
 * Fair by construction: the turn goes to those that have waited longest. A link whose turn ends with work left waits
 * from then on, behind all that waited already.
 */
export class Turns {
  constructor(private readonly database: Database) {}

  /** Leases some links that are due and in nobody's hands. */
  async take(atMost: number): Promise<readonly HeldTurn[]> {
    const began = performance.now();
    const rows = await this.database.rows<Omit<Turn, 'at'> & { at: string }>(
      `with next as materialized (
         select environment_id, company_id from severa.link
          where due_at <= now() and (leased_until is null or leased_until <= now())
          order by due_at limit $1 for update skip locked
       )
       update severa.link l
          set fence = fence + 1, leased_until = clock_timestamp() + $2 * interval '1 second'
         from next where l.environment_id = next.environment_id and l.company_id = next.company_id
       returning l.environment_id as "environmentId", l.company_id as "companyId",
                 l.partner_user_id as "partnerUserId", l.settings, l.state, l.mark, l.paused, l.failures,
                 l.state = 'active' and coalesce(l.check_at <= now(), true) as checks, l.fence,
                 clock_timestamp() as at`,
      [atMost, LEASE_SECONDS],
      { scope: EVERYBODY },
    );
    return rows.map((row) => new HeldTurn(this, { ...row, at: instant(row.at) }, began));
  }

  /** Keeps a turn that takes long; `false` when it has passed to somebody else. */
  async renew({ environmentId, companyId, fence }: Turn): Promise<boolean> {
    const renewed = await this.database.rows(
      `update severa.link set leased_until = clock_timestamp() + $4 * interval '1 second'
        where environment_id = $1 and company_id = $2 and fence = $3 returning fence`,
      [environmentId, companyId, fence, LEASE_SECONDS],
      { scope: { tenant: environmentId } },
    );
    return renewed.length > 0;
  }

  /**
   * Gives the link back, due when something of it next is: `wait` milliseconds from now at the earliest. At once when it
   * is not any more as it was when the turn began. What was asked for meanwhile is not forgotten: whoever asks holds the
   * link's row, too.
   */
  async leave(turn: Turn, { wait = 0, failed = false } = {}): Promise<void> {
    const { environmentId, companyId, fence, mark, state, paused } = turn;
    await this.database.transaction(
      async (sql) => {
        const held = await sql.rows(
          `select from severa.link where environment_id = $1 and company_id = $2 and fence = $3 for update`,
          [environmentId, companyId, fence],
        );
        if (held.length === 0) return;
        await sql.rows(LEAVE, [environmentId, companyId, wait, failed, mark, state, paused]);
      },
      { scope: { tenant: environmentId } },
    );
  }
}

const LEAVE = `
  update severa.link l
     set leased_until = null, failures = case when $4 then failures + 1 else 0 end,
         due_at = (
           select greatest(clock_timestamp() + $3 * interval '1 millisecond', min(next.at)) from (
             select l.check_at where l.state = 'active'
             union all
             select clock_timestamp() where l.mark <> $5 or l.state <> $6 or l.paused is distinct from $7
             union all
             select c.asked_at from severa.comparison c
              where c.environment_id = $1 and c.company_id = $2 and c.state = 'due' and l.paused is null
             union all
             select r.next_at from severa.run r
              where r.environment_id = $1 and r.company_id = $2 and r.ended_at is null
                and (l.state <> 'active' or l.paused is null)
             union all
             select f.due_at from severa.flow_state f
              where f.environment_id = $1 and f.company_id = $2 and l.state = 'active' and l.paused is null
                and not exists (select from severa.run r
                                 where r.environment_id = $1 and r.company_id = $2 and r.flow = f.flow
                                   and r.ended_at is null)
           ) as next (at) having min(next.at) is not null)
   where l.environment_id = $1 and l.company_id = $2`;

/** A turn while it is used: kept by itself, until it is let go. */
export class HeldTurn {
  #safeUntil: number;
  #lost = false;
  #halted = false;
  #asking = 0;
  readonly #renewing: NodeJS.Timeout;
  /** Is called when it lends its place. */
  onRest: () => void = () => undefined;

  constructor(
    private readonly turns: Turns,
    readonly turn: Turn,
    leasedFrom: number,
  ) {
    this.#safeUntil = leasedFrom + (LEASE_SECONDS - MARGIN_SECONDS) * 1000;
    this.#renewing = setInterval(() => void this.#renew(), (LEASE_SECONDS / 6) * 1000);
  }

  /**
   * Throws {@link TurnLost} unless nobody else can have the turn by now; before every request. By this process's own
   * steady clock, so that one that was stopped in between sends nothing when it wakes up.
   */
  check(): void {
    if (this.#lost || performance.now() > this.#safeUntil) throw new TurnLost(this.turn.companyId);
  }

  /** The process stops: what is under way comes to its end, and nothing more is begun. */
  get halted(): boolean {
    return this.#halted;
  }

  halt(): void {
    this.#halted = true;
  }

  /** Whether it asks one of the two systems, or writes down that it will; if not, another link can do so in its place. */
  get isAsking(): boolean {
    return this.#asking > 0;
  }

  /** What a call is made of: its entry in the ledger, and the call. */
  async asking<T>(part: () => Promise<T>): Promise<T> {
    this.#asking += 1;
    try {
      return await part();
    } finally {
      // Most often the next part follows at once.
      setImmediate(() => {
        this.#asking -= 1;
        if (this.#asking === 0) this.onRest();
      });
    }
  }

  /** It is renewed no more. */
  release(): void {
    clearInterval(this.#renewing);
  }

  async #renew(): Promise<void> {
    const from = performance.now();
    try {
      if (await this.turns.renew(this.turn)) this.#safeUntil = from + (LEASE_SECONDS - MARGIN_SECONDS) * 1000;
      else this.#lost = true;
    } catch {
      // The database is away: what was leased runs out, and with it the right to send.
    }
  }
}

/** Holds the link's turn until the transaction ends, or throws {@link TurnLost}. */
export async function holdTurn(sql: ConnectionSql, { environmentId, companyId, fence }: Turn): Promise<void> {
  const held = await sql.rows(
    `select from severa.link where environment_id = $1 and company_id = $2 and fence = $3 for update`,
    [environmentId, companyId, fence],
  );
  if (held.length === 0) throw new TurnLost(companyId);
}

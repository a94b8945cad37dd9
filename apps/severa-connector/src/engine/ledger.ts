import { crashPoint } from '#lib/service';
import { type Database, rulesStand } from '#lib/store';

import type { Flow, Known, Operation } from './flow.js';
import { byWhom, historyRow, type HistoryRow, tellAll, type Told } from './history.js';
import type { Permission } from './permission.js';
import type { Run } from './runs.js';
import { TurnLost, WaitLink } from './stop.js';
import { storedJson } from './stored-json.js';
import type { HeldTurn } from './turns.js';

/** How a record stands from here on; what is absent stays as it was. */
export interface Change {
  readonly key: string;
  /** The mark of the record that was seen. */
  readonly mark: string;
  readonly state: 'due' | 'sending' | 'unknown' | 'moved' | 'rejected' | 'waits';
  /** `null`: it is forgotten. */
  readonly known?: Known | null;
  /** What was sent and is not known to have been done or not. */
  readonly sending: Operation | null;
  readonly attempts: number;
  /** Milliseconds until it is looked at again. */
  readonly delay?: number;
  readonly cause?: string;
  readonly message?: string;
  readonly details?: unknown;
}

/** Rules that change so often while one record waits to begin are being worked on. */
const QUESTIONS = 5;

/**
 * What is written down before and after each request; one statement between two requests.
 *
 * It says at once that the last record has come to rest and that the next one is on its way, and it lets the next
 * request go only if the turn is still held, the link is as it was when the turn began, the rules still stand that
 * allow it, and their minute is not over. From its commit on nobody can know what became of the request, until its
 * answer is written. What has come to rest is written down, whether the next one may go or not.
 */
export class Ledger {
  #changes: Change[] = [];
  #told: HistoryRow[] = [];

  constructor(
    private readonly database: Pick<Database, 'rows'>,
    private readonly held: HeldTurn,
    private readonly flow: Flow,
    private readonly run: Run,
    private readonly permission: Permission,
  ) {}

  /** A record has come to rest. It is written with the next request, or by {@link flush}. */
  settle(change: Change): void {
    this.#changes.push(change);
  }

  tell(told: Told, known: Known | null): void {
    this.#told.push(historyRow(told, this.flow.source, known));
  }

  /** Writes what has come to rest. */
  async flush(): Promise<void> {
    if (this.#changes.length > 0 || this.#told.length > 0) await this.#write();
  }

  /**
   * Returns when a request may go, and has written `begin` down by then; without it the record stays as it is. Throws
   * what keeps the request from going.
   */
  async pass(begin: Change | null): Promise<void> {
    for (let asked = 0; asked < QUESTIONS; asked += 1) {
      if (!this.permission.standing) await this.flush();
      await this.permission.ask();
      if (await this.#write(begin)) return this.held.check();
      this.permission.forget();
    }
    throw new WaitLink('the rules change faster than they can be asked about');
  }

  /** Whether a request may go, where there is one to ask about. */
  async #write(begin?: Change | null): Promise<boolean> {
    crashPoint('link.before-commit');
    const { turn } = this.held;
    const changes = this.#changes.map((change) => rowOf(change, false));
    if (begin) changes.push(rowOf(begin, true));
    const decision = this.permission.standing;
    const [row] = await this.database.rows<{ same: boolean | null; open: boolean }>(
      this.flow.source === 'severa' ? FROM_SEVERA : FROM_NETVISOR,
      [
        turn.environmentId,
        turn.companyId,
        turn.fence,
        turn.partnerUserId,
        decision?.rulesVersion ?? null,
        decision?.decidedAt ?? null,
        turn.mark,
        turn.state,
        turn.paused,
        this.flow.name,
        storedJson(changes),
        storedJson(this.#told),
        this.run.id,
        byWhom(this.run),
        changes.map(({ key }) => key),
      ],
      { scope: { tenant: turn.environmentId } },
    );
    if (!row || row.same === null) throw new TurnLost(turn.companyId);
    this.#changes = [];
    this.#told = [];
    crashPoint('link.after-commit');
    if (begin !== undefined && !row.same) throw new TurnLost(turn.companyId);
    return row.open;
  }
}

const rowOf = (change: Change, begins: boolean): Change & { readonly begins: boolean; readonly forgets: boolean } => ({
  ...change,
  begins,
  forgets: change.known === null,
});

const statement = (target: 'severa_key' | 'netvisor_key'): string => `
  with turn as materialized (
    select mark = $7 and state = $8 and paused is not distinct from $9 as same from severa.link
     where environment_id = $1 and company_id = $2 and fence = $3 for update
  ), ${rulesStand('$1::uuid', '$2::uuid', '$4::uuid', '$5')}, gate as (
    select turn.same, turn.same is not null as held,
           coalesce(turn.same, false) and rules.stand
             and date_trunc('minute', clock_timestamp()) = date_trunc('minute', $6::timestamptz) as open
      from rules left join turn on true
  ), change as (
    select c.* from jsonb_to_recordset($11::jsonb) as c
      (key text, mark bigint, state text, known jsonb, forgets boolean, sending text, attempts int, delay float8,
       cause text, message text, details jsonb, begins boolean)
  ), written as (
    update severa.pair p
       set state = case when c.state in ('moved', 'rejected') and p.missing then 'gone'
                        when c.state in ('moved', 'rejected') and p.mark <> c.mark then 'due'
                        else c.state end,
           known = case when c.forgets then null else coalesce(c.known, p.known) end,
           ${target} = coalesce(c.known ->> 'key', p.${target}), sending = c.sending,
           attempts = c.attempts, next_try_at = clock_timestamp() + coalesce(c.delay, 0) * interval '1 millisecond',
           cause = case when c.state in ('moved', 'rejected') and p.missing then 'gone-in-source' else c.cause end,
           message = c.message, details = c.details, run_id = $13,
           moved_at = case when c.state = 'moved' then clock_timestamp() else p.moved_at end,
           updated_at = clock_timestamp()
      from change c, gate
     where gate.held and (gate.open or not c.begins)
       and p.environment_id = $1 and p.company_id = $2 and p.flow = $10 and p.key = c.key
       -- So that the planner looks these up, instead of reading every pair of the flow to join them.
       and p.key = any($15::text[])
  ), told as (${tellAll('$12::jsonb', '$10', '$13', '$14')})
  select same, open from gate`;

const FROM_SEVERA = statement('netvisor_key');
const FROM_NETVISOR = statement('severa_key');

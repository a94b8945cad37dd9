import type { Log } from '#lib/service';
import type { Database } from '#lib/store';

const HOUR = 3_600_000;

/** Rows that are taken away with one statement. */
const AT_ONCE = 5_000;

const EVERYBODY = { acrossTenants: 'runs of every environment grow old' };

/**
 * What a link leaves behind that nobody asks for any more; several processes may do it at once.
 *
 *   row                                                     | is kept
 *   --------------------------------------------------------+---------
 *   a scheduled run that succeeded and met nothing          | 30 days
 *   a request for a run, by its key                         | 30 days
 *   any other run, and all of the transfer history          | for good
 *
 * A flow that looks every five minutes has a hundred thousand runs a year, nearly all of the first kind.
 */
const OLD: readonly string[] = [
  `delete from severa.run where (environment_id, run_id) in (
     select environment_id, run_id from severa.run
      where trigger = 'schedule' and state = 'succeeded' and counts - 'read' = '{}'
        and ended_at < clock_timestamp() - interval '30 days'
      order by ended_at limit $1 for update skip locked) returning 1`,
  `delete from severa.run_request where (environment_id, company_id, request_key) in (
     select environment_id, company_id, request_key from severa.run_request
      where requested_at < clock_timestamp() - interval '30 days'
      order by requested_at limit $1 for update skip locked) returning 1`,
];

/** Takes away what is old, and returns how many rows that were. */
export async function sweepRuns(database: Database, atOnce = AT_ONCE): Promise<number> {
  let swept = 0;
  for (const statement of OLD) {
    for (let rows = atOnce; rows === atOnce; swept += rows) {
      rows = (await database.rows(statement, [atOnce], { scope: EVERYBODY })).length;
    }
  }
  return swept;
}

/** {@link sweepRuns} once an hour, as long as the process runs. */
export class RunSweep {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#running = this.#sweep();
    }, HOUR);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #sweep(): Promise<void> {
    try {
      const rows = await sweepRuns(this.database);
      if (rows > 0) this.log.info({ rows }, 'old runs were taken away');
    } catch (error) {
      this.log.warn({ error }, 'old runs could not be taken away');
    }
  }
}

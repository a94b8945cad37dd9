import type { Sql } from './sql.js';

/** A service whose clock is further from PostgreSQL's than this says so; hosts that keep time are a hundred times nearer. */
const MOST_MILLISECONDS = 2_000;

/**
 * How far this machine's clock is from PostgreSQL's, in whole milliseconds: above zero when it is ahead. The time that
 * the question took is given the benefit of the doubt, so a slow answer makes no difference. `now`: this clock.
 */
export async function clockOffset(sql: Sql, now: () => number = Date.now): Promise<number> {
  const asked = now();
  const [row] = await sql.rows<{ at: string }>('select extract(epoch from clock_timestamp()) * 1000 as at');
  const answered = now();
  const theirs = Number(row!.at);
  if (theirs < asked) return Math.round(asked - theirs);
  return Math.round(Math.min(0, answered - theirs));
}

/**
 * Tells the log when the two clocks do not agree, before a service begins: the order of events across machines, windows
 * and second factors would be wrong. It starts all the same, since only who keeps the hosts can mend it.
 */
export async function compareClocks(
  sql: Sql,
  log: { warn(fields: { readonly offsetMilliseconds: number }, message: string): void },
  now?: () => number,
): Promise<void> {
  const offsetMilliseconds = await clockOffset(sql, now);
  if (Math.abs(offsetMilliseconds) <= MOST_MILLISECONDS) return;
  log.warn({ offsetMilliseconds }, 'the clock of this machine and that of PostgreSQL differ: set both by NTP');
}

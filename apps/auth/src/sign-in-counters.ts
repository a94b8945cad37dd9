import { createHash } from 'node:crypto';

import { neighbourhood } from '#lib/policy';
import type { Database } from '#lib/store';

/** One count of failures: whose, and how many are let pass before delays begin. */
export interface Counter {
  readonly key: Buffer;
  readonly patience: number;
}

const keyOf = (...parts: readonly string[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest();

/**
 * The counters of one attempt, in the order they are asked.
 *
 *   the attempt comes                               | it is counted for
 *   ------------------------------------------------+------------------------------------------------------
 *   from where this account has signed in before    | the account at that address, alone
 *   from elsewhere                                  | its address (IPv6: its /64); the account's strangers
 *
 * So strangers delay each other and never the partner at its own address. An unknown user name is counted like
 * a known one.
 */
export function countersOf(userName: string, address: string | null, isKnown: boolean): readonly Counter[] {
  if (isKnown) return [{ key: keyOf('known', userName, address ?? ''), patience: 5 }];
  return [
    // Many partner users may sit behind one address: it has more patience than an account.
    { key: keyOf('address', neighbourhood(address)), patience: 20 },
    { key: keyOf('strangers', userName), patience: 5 },
  ];
}

// The row is locked before the condition is judged, so parallel guesses get no extra tries.
const COUNT = `
  insert into auth.sign_in_counter as c (key, failures, last_at) values ($1, 1, clock_timestamp())
  on conflict (key) do update
     set failures = case when c.last_at < clock_timestamp() - interval '1 day' then 1 else c.failures + 1 end,
         last_at = clock_timestamp()
   where c.failures < $2
      or c.last_at + least(900, power(2, least(c.failures - $2, 10))) * interval '1 second' <= clock_timestamp()
  returning true as counted`;

/**
 * Failures to sign in, and the delays they cost: from the last failure that patience covers on, 1 s, 2 s, 4 s … to
 * 15 minutes; forgotten after a day of quiet. Nobody is locked out for good.
 */
export class SignInCounters {
  constructor(private readonly database: Database) {}

  /** Counts an attempt as a failure before it is tried. `false`: a delay runs, so it must be refused whatever it is. */
  async count(counters: readonly Counter[]): Promise<boolean> {
    for (const { key, patience } of counters) {
      const counted = await this.database.rows(COUNT, [key, patience]);
      if (counted.length === 0) return false;
    }
    return true;
  }

  /** Compares what was counted. What could not be compared, as when too many sign in at once, was no guess. */
  async compared<T>(counters: readonly Counter[], isCounted: boolean, compare: () => Promise<T>): Promise<T> {
    try {
      return await compare();
    } catch (error) {
      if (isCounted) await this.forgive(counters, false);
      throw error;
    }
  }

  /** The attempt was none: takes its count back. Others' failures stay, so a guesser's success elsewhere buys no tries. */
  async forgive(counters: readonly Counter[], isKnown: boolean): Promise<void> {
    const failures = isKnown ? '0' : 'greatest(failures - 1, 0)';
    for (const { key } of counters) {
      await this.database.rows(`update auth.sign_in_counter set failures = ${failures} where key = $1`, [key]);
    }
  }

  /** Drops a few counters that have run out, so that made-up user names do not pile up. */
  async forget(): Promise<void> {
    await this.database.rows(`
      delete from auth.sign_in_counter where key in (
        select key from auth.sign_in_counter where last_at < clock_timestamp() - interval '1 day'
         order by last_at limit 10 for update skip locked)`);
  }
}

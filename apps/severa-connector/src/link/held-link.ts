import type { Database } from '#lib/store';

import { TurnLost } from '../engine/stop.js';
import type { Where } from './link-audit.js';

const LEASE_SECONDS = 30;
const RENEW_MS = 5_000;
/** Nothing is sent any more in the last part of a lease that could not be renewed. */
const MARGIN_MS = 10_000;
const TRY_AGAIN_MS = 250;

/** Throws {@link TurnLost} unless nobody else can have the link by now; before every call to Netvisor. */
export type StillHeld = () => void | Promise<void>;

/**
 * Does something with Netvisor while nobody else may: Netvisor takes one call at a time for a company, and the engine's
 * turns hold the same lease. Waits up to `patienceMs` for the turn that is under way; `null` when it does not end. By
 * the database's clock.
 */
export async function withHeldLink<T>(
  database: Database,
  where: Where,
  patienceMs: number,
  work: (stillHeld: StillHeld) => Promise<T>,
): Promise<{ readonly result: T } | null> {
  const lease = await takeWithin(database, where, performance.now() + patienceMs);
  if (!lease) return null;
  const { fence } = lease;
  let safeUntil = lease.from + LEASE_SECONDS * 1000 - MARGIN_MS;
  const renew = async () => {
    const from = performance.now();
    if (await extend(database, where, fence, LEASE_SECONDS)) safeUntil = from + LEASE_SECONDS * 1000 - MARGIN_MS;
  };
  // While the database is away the lease runs out, and with it the right to send.
  const renewing = setInterval(() => void renew().catch(() => undefined), RENEW_MS);
  const stillHeld = () => {
    if (performance.now() > safeUntil) throw new TurnLost(where.companyId);
  };
  try {
    return { result: await work(stillHeld) };
  } finally {
    clearInterval(renewing);
    await extend(database, where, fence, null);
  }
}

interface Lease {
  readonly fence: string;
  readonly from: number;
}

async function takeWithin(database: Database, where: Where, until: number): Promise<Lease | null> {
  for (;;) {
    const lease = await take(database, where);
    if (lease || performance.now() >= until) return lease;
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
}

async function take(database: Database, { environmentId, companyId }: Where): Promise<Lease | null> {
  const from = performance.now();
  const [row] = await database.rows<{ fence: string }>(
    `update severa.link set fence = fence + 1, leased_until = clock_timestamp() + $3 * interval '1 second'
      where environment_id = $1 and company_id = $2
        and (leased_until is null or leased_until <= clock_timestamp())
      returning fence`,
    [environmentId, companyId, LEASE_SECONDS],
    { scope: { tenant: environmentId } },
  );
  return row ? { fence: row.fence, from } : null;
}

/** For so many seconds more; `null` gives it back. `false`: it has passed on, and is left alone. */
async function extend(
  database: Database,
  { environmentId, companyId }: Where,
  fence: string,
  seconds: number | null,
): Promise<boolean> {
  const rows = await database.rows(
    `update severa.link set leased_until = clock_timestamp() + $4 * interval '1 second'
      where environment_id = $1 and company_id = $2 and fence = $3 returning 1`,
    [environmentId, companyId, fence, seconds],
    { scope: { tenant: environmentId } },
  );
  return rows.length > 0;
}

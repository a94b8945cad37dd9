import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Database } from '#lib/store';

/** Severa lets one credential make ten requests a second; so many are made, evenly, to be under it in any second. */
const PER_SECOND = 9;
const APART = 1_000 / PER_SECOND;

/** A credential that is asked for again and again is given so many requests at once; what is not used is lost. */
const AT_ONCE = 4;

/** After a 429 that does not say for how long, in milliseconds. */
const AFTER_REFUSAL = 1_000;

/** Nothing is heard of a credential for so long: it is forgotten here. */
const FORGOTTEN = 60_000;

/** The moments, by this process's steady clock, at which a credential may be used. */
interface Share {
  readonly moments: number[];
  /** Taken, and not yet used by a request. */
  ready: number;
  /** Who waits for one. */
  waiting: number;
  usedAt: number;
  busy: Promise<void>;
}

/**
 * How often Severa is asked with one credential, by all processes together (contract severa §2.4): moments are handed
 * out by the database's clock, one after the other and never two at once, so there is no burst to be refused.
 * Companies of one accounting firm may share a credential, and its limit with it.
 */
export class RequestBudget {
  readonly #shares = new Map<string, Share>();

  constructor(private readonly database: Database) {}

  /** Whether a request can go without waiting; if so, it is taken. */
  takeAtOnce(clientId: string): boolean {
    const share = this.#shareOf(clientId);
    const now = performance.now();
    const [next] = share.moments;
    if (next === undefined || next > now) return false;
    share.moments.shift();
    share.ready += 1;
    share.usedAt = now;
    return true;
  }

  /** Waits until a request may go, and takes it. */
  async take(clientId: string): Promise<void> {
    const share = this.#shareOf(clientId);
    await this.#moment(clientId, share);
    share.ready += 1;
  }

  /** Awaited by the client before every request; what was taken for it is used up first. */
  async pace(clientId: string): Promise<void> {
    const share = this.#shareOf(clientId);
    if (share.ready > 0) share.ready -= 1;
    else await this.#moment(clientId, share);
  }

  /** Severa has said 429: whatever we counted was wrong. `retryAfter` in seconds, where it was said. */
  async refused(clientId: string, retryAfter: number | null): Promise<void> {
    const share = this.#shareOf(clientId);
    share.moments.length = 0;
    share.ready = 0;
    await this.database.rows(
      `insert into severa.request_budget (credential, next_at)
       values ($1, clock_timestamp() + $2 * interval '1 millisecond')
       on conflict (credential) do update set next_at = greatest(request_budget.next_at, excluded.next_at)`,
      [credentialOf(clientId), retryAfter === null ? AFTER_REFUSAL : retryAfter * 1000],
    );
  }

  /** One after the other: who asked first goes first. */
  async #moment(clientId: string, share: Share): Promise<void> {
    const before = share.busy;
    let done = (): void => undefined;
    share.waiting += 1;
    share.busy = new Promise((resolve) => (done = resolve));
    try {
      await before;
      if (share.moments.length === 0) await this.#lease(clientId, share);
      const wait = (share.moments.shift() ?? 0) - performance.now();
      if (wait > 0) await pause(wait);
      share.usedAt = performance.now();
    } finally {
      share.waiting -= 1;
      done();
    }
  }

  async #lease(clientId: string, share: Share): Promise<void> {
    const isBusy = performance.now() - share.usedAt < 3 * APART;
    const count = isBusy ? AT_ONCE : 1;
    const [row] = await this.database.rows<{ wait: number }>(
      `insert into severa.request_budget as b (credential, next_at)
       values ($1, clock_timestamp() + $2 * interval '1 millisecond')
       on conflict (credential) do update
          set next_at = greatest(b.next_at, clock_timestamp()) + $2 * interval '1 millisecond'
       returning extract(epoch from next_at - clock_timestamp())::float8 * 1000 - $2 as wait`,
      [credentialOf(clientId), count * APART],
    );
    const first = performance.now() + Math.max(0, row?.wait ?? 0);
    for (let nth = 0; nth < count; nth += 1) share.moments.push(first + nth * APART);
  }

  #shareOf(clientId: string): Share {
    const known = this.#shares.get(clientId);
    if (known) return known;
    const now = performance.now();
    for (const [id, { usedAt, ready, waiting }] of this.#shares) {
      if (ready + waiting === 0 && now - usedAt > FORGOTTEN) this.#shares.delete(id);
    }
    const usedAt = Number.NEGATIVE_INFINITY;
    const share: Share = { moments: [], ready: 0, waiting: 0, usedAt, busy: Promise.resolve() };
    this.#shares.set(clientId, share);
    return share;
  }
}

const credentialOf = (clientId: string): string => createHash('sha256').update(clientId).digest('hex');

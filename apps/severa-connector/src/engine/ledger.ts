import { crashPoint } from '#lib/service';

import type { Flow, Known } from './flow.js';
import { historyRow, type HistoryRow, type Told } from './history.js';
import type { LedgerBook } from './ledger-book.js';
import type { Change } from './ledger-entry.js';
import type { Permission } from './permission.js';
import type { Run } from './runs.js';
import { TurnLost, WaitLink } from './stop.js';
import type { HeldTurn } from './turns.js';

export type { Change } from './ledger-entry.js';

/** Rules that change so often while one record waits to begin are being worked on. */
const QUESTIONS = 5;

/**
 * What is written down before and after each request, at once between two requests.
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
    private readonly book: Pick<LedgerBook, 'write'>,
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
  async #write(begins?: Change | null): Promise<boolean> {
    crashPoint('link.before-commit');
    const { held, flow, run } = this;
    const { turn } = held;
    const decision = this.permission.standing;
    const entry = { turn, flow, run, decision, rests: this.#changes, begins: begins ?? null, told: this.#told };
    const written = await held.asking(() => this.book.write(entry));
    if (written.same === null) throw new TurnLost(turn.companyId);
    this.#changes = [];
    this.#told = [];
    crashPoint('link.after-commit');
    if (begins !== undefined && !written.same) throw new TurnLost(turn.companyId);
    return written.open;
  }
}

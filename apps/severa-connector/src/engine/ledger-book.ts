import type { Database } from '#lib/store';

import { type Entry, entryValues, type Written } from './ledger-entry.js';
import { WRITE_ENTRIES } from './ledger-statement.js';

/** Entries that one statement takes. */
const AT_ONCE = 32;

/** How long entries wait for a lock together, in milliseconds; then each of them waits by itself. */
const TOGETHER = 100;

const EVERYBODY = { acrossTenants: 'links of every environment write together, each by the turn it holds' };

interface Waiting {
  readonly entry: Entry;
  readonly written: (written: Written) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes down what the links of this process have to write. While a statement is on its way, the entries of all other
 * links gather, and the next one takes them: the busier it is, the less each one costs.
 *
 * A statement is one transaction. Each link is told when its own entry is committed, and what is said about it alone.
 * Entries that could not be written together, or not soon, are tried again one by one, while others gather: none fails,
 * or waits for a lock, for another's sake.
 */
export class LedgerBook {
  readonly #gathering: Waiting[] = [];
  #writing = false;

  constructor(private readonly database: Pick<Database, 'rows'>) {}

  /** Returns when the entry is committed. */
  write(entry: Entry): Promise<Written> {
    return new Promise((written, failed) => {
      this.#gathering.push({ entry, written, failed });
      if (!this.#writing) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#gathering.length > 0) {
      const some = this.#gathering.splice(0, AT_ONCE).toSorted(byCompany);
      await this.#write(some, TOGETHER).catch(() => void this.#apart(some));
    }
    this.#writing = false;
  }

  /** Waits for locks for so many milliseconds; without, for as long as any statement does. */
  async #write(some: readonly Waiting[], lockTimeout?: number): Promise<void> {
    const rows = await this.database.rows<Written & { readonly nth: number }>(
      WRITE_ENTRIES,
      entryValues(some.map(({ entry }) => entry)),
      { scope: EVERYBODY, joinBy: 'index', lockTimeout },
    );
    for (const { nth, same, open } of rows) some[nth]?.written({ same, open });
  }

  async #apart(some: readonly Waiting[]): Promise<void> {
    await Promise.all(some.map((one) => this.#write([one]).catch(one.failed)));
  }
}

/** Links are locked in one order by all statements, so that no two of them wait for each other. */
const byCompany = (a: Waiting, b: Waiting): number => (a.entry.turn.companyId < b.entry.turn.companyId ? -1 : 1);

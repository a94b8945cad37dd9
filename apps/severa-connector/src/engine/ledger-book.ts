import type { Database } from '#lib/store';

import { type Entry, entryValues, type Written } from './ledger-entry.js';
import { WRITE_ENTRIES } from './ledger-statement.js';

/** Entries that one statement takes. */
const AT_ONCE = 32;

interface Waiting {
  readonly entry: Entry;
  readonly written: (written: Written) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes down what the links of this process have to write. While a statement of an environment is on its way, the
 * entries of its other links gather, and the next one takes all of them: the busier it is, the less each one costs.
 *
 * A statement is one transaction, in which nothing is seen but that environment's rows. Each link is told when its own
 * entry is committed, and what is said about it alone. Entries that could not be written together are tried again one
 * by one, so that none fails for another's sake.
 */
export class LedgerBook {
  readonly #gathering = new Map<string, Waiting[]>();

  constructor(private readonly database: Pick<Database, 'rows'>) {}

  /** Returns when the entry is committed. */
  write(entry: Entry): Promise<Written> {
    const { environmentId } = entry.turn;
    return new Promise((written, failed) => {
      const waiting = { entry, written, failed };
      const gathering = this.#gathering.get(environmentId);
      if (gathering) return void gathering.push(waiting);
      const begun = [waiting];
      this.#gathering.set(environmentId, begun);
      void this.#writeAll(environmentId, begun);
    });
  }

  async #writeAll(environmentId: string, gathering: Waiting[]): Promise<void> {
    while (gathering.length > 0) {
      const some = gathering.splice(0, AT_ONCE).toSorted(byCompany);
      await this.#together(environmentId, some).catch((error: unknown) => this.#apart(environmentId, some, error));
    }
    this.#gathering.delete(environmentId);
  }

  async #together(environmentId: string, some: readonly Waiting[]): Promise<void> {
    const rows = await this.database.rows<Written & { readonly nth: number }>(
      WRITE_ENTRIES,
      entryValues(
        environmentId,
        some.map(({ entry }) => entry),
      ),
      { scope: { tenant: environmentId }, joinBy: 'index' },
    );
    for (const { nth, same, open } of rows) some[nth]?.written({ same, open });
  }

  async #apart(environmentId: string, some: readonly Waiting[], error: unknown): Promise<void> {
    if (some.length === 1) return some[0]?.failed(error);
    await Promise.all(some.map((one) => this.#together(environmentId, [one]).catch(one.failed)));
  }
}

/** Links are locked in one order by all statements, so that no two of them wait for each other. */
const byCompany = (a: Waiting, b: Waiting): number => (a.entry.turn.companyId < b.entry.turn.companyId ? -1 : 1);

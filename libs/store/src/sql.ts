import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery, type Transaction } from 'kysely';
import type { PoolClient, QueryConfig } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { finished } from 'node:stream';

import { asStoreError } from './errors.js';

/** SQL with bound values, inside whatever transaction it was given out for. */
export interface Sql {
  /** Runs one statement and returns its rows. Values are bound, never pasted. */
  rows<Row extends object>(text: string, values?: readonly unknown[], options?: { prepare?: boolean }): Promise<Row[]>;
}

/** Statements keep one name each, so a connection parses and plans them once. */
const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `t${names.size}`));
  return name;
}

/** The driver's form of a statement. */
export function queryOf(text: string, values: readonly unknown[], prepare = true): QueryConfig {
  return prepare ? { name: nameOf(text), text, values: [...values] } : { text, values: [...values] };
}

/**
 * How the transaction joins tables, where whoever asks knows better than the
 * planner: it has no statistics of a temporary table, nor of rows that came
 * a moment ago, and a wrong guess costs a factor of a thousand.
 *
 *   index | one look-up for each row: few rows against many
 *   hash  | both sides once: as many rows on either side
 */
export type JoinBy = 'index' | 'hash';

export const joinSettings = (by: JoinBy): string => {
  const [index, hash] = by === 'index' ? ['on', 'off'] : ['off', 'on'];
  return (
    `set local enable_nestloop = ${index}; set local enable_hashjoin = ${hash}; ` +
    `set local enable_mergejoin = off; set local enable_seqscan = ${hash}`
  );
};

/** SQL over one connection of the pool, and COPY into it. */
export class ConnectionSql implements Sql {
  constructor(private readonly client: PoolClient) {}

  /**
   * `prepare: false` has the statement planned anew: for those whose best plan
   * depends on how many rows a staging table holds this time, or whose text
   * is made for one occasion.
   */
  async rows<Row extends object>(
    text: string,
    values: readonly unknown[] = [],
    { prepare }: { prepare?: boolean } = {},
  ): Promise<Row[]> {
    try {
      return (await this.client.query<Row>(queryOf(text, values, prepare))).rows;
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** From here to the end of the transaction. */
  async joinBy(by: JoinBy): Promise<void> {
    await this.client.query(joinSettings(by));
  }

  /**
   * The rows of a query in portions, each of as many as `atOnce` says of the `last` one that came: while that is worked
   * on, PostgreSQL makes the next. Neither here nor there does memory grow with them. One at a time in a transaction.
   */
  async *portions<Row extends object>(
    text: string,
    values: readonly unknown[],
    atOnce: (last: readonly Row[]) => number,
  ): AsyncGenerator<readonly Row[]> {
    await this.rows(`declare portions no scroll cursor for ${text}`, values, { prepare: false });
    let wanted = 0;
    const fetch = (last: readonly Row[]): Promise<Row[]> => {
      wanted = Math.trunc(atOnce(last));
      const coming = this.rows<Row>(`fetch ${wanted} from portions`, [], { prepare: false });
      // Whoever reads may stop before it comes; what it failed with is then nobody's to handle.
      coming.catch(() => undefined);
      return coming;
    };
    let coming = fetch([]);
    for (let more = true; more;) {
      const rows = await coming;
      more = rows.length === wanted;
      if (more) coming = fetch(rows);
      if (rows.length > 0) yield rows;
    }
    await this.rows('close portions', [], { prepare: false });
  }

  /** A `copy … from stdin` that is written to as the rows come; `end` returns when PostgreSQL has taken all of it. */
  copyWriter(text: string): CopyWriter {
    return new CopyWriter(this.client.query(copyFrom(text)));
  }
}

/** One running COPY. Whoever opened it ends it or lets the transaction fail. */
export class CopyWriter {
  readonly #done: Promise<void>;

  constructor(private readonly stream: NodeJS.WritableStream & { destroy(error?: Error): unknown }) {
    this.#done = new Promise((resolve, reject) =>
      finished(stream, { readable: false }, (error) => (error ? reject(asStoreError(error)) : resolve())),
    );
    // A COPY that breaks is reported by `write` or `end`; it must not bring the process down in between.
    this.#done.catch(() => undefined);
  }

  /** Hands rows over in COPY's text format, and waits when PostgreSQL is behind. */
  async write(rows: string | Buffer): Promise<void> {
    if (this.stream.write(rows)) return;
    await Promise.race([new Promise<void>((resolve) => this.stream.once('drain', resolve)), this.#done]);
  }

  async end(): Promise<void> {
    this.stream.end();
    await this.#done;
  }

  /** Breaks the COPY off: the statement fails, and with it the transaction. */
  async abort(why: Error): Promise<void> {
    this.stream.destroy(why);
    await this.#done.catch(() => undefined);
  }
}

/** SQL inside an entity manager's open transaction, for statements that belong to a change of entities. */
export function sqlOf(em: EntityManager): Sql {
  return {
    async rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      const transaction = em.getTransactionContext<Transaction<unknown>>();
      if (!transaction) throw new Error('sqlOf(em) needs an entity manager with an open transaction');
      try {
        return (await transaction.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows;
      } catch (error) {
        throw asStoreError(error);
      }
    },
  };
}

/** PostgreSQL's text of a timestamptz (the driver keeps it as text) as a moment. */
export const instant = (text: string): Date => new Date(text);

import type { SecureContext } from 'node:tls';

import { type EntityManager, MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Client, Pool, PoolClient } from 'pg';

import { asStoreError, StoreUnavailable } from './errors.js';
import { type Scope, scopeSetting } from './scope.js';
import { scopedStatement } from './scoped-statement.js';
import { serverAddress } from './server-address.js';
import { ConnectionSql, type JoinBy, joinSettings, queryOf, sqlOf } from './sql.js';

export interface DatabaseOptions {
  /** `postgres://`; with `?sslmode=verify-full` over TLS (see `server-address.ts`). */
  readonly url: string;
  /** Who may vouch for the server, and what is shown to it; asked for each connection. The system's, and nothing, when absent. */
  readonly tls?: (() => SecureContext) | undefined;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** Entities of the service; statements need none. */
  readonly entities?: NonNullable<Options['entities']>;
  readonly poolSize?: number;
  /** Hears of connections that broke while nobody used them. */
  readonly warn?: (message: string) => void;
}

export interface TransactionOptions {
  /** Whose rows are seen; no tenant's when absent. */
  readonly scope?: Scope;
  /** DDL for this session's own temporary tables; run once a connection, before the transaction. */
  readonly session?: readonly string[];
  /** Milliseconds one statement may take; the default suits requests, an import asks for more. */
  readonly statementTimeout?: number;
  /** Milliseconds of waiting for a lock; by default five seconds, so that nobody queues up behind a long transaction. */
  readonly lockTimeout?: number | undefined;
  /** Megabytes that one sort or hash may take before it goes to disk; the default suits requests. */
  readonly workMemory?: number;
  /** How tables are joined from the start; see {@link JoinBy}. The planner's choice by default. */
  readonly joinBy?: JoinBy | undefined;
  /** Shows the database as it was at the first statement, throughout, and writes nothing. */
  readonly snapshot?: true;
}

/** One service's door to PostgreSQL: one pool, for entities and for statements. */
export class Database {
  readonly #prepared = new WeakMap<PoolClient, Set<string>>();

  private constructor(
    readonly orm: MikroORM,
    private readonly pool: Pool,
  ) {}

  static async open({
    url,
    tls,
    name,
    entities = [],
    poolSize = 10,
    warn = () => undefined,
  }: DatabaseOptions): Promise<Database> {
    const server = serverAddress(url, tls);
    const orm = await MikroORM.init({
      clientUrl: server.url,
      entities,
      discovery: { warnWhenNoEntities: false },
      pool: { min: 0, max: poolSize },
      // By a function: MikroORM copies what it is given outright, and a certificate as it is now is no use later.
      driverOptions: () => ({
        application_name: name,
        ssl: server.ssl,
        connectionTimeoutMillis: 10_000,
        keepAlive: true,
        statement_timeout: 15_000,
        lock_timeout: 5_000,
        idle_in_transaction_session_timeout: 60_000,
        options: '-c timezone=UTC -c jit=off',
      }),
      logger: warn,
      ignoreUndefinedInQuery: true,
    });
    const pool = await orm.em.getDriver().getConnection().getNativeClient();
    // A commit or rollback that was cancelled leaves its transaction open, scope and all: nobody may be lent that one.
    pool.on('release', (_, client) => {
      if (client.getTransactionStatus() !== 'I') void (client as PoolClient & Client).end();
    });
    return new Database(orm, pool);
  }

  /** One statement, committed by itself; with a scope it is a transaction of one statement. */
  async rows<Row extends object>(
    text: string,
    values: readonly unknown[] = [],
    {
      scope,
      joinBy,
      lockTimeout,
      prepare,
    }: Pick<TransactionOptions, 'scope' | 'joinBy' | 'lockTimeout'> & { prepare?: boolean } = {},
  ): Promise<Row[]> {
    const statement = queryOf(text, values, prepare);
    return this.#borrow(async (client) =>
      scope
        ? scopedStatement<Row>(client, beginning({ scope, joinBy, lockTimeout }), statement)
        : (await client.query<Row>(statement)).rows,
    );
  }

  /** Statements that become true together, or not at all. */
  async transaction<T>(work: (sql: ConnectionSql) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#borrow(async (client) => {
      await this.#prepareSession(client, options.session ?? []);
      await client.query(beginning(options));
      try {
        const result = await work(new ConnectionSql(client));
        const { command } = await client.query('commit');
        // A statement failed and the work went on as if it had not: PostgreSQL answers such a commit with a rollback.
        if (command !== 'COMMIT') throw new Error('Nothing was committed: a statement of the transaction had failed');
        return result;
      } catch (error) {
        // A rollback that fails too means a dead connection, which has rolled back by dying.
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    });
  }

  /** Changes of entities that become true together, or not at all. `sqlOf(em)` joins statements to them. */
  async entities<T>(
    work: (em: EntityManager) => Promise<T>,
    { scope }: Pick<TransactionOptions, 'scope'> = {},
  ): Promise<T> {
    try {
      return await this.orm.em.fork().transactional(async (em) => {
        if (scope) await sqlOf(em).rows(scopeSetting(scope));
        return work(em);
      });
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** Whether PostgreSQL answers; for readiness. */
  async ping(): Promise<void> {
    await this.rows('select 1');
  }

  async close(): Promise<void> {
    await this.orm.close(true);
  }

  /** Temporary tables live as long as their connection, outside any transaction that could roll them back. */
  async #prepareSession(client: PoolClient, session: readonly string[]): Promise<void> {
    let done = this.#prepared.get(client);
    if (!done) this.#prepared.set(client, (done = new Set()));
    for (const ddl of session) {
      if (done.has(ddl)) continue;
      await client.query(ddl);
      done.add(ddl);
    }
  }

  async #borrow<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    let client: PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      throw new StoreUnavailable('The database cannot be reached just now', {}, { cause: error });
    }
    let broken: Error | undefined;
    // While it is borrowed the connection's errors come here; the statement in flight reports them too.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      throw asStoreError(error);
    } finally {
      client.off('error', onError);
      client.release(broken ?? false);
    }
  }
}

/** `begin`, with the settings that hold until its end. */
function beginning({ scope, statementTimeout, lockTimeout, workMemory, joinBy, snapshot }: TransactionOptions): string {
  let text = snapshot ? 'begin isolation level repeatable read, read only' : 'begin';
  if (scope) text += `; ${scopeSetting(scope)}`;
  if (statementTimeout !== undefined) text += `; set local statement_timeout = ${Math.trunc(statementTimeout)}`;
  if (lockTimeout !== undefined) text += `; set local lock_timeout = ${Math.trunc(lockTimeout)}`;
  if (joinBy !== undefined) text += `; ${joinSettings(joinBy)}`;
  if (workMemory !== undefined) text += `; set local work_mem = '${Math.trunc(workMemory)}MB'`;
  return text;
}

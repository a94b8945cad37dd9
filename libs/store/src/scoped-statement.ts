import type { Writable } from 'node:stream';

import type { PoolClient, QueryConfig } from 'pg';

/** The driver's switch for sending queries without waiting for the answers to those before, and its socket. */
type Pipelined = PoolClient & { pipeline: boolean; readonly connection: { readonly stream: Writable } };

/**
 * One statement as a transaction of its own: begun, run and committed in one round trip.
 *
 * What fails is undone: PostgreSQL answers the commit of a failed transaction with a rollback.
 */
export async function scopedStatement<Row extends object>(
  client: PoolClient,
  begin: string,
  query: QueryConfig,
): Promise<Row[]> {
  const pipelined = client as Pipelined;
  const { stream } = pipelined.connection;
  pipelined.pipeline = true;
  try {
    // As one packet: each write of its own is a call of the kernel that wakes the server.
    stream.cork();
    const sent = [client.query(begin), client.query<Row>(query), client.query('commit')] as const;
    stream.uncork();
    const [begun, answer, committed] = await Promise.allSettled(sent);
    for (const outcome of [begun, answer, committed]) if (outcome.status === 'rejected') throw outcome.reason;
    return answer.status === 'fulfilled' ? answer.value.rows : [];
  } finally {
    pipelined.pipeline = false;
  }
}

import { v7 as uuid } from 'uuid';
import type { z } from 'zod';

import type { MessageContract } from '#lib/contracts';

import type { Database } from './database.js';
import type { Sql } from './sql.js';

/** A message on its way: what the bus needs to publish it. */
export interface OutgoingMessage {
  readonly id: string;
  readonly type: string;
  /** When the transaction wrote it, by PostgreSQL's clock. */
  readonly time: Date;
  readonly data: unknown;
}

/** A message before its transaction has written it. */
export type NewMessage = Pick<OutgoingMessage, 'id' | 'type' | 'data'>;

/** What the relay needs of an outbox. */
export interface Outbox {
  /**
   * Takes up to `limit` waiting messages, has them published and forgets those
   * that the broker has confirmed. Returns how many it took.
   */
  relay(limit: number, publish: (messages: readonly OutgoingMessage[]) => Promise<readonly boolean[]>): Promise<number>;
  /** For the gauges: how many wait, and since when the oldest does. */
  pending(): Promise<{ messages: number; oldest: Date | null }>;
}

/** A message for {@link writeOutbox}, checked against its contract. */
export function outgoing<Type extends string, Schema extends z.ZodType>(
  contract: MessageContract<Type, Schema>,
  data: z.input<Schema>,
  id: string = uuid(),
): NewMessage {
  return { id, type: contract.type, data: contract.schema.parse(data) };
}

/** Writes messages in the caller's transaction: they are sent if, and only if, it commits. */
export async function writeOutbox(sql: Sql, messages: readonly NewMessage[]): Promise<void> {
  if (messages.length === 0) return;
  await sql.rows(
    `insert into bus.outbox (message_id, type, data)
     select * from unnest($1::uuid[], $2::text[], $3::json[])`,
    [messages.map((m) => m.id), messages.map((m) => m.type), messages.map((m) => JSON.stringify(m.data))],
  );
}

/**
 * The outbox in PostgreSQL. Several relays may run at once: each skips what
 * another holds. `at` is told when a round is about to publish and when the
 * broker has confirmed, the two moments at which a crash is most instructive.
 */
export function outboxOf(
  database: Database,
  at: (moment: 'relay.before-publish' | 'relay.after-confirm') => void = () => undefined,
): Outbox {
  return {
    relay: (limit, publish) =>
      database.transaction(async (sql) => {
        const waiting = await sql.rows<{ id: string; message_id: string; type: string; data: unknown; at: string }>(
          `select id, message_id, type, data, written_at as at
             from bus.outbox order by id limit $1 for update skip locked`,
          [limit],
        );
        if (waiting.length === 0) return 0;
        at('relay.before-publish');
        const sent = await publish(
          waiting.map((row) => ({
            id: row.message_id,
            type: row.type,
            data: row.data,
            time: new Date(row.at),
          })),
        );
        at('relay.after-confirm');
        const confirmed = waiting.filter((_, index) => sent[index]).map((row) => row.id);
        await sql.rows('delete from bus.outbox where id = any($1::bigint[])', [confirmed]);
        return waiting.length;
      }),
    pending: async () => {
      const [row] = await database.rows<{ messages: string; oldest: string | null }>(
        'select count(*) as messages, min(written_at) as oldest from bus.outbox',
      );
      return { messages: Number(row?.messages ?? 0), oldest: row?.oldest ? new Date(row.oldest) : null };
    },
  };
}

import type { Channel } from 'amqplib';

import type { AnyMessage } from './delivery.js';

/** The one exchange: direct and durable; the routing key is the message's type. */
export const EXCHANGE = 'tietovirta';

export const QUEUE_TYPE = 'quorum';

/** How long a retry waits, in milliseconds: once for each failed attempt, the last one from then on. */
export const RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 120_000] as const;

/**
 * Deliveries that end without an answer before the broker itself parks a message.
 *
 * A retry is a new copy and does not count; what counts is a consumer that dies
 * or is cut off with the message in its hands. High enough for a day of broken
 * lines, low enough for a message that kills whoever reads it.
 */
const DELIVERY_LIMIT = 20;

export const retryQueue = (queue: string, delayMs: number): string => `${queue}.retry-${delayMs}`;
export const parkedQueue = (queue: string): string => `${queue}.parked`;

/**
 * Declares everything that carries these messages. Safe to repeat, and done by
 * publishers and consumers alike, so the order in which services start is free.
 *
 *   tietovirta ──type──> <queue> ──> consumer ──ok──> acked
 *                           ^           │ a wait may help
 *                           │           ├──copy──> <queue>.retry-<ms> ──TTL──> <queue>
 *                           │           │ a person must look
 *                           │           └──copy──> <queue>.parked
 *                           └── delivery limit ──> <queue>.parked
 *
 * One retry queue for each delay: TTL is only looked at the head of a queue, so
 * a long wait in front would hold up a short one behind it.
 *
 * What the broker itself moves (a TTL, the delivery limit) it moves at least
 * once: by default it drops a message whose next queue has no leader right then.
 * That strategy demands `reject-publish`.
 *
 * Known trouble: a quorum queue declared two or three seconds before every node
 * is killed may come back without a leader, and consuming from it closes the
 * connection with 541. It is not deleted here, because a queue that has lost its
 * majority for a while looks the same and is full: an operator decides.
 */
export async function declareTopology(
  channel: Channel,
  namespace: string,
  contracts: readonly AnyMessage[],
): Promise<void> {
  const exchange = namespace + EXCHANGE;
  await channel.assertExchange(exchange, 'direct', { durable: true });
  for (const contract of contracts) {
    const queue = namespace + contract.queue;
    await channel.assertQueue(parkedQueue(queue), durably({}));
    await channel.assertQueue(queue, durably({ ...onwards(parkedQueue(queue)), 'x-delivery-limit': DELIVERY_LIMIT }));
    for (const delayMs of RETRY_DELAYS_MS) {
      await channel.assertQueue(retryQueue(queue, delayMs), durably({ ...onwards(queue), 'x-message-ttl': delayMs }));
    }
    await channel.bindQueue(queue, exchange, contract.type);
  }
}

const durably = (args: Readonly<Record<string, unknown>>) => ({
  durable: true,
  arguments: { 'x-queue-type': QUEUE_TYPE, ...args },
});

const onwards = (queue: string) => ({
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': queue,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
});

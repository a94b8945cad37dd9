import type { Channel } from 'amqplib';

import type { AnyMessage } from './delivery.js';

/**
 * The one exchange, through which everything is sent but answers (`reply-queue.ts`). The routing key is the message's type; for a copy and
 * for a question it is the queue's name.
 *
 * A topic exchange without any pattern: only of that kind the broker can be told which routing keys a user may send.
 * Through its own exchange, which has no name, whoever may send at all reaches every queue.
 */
export const EXCHANGE = 'tietovirta.messages';

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

export const EXCHANGE_TYPE = 'topic';

type QueueArguments = Readonly<Record<string, string | number>>;

/** What must be on the broker; everything in it is durable. */
export interface Topology {
  readonly exchange: string;
  readonly queues: readonly { readonly name: string; readonly arguments: QueueArguments }[];
  readonly bindings: readonly { readonly queue: string; readonly key: string }[];
}

/**
 * Everything that carries these messages. To declare it is safe to repeat, and done by
 * publishers and consumers alike, so the order in which services start is free.
 *
 *   exchange ──type──> <queue> ──> consumer ──ok──> acked
 *                         ^           │ a wait may help
 *                         │           ├──copy──> <queue>.retry-<ms> ──TTL──> <queue>
 *                         │           │ a person must look
 *                         │           └──copy──> <queue>.parked
 *                         └── delivery limit ──> <queue>.parked
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
export function topologyOf(namespace: string, contracts: readonly AnyMessage[]): Topology {
  const exchange = namespace + EXCHANGE;
  const queues = contracts.flatMap((contract) => {
    const queue = namespace + contract.queue;
    return [
      { name: parkedQueue(queue), arguments: durably({}) },
      { name: queue, arguments: durably({ ...onwards(parkedQueue(queue)), 'x-delivery-limit': DELIVERY_LIMIT }) },
      ...RETRY_DELAYS_MS.map((delayMs) => ({
        name: retryQueue(queue, delayMs),
        arguments: durably({ ...onwards(queue), 'x-message-ttl': delayMs }),
      })),
    ];
  });
  const bindings = [
    ...queues.map(({ name }) => ({ queue: name, key: name })),
    ...contracts.map(({ queue, type }) => ({ queue: namespace + queue, key: type })),
  ];
  return { exchange, queues, bindings };
}

/** Makes it so that everything that carries these messages is there; where it may not declare, it only looks. */
export async function layTopology(
  channel: Channel,
  namespace: string,
  contracts: readonly AnyMessage[],
  declares = true,
): Promise<void> {
  const { exchange, queues, bindings } = topologyOf(namespace, contracts);
  if (!declares) {
    await channel.checkExchange(exchange);
    for (const { name } of queues) await channel.checkQueue(name);
    return;
  }
  await channel.assertExchange(exchange, EXCHANGE_TYPE, { durable: true });
  for (const { name, arguments: args } of queues) await channel.assertQueue(name, { durable: true, arguments: args });
  for (const { queue, key } of bindings) await channel.bindQueue(queue, exchange, key);
}

const durably = (args: QueueArguments): QueueArguments => ({ 'x-queue-type': QUEUE_TYPE, ...args });

const onwards = (queue: string) => ({
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': queue,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
});

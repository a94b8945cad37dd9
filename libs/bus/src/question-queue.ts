import type { QuestionContract } from '#lib/contracts';
import type { RmqOptions } from '@nestjs/microservices';
import type { Channel } from 'amqplib';
import type { z } from 'zod';

import { type BrokerAccess, socketOptions } from './broker-access.js';
import { EXCHANGE, EXCHANGE_TYPE } from './topology.js';

export type AnsweringService = QuestionContract<string, z.ZodType, z.ZodType>['service'];

/** How long an answer is waited for by default, and how long a question lives in its queue. */
export const DEFAULT_TIMEOUT_MS = 5_000;

export const questionQueueName = (namespace: string, service: AnsweringService): string =>
  `${namespace}${service}.questions`;

/** Binds the queue, once it is there, to the exchange that questions are sent through; done by both sides. */
export async function bindQuestions(
  channel: Pick<Channel, 'assertExchange' | 'bindQueue'>,
  { declares = true }: BrokerAccess,
  namespace: string,
  service: AnsweringService,
): Promise<void> {
  if (!declares) return;
  const queue = questionQueueName(namespace, service);
  await channel.assertExchange(namespace + EXCHANGE, EXCHANGE_TYPE, { durable: true });
  await channel.bindQueue(queue, namespace + EXCHANGE, queue);
}

export const QUESTION_ARGUMENTS = { 'x-queue-type': 'classic' } as const;

type Options = NonNullable<RmqOptions['options']>;

/**
 * What the asking and the answering side must say alike. Each of the transport's
 * defaults that is replaced here, and why:
 *
 *   option       | default      | here    | because
 *   -------------+--------------+---------+--------------------------------------------------
 *   queue        | `default`    | by name | one queue of questions for each answering service
 *   noAssert     | false        | by say  | where the broker was given the queue, nobody need make it
 *   durable      | broker's     | true    | a broker that restarts keeps the queue, not its questions
 *   x-queue-type | broker's     | classic | replicating what lives five seconds only costs
 *   persistent   | false        | false   | nobody waits for it after a restart
 *   noDelay      | off          | on      | 40 ms for each question otherwise (Nagle's algorithm)
 *   heartbeat    | 5 s          | 5 s     | a dead line is noticed within one time-out or two
 *   reconnect    | 5 s          | 1 s     | a broker that was away is found again before people give up
 */
export function questionQueue(broker: BrokerAccess, namespace: string, service: AnsweringService) {
  return {
    urls: [broker.url],
    queue: questionQueueName(namespace, service),
    queueOptions: { durable: true, arguments: QUESTION_ARGUMENTS },
    noAssert: broker.declares === false,
    persistent: false,
    socketOptions: {
      heartbeatIntervalInSeconds: 5,
      reconnectTimeInSeconds: 1,
      connectionOptions: socketOptions(broker),
    },
  } satisfies Options;
}

import type { QuestionContract } from '#lib/contracts';
import type { RmqOptions } from '@nestjs/microservices';
import type { z } from 'zod';

export type AnsweringService = QuestionContract<string, z.ZodType, z.ZodType>['service'];

/** How long an answer is waited for by default, and how long a question lives in its queue. */
export const DEFAULT_TIMEOUT_MS = 5_000;

type Options = NonNullable<RmqOptions['options']>;

/**
 * What the asking and the answering side must say alike. Each of the transport's
 * defaults that is replaced here, and why:
 *
 *   option       | default      | here    | because
 *   -------------+--------------+---------+--------------------------------------------------
 *   queue        | `default`    | by name | one queue of questions for each answering service
 *   durable      | broker's     | true    | a broker that restarts keeps the queue, not its questions
 *   x-queue-type | broker's     | classic | replicating what lives five seconds only costs
 *   persistent   | false        | false   | nobody waits for it after a restart
 *   noDelay      | off          | on      | 40 ms for each question otherwise (Nagle's algorithm)
 *   heartbeat    | 5 s          | 5 s     | a dead line is noticed within one time-out or two
 *   reconnect    | 5 s          | 1 s     | a broker that was away is found again before people give up
 */
export function questionQueue(url: string, namespace: string, service: AnsweringService) {
  return {
    urls: [url],
    queue: `${namespace}${service}.questions`,
    queueOptions: { durable: true, arguments: { 'x-queue-type': 'classic' } },
    persistent: false,
    socketOptions: { heartbeatIntervalInSeconds: 5, reconnectTimeInSeconds: 1, connectionOptions: { noDelay: true } },
  } satisfies Options;
}

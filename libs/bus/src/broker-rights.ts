import type { AnyMessage } from './delivery.js';
import { type AnsweringService, QUESTION_ARGUMENTS, questionQueueName } from './question-queue.js';
import { EXCHANGE, parkedQueue, RETRY_DELAYS_MS, retryQueue, type Topology, topologyOf } from './topology.js';

/** What a service does on the broker. */
export interface BrokerBusiness {
  readonly publishes: readonly AnyMessage[];
  readonly consumes: readonly AnyMessage[];
  readonly asks: readonly AnsweringService[];
  readonly answers: readonly AnsweringService[];
}

/** Regular expressions, as the broker wants them: of names of exchanges and queues, and of routing keys. */
export interface BrokerRights {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  /** The routing keys that it may send through {@link EXCHANGE}. */
  readonly keys: string;
}

/**
 * The least with which a service that declares nothing can do its business:
 *
 *   it        | and so it may
 *   ----------+---------------------------------------------------------------------------------
 *   publishes | send the message's type
 *   consumes  | read the queue and its parked one; send to both and to the retries, as copies
 *   asks      | send to the queue of the questions; read answers
 *   answers   | read its questions; write to the broker's own exchange
 *   —         | make, change or remove nothing at all
 *
 * The last right of who answers is wider than one would wish: direct answers go through the broker's own exchange and
 * no other, and whoever may write to that may write to any queue.
 */
export function rightsOf(namespace: string, { publishes, consumes, asks, answers }: BrokerBusiness): BrokerRights {
  const queues = consumes.map(({ queue }) => namespace + queue);
  const copies = queues.flatMap((queue) => [
    queue,
    parkedQueue(queue),
    ...RETRY_DELAYS_MS.map((delay) => retryQueue(queue, delay)),
  ]);
  const questionsOf = (services: readonly AnsweringService[]) =>
    services.map((service) => questionQueueName(namespace, service));
  const keys = [...publishes.map(({ type }) => type), ...copies, ...questionsOf(asks)];
  return {
    configure: exactly([]),
    write: exactly([
      ...(keys.length > 0 ? [namespace + EXCHANGE] : []),
      ...(answers.length > 0 ? ['amq.default'] : []),
    ]),
    read: exactly([
      ...queues.flatMap((queue) => [queue, parkedQueue(queue)]),
      ...questionsOf(answers),
      ...(asks.length > 0 ? ['amq.rabbitmq.reply-to'] : []),
    ]),
    keys: exactly(keys),
  };
}

/** Everything that these services need on the broker, so that none of them need declare it. */
export function installedTopology(namespace: string, services: readonly BrokerBusiness[]): Topology {
  const messages = new Map(
    services.flatMap(({ publishes, consumes }) => [...publishes, ...consumes]).map((each) => [each.queue, each]),
  );
  const { exchange, queues, bindings } = topologyOf(namespace, [...messages.values()]);
  const answering = [...new Set(services.flatMap(({ asks, answers }) => [...asks, ...answers]))];
  const questions = answering.map((service) => questionQueueName(namespace, service));
  return {
    exchange,
    queues: [...queues, ...questions.map((name) => ({ name, arguments: QUESTION_ARGUMENTS }))],
    bindings: [...bindings, ...questions.map((queue) => ({ queue, key: queue }))],
  };
}

/** Of these names and no other; without any, of none. */
const exactly = (names: readonly string[]): string => {
  const escaped = [...new Set(names)].map((name) => name.replaceAll('.', '\\.'));
  return escaped.length === 0 ? '^$' : `^(${escaped.join('|')})$`;
};

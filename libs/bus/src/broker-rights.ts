import type { AnyMessage } from './delivery.js';
import { type AnsweringService, QUESTION_ARGUMENTS, questionQueueName } from './question-queue.js';
import { REPLIES, replyQueues } from './reply-queue.js';
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
  /** Those of {@link REPLIES}: what it may send there, and what it may have sent to a queue of its own. */
  readonly replies: { readonly write: string; readonly read: string };
}

/**
 * The least with which a service that declares nothing, and is called `user`, can do its business:
 *
 *   it        | and so it may
 *   ----------+---------------------------------------------------------------------------------
 *   publishes | send the message's type
 *   consumes  | read the queue and its parked one; send to both and to the retries, as copies
 *   asks      | send to the queue of the questions; make, fill and read queues for answers to it
 *   answers   | read its questions; send to queues that were made for its answers
 *   —         | make, change or remove nothing else
 *
 * Nobody may write to the broker's own exchange, by which every queue is reached.
 */
export function rightsOf(
  namespace: string,
  user: string,
  { publishes, consumes, asks, answers }: BrokerBusiness,
): BrokerRights {
  const queues = consumes.map(({ queue }) => namespace + queue);
  const copies = queues.flatMap((queue) => [
    queue,
    parkedQueue(queue),
    ...RETRY_DELAYS_MS.map((delay) => retryQueue(queue, delay)),
  ]);
  const questionsOf = (services: readonly AnsweringService[]) =>
    services.map((service) => questionQueueName(namespace, service));
  const keys = literally([...publishes.map(({ type }) => type), ...copies, ...questionsOf(asks)]);
  const asked = asks.map((service) => replyQueues(namespace, { asker: user, service }));
  const answered = answers.map((service) => replyQueues(namespace, { service }));
  const [messages, replies] = literally([namespace + EXCHANGE, namespace + REPLIES]);
  const readable = [...queues.flatMap((queue) => [queue, parkedQueue(queue)]), ...questionsOf(answers)];
  return {
    configure: oneOf(asked),
    write: oneOf([...(keys.length > 0 ? [messages] : []), ...(answers.length > 0 ? [replies] : []), ...asked]),
    read: oneOf([...literally(readable), ...(asks.length > 0 ? [replies] : []), ...asked]),
    keys: oneOf(keys),
    replies: { write: oneOf(answered), read: oneOf(asked) },
  };
}

/** What must be on the broker so that no service need declare anything. */
export interface InstalledTopology extends Topology {
  /** The exchange for answers, of the same type as the other one. */
  readonly replies: string;
}

/** Everything that these services need on the broker, so that none of them need declare it. */
export function installedTopology(namespace: string, services: readonly BrokerBusiness[]): InstalledTopology {
  const messages = new Map(
    services.flatMap(({ publishes, consumes }) => [...publishes, ...consumes]).map((each) => [each.queue, each]),
  );
  const { exchange, queues, bindings } = topologyOf(namespace, [...messages.values()]);
  const answering = [...new Set(services.flatMap(({ asks, answers }) => [...asks, ...answers]))];
  const questions = answering.map((service) => questionQueueName(namespace, service));
  return {
    exchange,
    replies: namespace + REPLIES,
    queues: [...queues, ...questions.map((name) => ({ name, arguments: QUESTION_ARGUMENTS }))],
    bindings: [...bindings, ...questions.map((queue) => ({ queue, key: queue }))],
  };
}

const literally = (names: readonly string[]): readonly string[] => names.map((name) => name.replaceAll('.', '\\.'));

/** One of these patterns and no other; without any, of none. */
const oneOf = (patterns: readonly (string | undefined)[]): string =>
  patterns.length === 0 ? '^$' : `^(${[...new Set(patterns)].join('|')})$`;

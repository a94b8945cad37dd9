/**
 * RabbitMQ for everyone: durable messages that arrive, and questions with answers.
 *
 * Start with `bus.ts` for messages (`topology.ts` draws the queues,
 * `settlement.ts` says what becomes of a message) and with `question-client.ts`
 * for questions. This room alone knows `amqplib` and the RMQ transport of Nest;
 * it knows no table, no rule and no metrics library.
 */
export type { BrokerAccess } from './broker-access.js';
export { type BrokerBusiness, type BrokerRights, installedTopology, rightsOf } from './broker-rights.js';
export { type BatchOptions, Bus, type BusOptions, type ConsumeOptions } from './bus.js';
export type { BusLog } from './bus-log.js';
export type {
  BusMetrics,
  BusRole,
  BusState,
  ConsumedOutcome,
  ParkedReason,
  PublishedOutcome,
  RelayedOutcome,
} from './bus-metrics.js';
export type { Consumer, Drained } from './consumer.js';
export type { AnyMessage, Delivery, Handled } from './delivery.js';
export type { OutgoingMessage } from './envelope.js';
export { type Outbox, OutboxRelay, type OutboxRelayOptions } from './outbox-relay.js';
export type { PublishOutcome } from './publisher.js';
export {
  AnswerBroken,
  type AskOptions,
  NoAnswer,
  QuestionClient,
  type QuestionClientOptions,
} from './question-client.js';
export { QuestionBroken, QuestionFilter, questionPipe } from './question-filter.js';
export { questionServerOptions } from './question-server.js';
export { MAX_BROKEN_ATTEMPTS, type Settlement, settlementFor } from './settlement.js';
export { NotConnected } from './not-connected.js';
export { REPLIES } from './reply-queue.js';
export { EXCHANGE, EXCHANGE_TYPE, parkedQueue, QUEUE_TYPE, RETRY_DELAYS_MS, retryQueue } from './topology.js';

import {
  type CustomStrategy,
  type ReadPacket,
  type RmqContext,
  ServerRMQ,
  type WritePacket,
} from '@nestjs/microservices';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { Channel, ConsumeMessage, Options } from 'amqplib';

import type { BrokerAccess } from './broker-access.js';
import { within } from './consumer.js';
import { isOpen, noteClosing } from './lasting-channel.js';
import { toWire } from './question-error.js';
import { survivingSetup } from './question-line.js';
import { type AnsweringService, bindQuestions, questionQueue } from './question-queue.js';
import { isDirectReply, isReplyQueue, layReplies, REPLIES } from './reply-queue.js';

const CONSUMER_TAG = 'questions';
/** What is being answered when the service stops still gets this long. */
const LAST_ANSWERS_MS = 5_000;

/**
 * Answers what is asked of a service, at most `prefetch` questions at once:
 *
 *   NestFactory.createMicroservice<MicroserviceOptions>(Module, questionServerOptions({ url }, '', 'auth', 50))
 *   app.useGlobalPipes(questionPipe); app.useGlobalFilters(new QuestionFilter(log));
 *
 *   @MessagePattern(decideAccess.pattern)
 *   decide(@Payload({ schema: decideAccess.ask }) question: z.output<typeof decideAccess.ask>) { … }
 */
export function questionServerOptions(
  broker: BrokerAccess,
  namespace: string,
  service: AnsweringService,
  prefetch: number,
): CustomStrategy {
  return { strategy: new QuestionServer(broker, namespace, service, prefetch) };
}

/**
 * The transport of Nest, with three of its habits changed.
 *
 * It acks on arrival (`noAck`), and RabbitMQ ignores the prefetch of a consumer
 * that never acks: a flood would wait in this process, where no question
 * expires. Here a question is acked with its answer, so the surplus waits in
 * the queue and expires there. Nest leaves that ack to whoever handles; here it
 * is in the one place that every answer passes.
 *
 * An answer that is no JSON (a BigInt) is answered as an error, not with silence.
 *
 * A question that the broker gives out a second time is dropped: whoever had it
 * first died with it, and would take this process along.
 */
class QuestionServer extends ServerRMQ {
  private inlet: Channel | undefined;
  private readonly answering = new Set<ConsumeMessage>();
  private quiet = Promise.withResolvers<void>();

  constructor(
    private readonly broker: BrokerAccess,
    private readonly namespace: string,
    private readonly service: AnsweringService,
    prefetch: number,
  ) {
    const queue = questionQueue(broker, namespace, service);
    super({ ...queue, prefetchCount: prefetch, noAck: false, consumerTag: CONSUMER_TAG });
  }

  override async createClient<Client>(): Promise<Client> {
    const manager = await super.createClient<AmqpConnectionManager>();
    const create = manager.createChannel.bind(manager);
    // Nobody waits for the broker's confirms of answers: each would cost a frame, and a word between queue and channel.
    manager.createChannel = (options) => create({ ...options, confirm: false });
    return survivingSetup(manager, (error) => void this.logger.error(error)) as Client;
  }

  override async setupChannel(channel: Channel, callback: () => void): Promise<void> {
    noteClosing(channel);
    this.inlet = channel;
    await super.setupChannel(channel, () => undefined);
    await bindQuestions(channel, this.broker, this.namespace, this.service);
    await layReplies(channel, this.broker, this.namespace);
    callback();
  }

  override async handleMessage(message: Record<string, unknown> | null, channel: Channel): Promise<void> {
    // The broker ended the consumer, as for a queue that is deleted; Nest would be deaf from now on.
    if (message === null) return this.unwrap<AmqpConnectionManager>().reconnect();
    const question = message as unknown as ConsumeMessage;
    if (question.fields.redelivered) return channel.ack(question);
    this.answering.add(question);
    try {
      await super.handleMessage(message, channel);
    } catch (error) {
      this.logger.error(error);
      this.settle(question, channel);
    }
  }

  /** What asks nothing is dropped. */
  override handleEvent(_pattern: string, _packet: ReadPacket, context: RmqContext): Promise<void> {
    this.settle(context.getMessage() as unknown as ConsumeMessage, context.getChannelRef() as Channel);
    return Promise.resolve();
  }

  /** Nest says `status` only of a pattern that nobody handles, and has then settled the question itself. */
  override sendMessage<Answer>(answer: Answer, replyTo: string, correlationId: string, context: RmqContext): void {
    const { isDisposed, status } = answer as WritePacket;
    const question = context.getMessage() as unknown as ConsumeMessage;
    const channel = context.getChannelRef() as Channel;
    if (isOpen(channel)) this.reply(channel, replyTo, bodyOf(answer), { correlationId });
    if (status !== undefined) this.forget(question);
    else if (isDisposed) this.settle(question, channel);
  }

  override async close(): Promise<void> {
    if (this.inlet !== undefined && isOpen(this.inlet)) {
      await within(LAST_ANSWERS_MS, this.inlet.cancel(CONSUMER_TAG));
      if (this.answering.size > 0) await within(LAST_ANSWERS_MS, this.quiet.promise);
    }
    await super.close();
  }

  /**
   * To a queue that was made for answers of this service, and to nothing else that a question may name.
   *
   * Who asks may be older than those queues; where this side has more rights than it needs, it is answered as before.
   */
  private reply(channel: Channel, replyTo: unknown, body: Buffer, options: Options.Publish): void {
    if (isReplyQueue(replyTo, this.namespace, this.service)) {
      channel.publish(this.namespace + REPLIES, replyTo, body, options);
    } else if (isDirectReply(replyTo) && this.broker.declares !== false) {
      channel.sendToQueue(replyTo, body, options);
    } else {
      this.logger.warn('A question names nowhere that its answer could go to');
    }
  }

  /** On a channel that is gone there is nothing to ack: the broker gives the question out again, to be dropped. */
  private settle(question: ConsumeMessage, channel: Channel): void {
    if (isOpen(channel)) channel.ack(question);
    this.forget(question);
  }

  private forget(question: ConsumeMessage): void {
    this.answering.delete(question);
    if (this.answering.size > 0) return;
    this.quiet.resolve();
    this.quiet = Promise.withResolvers();
  }
}

function bodyOf(answer: unknown): Buffer {
  try {
    return Buffer.from(JSON.stringify(answer));
  } catch (error) {
    return Buffer.from(JSON.stringify({ err: toWire(error), isDisposed: true }));
  }
}

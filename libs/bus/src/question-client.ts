import { ClientRMQ, RmqRecordBuilder } from '@nestjs/microservices';
import type { QuestionContract } from '#lib/contracts';
import { AppError } from '#lib/errors';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { firstValueFrom, timeout } from 'rxjs';
import type { z } from 'zod';

import type { BusLog } from './bus-log.js';
import { placesOf } from './envelope.js';
import { messageOf } from './message-of.js';
import { fromWire } from './question-error.js';
import { survivingSetup } from './question-line.js';
import { type AnsweringService, bindQuestions, DEFAULT_TIMEOUT_MS, questionQueue } from './question-queue.js';
import { type Asking, openReplyQueue } from './reply-queue.js';
import { EXCHANGE } from './topology.js';

export interface QuestionClientOptions extends Asking {
  readonly log: BusLog;
}

export interface AskOptions {
  /** How long the answer is waited for, in milliseconds; the broker drops the question after that. Default 5000. */
  readonly timeoutMs?: number;
}

/** Nobody answered in time, or the broker could not be reached. Whether the other side did it is not known. */
export class NoAnswer extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'bus.no-answer';
}

/** Something answered, but not what the contract says: the two sides are of different versions. */
export class AnswerBroken extends AppError {
  readonly kind = 'broken';
  readonly code = 'answer.contract-broken';
}

/** Asks other services. One connection for each service asked, opened at its first question. */
export class QuestionClient {
  private readonly proxies = new Map<AnsweringService, Line>();

  constructor(private readonly options: QuestionClientOptions) {}

  /**
   * Resolves with the answer, checked. Throws the answering side's error as a
   * `RemoteError` of the same kind, code and details, or {@link NoAnswer}.
   */
  async ask<Name extends string, Ask extends z.ZodType, Answer extends z.ZodType>(
    contract: QuestionContract<Name, Ask, Answer>,
    body: z.input<Ask>,
    { timeoutMs = DEFAULT_TIMEOUT_MS }: AskOptions = {},
  ): Promise<z.output<Answer>> {
    // `expiration` is for the broker; `timeout` for what the transport holds back while it reconnects.
    const lifetime = { expiration: timeoutMs, timeout: timeoutMs };
    const question = new RmqRecordBuilder(body).setOptions(lifetime).build();
    let answer: unknown;
    try {
      const answers = this.proxyTo(contract.service).send<unknown>(contract.pattern, question);
      answer = await firstValueFrom(answers.pipe(timeout(timeoutMs)));
    } catch (error) {
      throw fromWire(error) ?? this.noAnswer(contract, error);
    }
    const read = contract.answer.safeParse(answer);
    if (read.success) return read.data;
    throw new AnswerBroken(`The answer to ${contract.pattern} does not keep its contract`, {
      at: placesOf(read.error),
    });
  }

  /** Opens the way before the first question. Never throws: a broker that is away is tried again when asked. */
  async connect(services: readonly AnsweringService[]): Promise<void> {
    await Promise.all(
      services.map((service) =>
        this.proxyTo(service)
          .connect()
          .catch((error: unknown) =>
            this.options.log.warn({ service, reason: messageOf(error) }, 'No way to ask this service yet'),
          ),
      ),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.proxies.values()].map((proxy) => Promise.resolve(proxy.close())));
    this.proxies.clear();
  }

  private proxyTo(service: AnsweringService): Line {
    const known = this.proxies.get(service);
    if (known !== undefined) return known;
    const proxy = new Line(service, this.options);
    this.proxies.set(service, proxy);
    return proxy;
  }

  private noAnswer({ pattern, service }: QuestionContract<string, z.ZodType, z.ZodType>, error: unknown): NoAnswer {
    this.options.log.warn({ pattern, service, reason: messageOf(error) }, 'A question was not answered');
    return new NoAnswer(`${service} did not answer in time; try again`, { pattern }, { cause: error });
  }
}

/**
 * The transport of Nest; a broker that dies while a line is opened does not take this process along. Questions go
 * through our exchange, where the broker can tell whose a user may ask, and not through the broker's own; answers come
 * to a queue of the line's channel.
 */
class Line extends ClientRMQ {
  /** By channel: the transport may set up two at once when it comes back. */
  private readonly answersTo = new WeakMap<Channel, string>();

  constructor(
    private readonly service: AnsweringService,
    private readonly asking: QuestionClientOptions,
  ) {
    super(questionQueue(asking, asking.namespace, service));
  }

  override createClient(): AmqpConnectionManager {
    const { service, asking } = this;
    const manager = survivingSetup(super.createClient() as AmqpConnectionManager, (error) =>
      asking.log.warn({ service, reason: messageOf(error) }, 'The line to a service could not be opened'),
    );
    const create = manager.createChannel.bind(manager);
    manager.createChannel = (options) => {
      const channel = create(options);
      channel.sendToQueue = (...[queue, content, sending, done]) =>
        channel.publish(asking.namespace + EXCHANGE, queue, content, sending, done);
      return channel;
    };
    return manager;
  }

  override async setupChannel(channel: Channel, resolve: () => void): Promise<void> {
    const { asking, service } = this;
    const queue = await openReplyQueue(channel, asking, service);
    this.answersTo.set(channel, queue);
    stampReplyTo(channel, queue);
    await super.setupChannel(channel, () => undefined);
    await bindQuestions(channel, asking, asking.namespace, service);
    resolve();
  }

  override async consumeChannel(channel: Channel): Promise<void> {
    const take = (answer: ConsumeMessage | null) => {
      // The broker took the queue away: without it nothing is heard any more.
      if (answer === null) return this.unwrap<AmqpConnectionManager>().reconnect();
      this.responseEmitter.emit(String(answer.properties.correlationId), answer);
    };
    await channel.consume(this.answersTo.get(channel) ?? '', take, { noAck: true });
  }
}

/** Questions that waited for the channel were written while there was another one, whose queue is gone. */
function stampReplyTo(channel: Channel, replyTo: string): void {
  const publish = channel.publish.bind(channel);
  channel.publish = (exchange: string, key: string, content: Buffer, options?: Options.Publish, ...rest: []) =>
    publish(exchange, key, content, { ...options, replyTo }, ...rest);
}

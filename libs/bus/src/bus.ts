import type { MessageContract } from '#lib/contracts';
import type { z } from 'zod';

import type { BrokerAccess } from './broker-access.js';
import { BatchConsumer, type BatchOptions } from './batch-consumer.js';
import type { BusLog } from './bus-log.js';
import type { BusMetrics, BusRole, BusState } from './bus-metrics.js';
import { type Consumer, Intake } from './consumer.js';
import { type AnyMessage, HEADER } from './delivery.js';
import { CONTENT_TYPE, type OutgoingMessage, writeEnvelope } from './envelope.js';
import { Link } from './link.js';
import { type Parcel, Publisher, type PublishOutcome } from './publisher.js';
import { replayParked } from './replay.js';
import { Settler } from './settler.js';
import { type ConsumeOptions, type ConsumerParts, SingleConsumer } from './single-consumer.js';
import { EXCHANGE } from './topology.js';

export type { BatchOptions } from './batch-consumer.js';
export type { ConsumeOptions } from './single-consumer.js';

export interface BusOptions extends BrokerAccess {
  /** Before the name of every exchange and queue, so that several installations share a broker: `''` or `x.`. */
  readonly namespace: string;
  /** The service: the connection's name at the broker and the source of its messages. */
  readonly name: string;
  /** What it publishes. Their queues are declared on every connection, before anything is sent. */
  readonly publishes: readonly AnyMessage[];
  readonly log: BusLog;
  readonly metrics?: BusMetrics;
}

/** What nobody counts. */
const UNCOUNTED: BusMetrics = {};

/**
 * The way to the broker for one service.
 *
 * Two connections: a broker short of memory stops reading from whoever
 * publishes, and the acks that would relieve it must not wait behind that.
 */
export class Bus {
  private readonly metrics: BusMetrics;
  private readonly outward: Link;
  private inward: Link | undefined;
  private readonly publisher: Publisher;

  private constructor(private readonly options: BusOptions) {
    this.metrics = options.metrics ?? UNCOUNTED;
    this.outward = this.linkFor('publisher');
    this.publisher = new Publisher(this.outward, { ...options, metrics: this.metrics });
  }

  /** Begins to connect and never gives up; returns at once, so that a service starts without its broker. */
  static connect(options: BusOptions): Bus {
    return new Bus(options);
  }

  /** For readiness: the worst of its connections. */
  state(): BusState {
    const states = [this.outward.state(), this.inward?.state() ?? 'connected'];
    if (states.includes('disconnected')) return 'disconnected';
    return states.includes('blocked') ? 'blocked' : 'connected';
  }

  /** Resolves when it may publish for the first time: connected, and what it publishes is declared. */
  ready(): Promise<void> {
    return this.publisher.ready();
  }

  /** One outcome for each message, in their order; never throws. Only `confirmed` is safe with the broker. */
  publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishOutcome[]> {
    return Promise.all(messages.map((message) => this.publisher.send(this.parcelOf(message))));
  }

  consume<Name extends string, Schema extends z.ZodType>(
    contract: MessageContract<Name, Schema>,
    options: ConsumeOptions<z.output<Schema>>,
  ): Consumer {
    return new SingleConsumer(contract, options, this.partsOf(contract, options.prefetch));
  }

  consumeBatch<Name extends string, Schema extends z.ZodType>(
    contract: MessageContract<Name, Schema>,
    options: BatchOptions<z.output<Schema>>,
  ): Consumer {
    return new BatchConsumer(contract, options, this.partsOf(contract, options.prefetch));
  }

  /** Gives up to `limit` parked messages back to their queue as first attempts; returns how many. */
  replayParked(contract: AnyMessage, limit: number): Promise<number> {
    const { outward: link, publisher, metrics } = this;
    const { exchange } = this;
    const queue = this.options.namespace + contract.queue;
    return replayParked(contract, limit, { link, publisher, metrics, exchange, queue });
  }

  /** Waits for the confirms of what is in flight. Drain the consumers first. */
  async close(): Promise<void> {
    await this.publisher.close();
    await Promise.all([this.outward.close(), this.inward?.close()]);
  }

  private get exchange(): string {
    return this.options.namespace + EXCHANGE;
  }

  private linkFor(role: BusRole): Link {
    const { url, tls, name, log } = this.options;
    return new Link({ url, tls, name, role, log, metrics: this.metrics });
  }

  private partsOf(contract: AnyMessage, prefetch: number): ConsumerParts {
    const { publisher, metrics, exchange } = this;
    const { namespace, declares, log } = this.options;
    const link = (this.inward ??= this.linkFor('consumer'));
    return {
      intake: (take, lost) => new Intake({ link, contract, namespace, declares, prefetch, log, metrics, take, lost }),
      settler: new Settler({ contract, exchange, queue: namespace + contract.queue, publisher, log, metrics }),
      metrics,
    };
  }

  private parcelOf(message: OutgoingMessage): Parcel {
    const now = Date.now();
    return {
      exchange: this.exchange,
      routingKey: message.type,
      content: writeEnvelope(message, `/tietovirta/${this.options.name}`),
      type: message.type,
      properties: {
        messageId: message.id,
        type: message.type,
        timestamp: Math.floor(now / 1000),
        contentType: CONTENT_TYPE,
        headers: { [HEADER.published]: now, [HEADER.attempt]: 1 },
      },
    };
  }
}

import type { ConfirmChannel, Message, Options } from 'amqplib';

import type { BusLog } from './bus-log.js';
import type { BusMetrics, PublishedOutcome } from './bus-metrics.js';
import type { AnyMessage } from './delivery.js';
import { LastingChannel } from './lasting-channel.js';
import { messageOf } from './message-of.js';
import type { Link } from './link.js';
import { layTopology } from './topology.js';
import { Window } from './window.js';

/**
 * Only `confirmed` means that the broker holds it. `unroutable` had no queue;
 * `unavailable` was not answered in time, refused, or never sent, and may yet
 * arrive: repeating it is right, the id makes it one.
 */
export type PublishOutcome = 'confirmed' | 'unroutable' | 'unavailable';

/** One message as the wire has it. */
export interface Parcel {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish;
  readonly type: string;
}

export interface PublisherOptions {
  readonly namespace: string;
  readonly declares?: boolean | undefined;
  readonly publishes: readonly AnyMessage[];
  readonly log: BusLog;
  readonly metrics: BusMetrics;
}

/** How many may wait for their confirm at once; more bring nothing and only fill the socket. */
const WINDOW = 500;
const CONFIRM_TIMEOUT_MS = 10_000;
/**
 * What somebody deleted is declared again, but not at once: a quorum queue that
 * is back within some 30 ms hides its deletion from its consumers (RabbitMQ
 * 3.10), which then wait at a queue that gives them nothing.
 */
const MEND_AFTER_MS = 2_000;

const MEANING: Readonly<Record<PublishedOutcome, PublishOutcome>> = {
  confirmed: 'confirmed',
  returned: 'unroutable',
  nacked: 'unavailable',
  timeout: 'unavailable',
};

/** Sends persistently, with a confirm, and never takes a message that came back for one that arrived. */
export class Publisher {
  private readonly channel: LastingChannel<ConfirmChannel>;
  /** What is under way, and whether it came back. */
  private readonly returned = new Map<string, boolean>();
  private readonly window = new Window(WINDOW);
  private sequence = 0;
  private mending: NodeJS.Timeout | undefined;

  constructor(
    private readonly link: Link,
    private readonly options: PublisherOptions,
  ) {
    this.channel = new LastingChannel(link, options.log, {
      purpose: 'publish',
      create: (model) => model.createConfirmChannel(),
      prepare: async (channel) => {
        channel.on('return', (message: Message) => this.cameBack(message));
        await layTopology(channel, options.namespace, options.publishes, options.declares);
      },
      // amqplib itself fails the confirms that were still to come.
      lost: () => undefined,
    });
  }

  ready(): Promise<void> {
    return this.channel.ready();
  }

  async send(parcel: Parcel): Promise<PublishOutcome> {
    await this.window.enter();
    const started = performance.now();
    const outcome = await this.transmit(parcel).finally(() => this.window.leave());
    const { metrics, namespace } = this.options;
    const exchange = parcel.exchange.slice(namespace.length);
    metrics.published?.(exchange, parcel.type, outcome);
    if (outcome === 'confirmed') metrics.confirmed?.(exchange, (performance.now() - started) / 1000);
    return MEANING[outcome];
  }

  /** Waits for what is in flight, then closes. */
  async close(): Promise<void> {
    this.channel.retire();
    clearTimeout(this.mending);
    await this.window.empty();
    await this.channel.close();
  }

  private transmit(parcel: Parcel): Promise<PublishedOutcome> {
    const channel = this.channel.current;
    // A blocked broker reads nothing: what is written now would only wait in the socket.
    if (channel === undefined || this.link.state() !== 'connected') return Promise.resolve('timeout');
    return new Promise((resolve) => {
      // Our own number, not the message's id: the same message may be under way twice.
      const key = String(++this.sequence);
      const timer = setTimeout(() => settle('timeout'), CONFIRM_TIMEOUT_MS);
      const settle = (outcome: PublishedOutcome) => {
        this.returned.delete(key);
        clearTimeout(timer);
        resolve(outcome);
      };
      this.returned.set(key, false);
      const properties = { ...parcel.properties, persistent: true, mandatory: true, correlationId: key };
      try {
        channel.publish(parcel.exchange, parcel.routingKey, parcel.content, properties, (refused: unknown) =>
          settle(refused ? 'nacked' : this.returned.get(key) ? 'returned' : 'confirmed'),
        );
      } catch (error) {
        this.options.log.error({ type: parcel.type, reason: messageOf(error) }, 'A message cannot be written');
        settle('timeout');
      }
    });
  }

  /** The broker returns a message before it confirms it. */
  private cameBack({ properties, fields }: Message): void {
    const key = String(properties.correlationId);
    if (this.returned.has(key)) this.returned.set(key, true);
    this.options.log.error({ routingKey: fields.routingKey }, 'A message has no queue to go to');
    this.mending ??= setTimeout(() => void this.mend(), MEND_AFTER_MS).unref();
  }

  private async mend(): Promise<void> {
    this.mending = undefined;
    const channel = this.channel.current;
    if (channel === undefined) return;
    const { namespace, publishes, declares } = this.options;
    // A refusal closes the channel, and opening it again declares everything, loudly.
    await layTopology(channel, namespace, publishes, declares).catch(() => undefined);
  }
}

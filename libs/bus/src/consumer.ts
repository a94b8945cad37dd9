import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';

import type { BusLog } from './bus-log.js';
import type { BusMetrics } from './bus-metrics.js';
import { type AnyMessage, type Held, publishedAtOf } from './delivery.js';
import { LastingChannel } from './lasting-channel.js';
import type { Link } from './link.js';
import { layTopology } from './topology.js';

/** `cut-off`: the time was up with handlers still running; their messages go back to the broker. */
export type Drained = 'drained' | 'cut-off';

/** A consumer keeps itself attached over lost connections and closed channels until it is drained. */
export interface Consumer {
  /** Whether messages can arrive right now. */
  readonly attached: boolean;
  /** Takes nothing more, lets handlers that run finish and be settled, and gives back the rest. */
  drain(timeoutMs: number): Promise<Drained>;
}

export interface IntakeOptions {
  readonly link: Link;
  readonly contract: AnyMessage;
  readonly namespace: string;
  readonly declares: boolean | undefined;
  readonly prefetch: number;
  readonly log: BusLog;
  readonly metrics: BusMetrics;
  readonly take: (held: Held) => void;
  /** What was held is no longer ours. */
  readonly lost: () => void;
}

const CONSUMER_TAG = 'intake';

/** Where messages come in: one consumer on one queue, attached again whenever it is cut off. */
export class Intake {
  private readonly channel: LastingChannel<Channel>;

  constructor(private readonly options: IntakeOptions) {
    this.channel = new LastingChannel(options.link, options.log, {
      purpose: `consume ${options.contract.queue}`,
      create: (model: ChannelModel) => model.createChannel(),
      prepare: (channel) => this.attach(channel),
      lost: options.lost,
    });
  }

  get attached(): boolean {
    return this.channel.current !== undefined;
  }

  /** No delivery after this; what is held can still be settled. Waits for the broker at most `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    const channel = this.channel.current;
    this.channel.retire();
    await within(timeoutMs, channel?.cancel(CONSUMER_TAG).catch(() => undefined) ?? Promise.resolve());
  }

  /** Gives back what is not settled. */
  close(timeoutMs: number): Promise<boolean> {
    return within(timeoutMs, this.channel.close());
  }

  private async attach(channel: Channel): Promise<void> {
    const { contract, namespace, declares, prefetch } = this.options;
    await layTopology(channel, namespace, [contract], declares);
    await channel.prefetch(prefetch);
    await channel.consume(namespace + contract.queue, (message) => this.receive(channel, message), {
      consumerTag: CONSUMER_TAG,
      noAck: false,
    });
  }

  /** The broker says `null` when it ends the consumer itself, as for a queue that is deleted. */
  private receive(channel: Channel, message: ConsumeMessage | null): void {
    const { contract, log, metrics, take } = this.options;
    if (message === null) {
      log.error({ queue: contract.queue }, 'The broker cancelled the consumer');
      void channel.close().catch(() => undefined);
      return;
    }
    metrics.messageAge?.(contract.queue, Math.max(0, Date.now() - publishedAtOf(message).getTime()) / 1000);
    if (message.fields.redelivered) metrics.redelivered?.(contract.queue);
    take({ channel, message });
  }
}

/** Whether it ended in time. The work itself goes on: nothing can stop a promise. */
export async function within(timeoutMs: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), timeoutMs);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

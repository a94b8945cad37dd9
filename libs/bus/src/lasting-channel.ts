import type { Channel, ChannelModel } from 'amqplib';

import { Backoff } from './backoff.js';
import type { BusLog } from './bus-log.js';
import type { Link } from './link.js';
import { messageOf } from './message-of.js';

const REOPEN = { firstMs: 200, maxMs: 10_000 };

export interface LastingChannelOptions<C extends Channel> {
  /** For the log. */
  readonly purpose: string;
  readonly create: (model: ChannelModel) => Promise<C>;
  /** Makes it useful: declares, consumes. When it throws, the channel is closed and tried again later. */
  readonly prepare: (channel: C) => Promise<void>;
  /** It is gone, and with it everything unconfirmed and unacked. */
  readonly lost: () => void;
}

/**
 * A channel that is opened again whenever it is lost: with its connection, or
 * alone, as the broker closes a channel for one bad request.
 */
export class LastingChannel<C extends Channel> {
  private open: C | undefined;
  private opening = false;
  private retired = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly backoff = new Backoff(REOPEN);
  private readonly firstOpen = Promise.withResolvers<void>();

  constructor(
    private readonly link: Link,
    private readonly log: BusLog,
    private readonly options: LastingChannelOptions<C>,
  ) {
    link.onConnect(() => void this.reopen());
  }

  /** The channel, while there is one and it is prepared. */
  get current(): C | undefined {
    return this.open;
  }

  /** Resolves when it is open for the first time. */
  ready(): Promise<void> {
    return this.firstOpen.promise;
  }

  /** The channel that is open stays; it is not replaced when it is lost. */
  retire(): void {
    this.retired = true;
    clearTimeout(this.timer);
  }

  /** What is unacked goes back to its queue. */
  async close(): Promise<void> {
    this.retire();
    await shut(this.open);
  }

  private async reopen(): Promise<void> {
    const model = this.link.current;
    if (this.opening || this.retired || this.open !== undefined || model === undefined) return;
    this.opening = true;
    let channel: C | undefined;
    try {
      channel = await this.options.create(model);
      this.watch(channel);
      await this.options.prepare(channel);
      // Closed while it was prepared: `watch` saw a channel that was not yet ours.
      if (closedChannels.has(channel)) throw new Error('closed while it was opened');
      this.open = channel;
      this.backoff.cameUp();
      this.firstOpen.resolve();
    } catch (error) {
      this.log.error({ purpose: this.options.purpose, reason: messageOf(error) }, 'A channel cannot be opened');
      await shut(channel);
      this.later();
    } finally {
      this.opening = false;
    }
    if (this.retired) await shut(this.open);
  }

  private watch(channel: C): void {
    const { purpose, lost } = this.options;
    channel.on('error', (error) => this.log.error({ purpose, reason: error.message }, 'The broker closed a channel'));
    noteClosing(channel);
    channel.once('close', () => {
      if (this.open === channel) this.open = undefined;
      lost();
      this.later();
    });
  }

  private later(): void {
    clearTimeout(this.timer);
    if (this.retired) return;
    this.timer = setTimeout(() => void this.reopen(), this.backoff.nextMs()).unref();
  }
}

const closedChannels = new WeakSet<Channel>();

/** Makes {@link isOpen} true to the channel; amqplib itself does not tell. */
export function noteClosing(channel: Channel): void {
  channel.once('close', () => closedChannels.add(channel));
}

export const isOpen = (channel: Channel): boolean => !closedChannels.has(channel);

/** Closing what the broker closed before is no failure. */
async function shut(channel: Channel | undefined): Promise<void> {
  if (channel === undefined || closedChannels.has(channel)) return;
  await channel.close().catch(() => undefined);
}

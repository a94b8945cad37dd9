import { type ChannelModel, connect, type RecoveringChannelModel } from 'amqplib';

import { Backoff } from './backoff.js';
import { type BrokerAccess, socketOptions } from './broker-access.js';
import type { BusLog } from './bus-log.js';
import type { BusMetrics, BusRole, BusState } from './bus-metrics.js';
import { batchWrites } from './write-batch.js';

const HEARTBEAT_SECONDS = 10;
const CONNECT_TIMEOUT_MS = 10_000;
const RECONNECT = { firstMs: 250, maxMs: 10_000 };

export interface LinkOptions extends BrokerAccess {
  /** Shown by the broker's tools. */
  readonly name: string;
  readonly role: BusRole;
  readonly log: BusLog;
  readonly metrics: BusMetrics;
}

/** One connection to the broker that comes back for ever, with jitter and growing pauses. */
export class Link {
  private live: ChannelModel | undefined;
  private blocked = false;
  private readonly waiting = new Set<(model: ChannelModel) => void>();
  private readonly backoff = new Backoff(RECONNECT);

  private readonly model: Promise<RecoveringChannelModel>;

  /** Begins to connect; whether the broker is there shows in {@link state}. */
  constructor(private readonly options: LinkOptions) {
    this.tell();
    this.model = this.dial();
  }

  /** The connection, while there is one. */
  get current(): ChannelModel | undefined {
    return this.live;
  }

  state(): BusState {
    if (this.live === undefined) return 'disconnected';
    return this.blocked ? 'blocked' : 'connected';
  }

  /** Calls back on every connection made, and for the present one. */
  onConnect(listener: (model: ChannelModel) => void): void {
    this.waiting.add(listener);
    if (this.live !== undefined) listener(this.live);
  }

  async close(): Promise<void> {
    this.become(undefined, false);
    await (await this.model).close();
  }

  private async dial(): Promise<RecoveringChannelModel> {
    const { url, name, role } = this.options;
    const address = new URL(url);
    address.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
    const model = await connect(address.href, {
      ...socketOptions(this.options),
      timeout: CONNECT_TIMEOUT_MS,
      clientProperties: { connection_name: `${name} ${role}` },
      recovery: {
        waitForConnect: false,
        calculateDelay: () => this.backoff.nextMs(),
        // amqplib listens for errors only once this has resolved; an error in between would end the process.
        setup: (fresh: ChannelModel) => {
          fresh.on('error', () => undefined);
          batchWrites(fresh);
          return Promise.resolve();
        },
      },
    });
    this.watch(model);
    return model;
  }

  private watch(model: RecoveringChannelModel): void {
    const { log, role } = this.options;
    model.on('connect', (fresh) => {
      this.backoff.cameUp();
      this.become(fresh, false);
      log.info({ role }, 'Connected to the broker');
      for (const listener of this.waiting) listener(fresh);
    });
    model.on('disconnect', (error) => {
      this.become(undefined, false);
      log.warn({ role, reason: error.message }, 'The connection to the broker is lost');
    });
    model.on('connect-failed', (error) => log.warn({ role, reason: error.message }, 'The broker cannot be reached'));
    model.on('blocked', (reason: string) => {
      this.become(this.live, true);
      log.error({ role, reason }, 'The broker takes nothing more: it is short of memory or disk');
    });
    model.on('unblocked', () => this.become(this.live, false));
    // Each error is followed by a disconnect, which is where something is done about it.
    model.on('error', () => undefined);
  }

  private become(model: ChannelModel | undefined, blocked: boolean): void {
    this.live = model;
    this.blocked = blocked;
    this.tell();
  }

  private tell(): void {
    this.options.metrics.connection?.(this.options.role, this.state());
  }
}

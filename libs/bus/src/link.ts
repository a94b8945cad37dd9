import { setTimeout as pause } from 'node:timers/promises';

import { type ChannelModel, connect } from 'amqplib';

import { Backoff } from './backoff.js';
import { type BrokerAccess, socketOptions } from './broker-access.js';
import type { BusLog } from './bus-log.js';
import type { BusMetrics, BusRole, BusState } from './bus-metrics.js';
import { messageOf } from './message-of.js';
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
  private readonly closing = new AbortController();

  /** Begins to connect; whether the broker is there shows in {@link state}. */
  constructor(private readonly options: LinkOptions) {
    this.tell();
    void this.keepUp();
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
    const { live } = this;
    this.closing.abort();
    this.become(undefined, false);
    if (live !== undefined) await shut(live);
  }

  /** By a certificate as it is at each attempt: amqplib's own recovery would show the first one for ever. */
  private async keepUp(): Promise<void> {
    const { signal } = this.closing;
    const { log, role } = this.options;
    while (!signal.aborted) {
      try {
        const model = await this.dial();
        if (signal.aborted) return await shut(model);
        const lost = this.watch(model);
        this.opened(model);
        const reason = await lost;
        if (!signal.aborted) log.warn({ role, reason }, 'The connection to the broker is lost');
      } catch (error) {
        if (!signal.aborted) log.warn({ role, reason: messageOf(error) }, 'The broker cannot be reached');
      }
      if (!signal.aborted) await pause(this.backoff.nextMs(), undefined, { signal }).catch(() => undefined);
    }
  }

  private async dial(): Promise<ChannelModel> {
    const { url, name, role } = this.options;
    const address = new URL(url);
    address.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
    const model = await connect(address.href, {
      ...socketOptions(this.options),
      timeout: CONNECT_TIMEOUT_MS,
      clientProperties: { connection_name: `${name} ${role}` },
    });
    // Each error is followed by a close, which is where something is done about it; unheard, it would end the process.
    model.on('error', () => undefined);
    batchWrites(model);
    return model;
  }

  /** Resolves with the reason when the connection is lost. */
  private watch(model: ChannelModel): Promise<string> {
    const { log, role } = this.options;
    model.on('blocked', (reason) => {
      this.become(this.live, true);
      log.error({ role, reason }, 'The broker takes nothing more: it is short of memory or disk');
    });
    model.on('unblocked', () => this.become(this.live, false));
    return new Promise((resolve) => {
      model.once('close', (error?: Error) => {
        this.become(undefined, false);
        resolve(error?.message ?? 'closed');
      });
    });
  }

  private opened(model: ChannelModel): void {
    const { log, role } = this.options;
    this.backoff.cameUp();
    this.become(model, false);
    log.info({ role }, 'Connected to the broker');
    for (const listener of this.waiting) listener(model);
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

/** Closing what the broker closed before is no failure. */
async function shut(model: ChannelModel): Promise<void> {
  await model.close().catch(() => undefined);
}

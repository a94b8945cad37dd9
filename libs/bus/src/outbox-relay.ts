import { Backoff } from './backoff.js';
import type { Bus } from './bus.js';
import type { BusLog } from './bus-log.js';
import type { BusMetrics } from './bus-metrics.js';
import type { OutgoingMessage } from './envelope.js';
import { messageOf } from './message-of.js';

/** The table of what is true and not yet sent. */
export interface Outbox {
  /**
   * One round, in one transaction: locks at most `limit` of the oldest rows that
   * nobody else has, gives them to `publish`, deletes those it says `true` to
   * (same order), and resolves with how many it took.
   */
  relay(limit: number, publish: (messages: readonly OutgoingMessage[]) => Promise<readonly boolean[]>): Promise<number>;
}

export interface OutboxRelayOptions {
  readonly outbox: Outbox;
  readonly bus: Pick<Bus, 'publish'>;
  readonly log: BusLog;
  readonly metrics?: BusMetrics;
  /** Rows per round. */
  readonly batch?: number;
  /**
   * How often it looks without being told, in milliseconds: for the rows of a
   * process that died between its commit and its nudge. Default 500.
   */
  readonly pollMs?: number;
  /**
   * How long a nudge may wait for others before it is heeded, in milliseconds: fewer and fuller rounds for a service
   * whose messages nobody waits for. Default 0.
   */
  readonly lingerMs?: number;
}

const AFTER_FAILURE = { firstMs: 250, maxMs: 5_000 };

/** `full`: there may be more. */
type Round = 'full' | 'done' | 'failed';

/**
 * Publishes what the outbox holds, for ever.
 *
 *   the round           | the next one
 *   --------------------+-----------------------------------------
 *   took a whole batch  | at once
 *   took less           | `lingerMs` after a nudge, or after `pollMs`
 *   failed in any part  | after a growing, jittered pause up to 5 s; a nudge does not shorten it
 */
export class OutboxRelay {
  private readonly backoff = new Backoff(AFTER_FAILURE);
  private readonly batch: number;
  private readonly pollMs: number;
  private readonly lingerMs: number;
  private nudged = false;
  private stopped = false;
  private wake: (() => void) | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: OutboxRelayOptions) {
    this.batch = options.batch ?? 200;
    this.pollMs = options.pollMs ?? 500;
    this.lingerMs = options.lingerMs ?? 0;
  }

  /** Begins to relay. */
  start(): void {
    this.running ??= this.run();
  }

  /** Something was committed: look now. Cheap, and a hundred of them are one look. */
  nudge(): void {
    this.nudged = true;
    this.wake?.();
  }

  /** Finishes the round under way and relays once more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake?.();
    await this.running;
    await this.round();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.nudged = false;
      const round = await this.round();
      if (round !== 'failed') this.backoff.cameUp();
      if (round === 'failed') await this.rest(this.backoff.nextMs(), () => this.stopped);
      if (round === 'done') {
        await this.rest(this.pollMs, () => this.stopped || this.nudged);
        if (this.lingerMs > 0) await this.rest(this.lingerMs, () => this.stopped);
      }
    }
  }

  private async round(): Promise<Round> {
    let failed = 0;
    try {
      const taken = await this.options.outbox.relay(this.batch, async (messages) => {
        const confirmed = await this.publish(messages);
        failed += confirmed.filter((ok) => !ok).length;
        return confirmed;
      });
      if (failed > 0) return 'failed';
      return taken >= this.batch ? 'full' : 'done';
    } catch (error) {
      this.options.log.error({ reason: messageOf(error) }, 'The outbox cannot be relayed');
      return 'failed';
    }
  }

  private async publish(messages: readonly OutgoingMessage[]): Promise<readonly boolean[]> {
    const { bus, metrics } = this.options;
    const outcomes = await bus.publish(messages);
    return messages.map(({ time }, index) => {
      const outcome = outcomes[index] ?? 'unavailable';
      metrics?.relayed?.(outcome === 'unroutable' ? 'returned' : outcome);
      if (outcome !== 'confirmed') return false;
      metrics?.relayDelay?.(Math.max(0, Date.now() - time.getTime()) / 1000);
      return true;
    });
  }

  /** Sleeps until the time is up or `enough` is true when somebody wakes it. */
  private async rest(ms: number, enough: () => boolean): Promise<void> {
    if (enough()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        if (!enough()) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}

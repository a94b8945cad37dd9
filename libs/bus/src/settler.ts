import { IllegalOperationError, type Message, type Options } from 'amqplib';
import { AppError } from '#lib/errors';

import { Backoff } from './backoff.js';
import type { BusLog } from './bus-log.js';
import type { BusMetrics, ConsumedOutcome, ParkedReason } from './bus-metrics.js';
import { type AnyMessage, attemptOf, type Handled, HEADER, headersOf, type Held, publishedAtOf } from './delivery.js';
import { isOpen } from './lasting-channel.js';
import type { Publisher } from './publisher.js';
import { settlementFor } from './settlement.js';
import { parkedQueue, retryQueue } from './topology.js';

export interface SettlerOptions {
  readonly contract: AnyMessage;
  /** With the namespace, as `queue` is. */
  readonly exchange: string;
  readonly queue: string;
  readonly publisher: Publisher;
  readonly log: BusLog;
  readonly metrics: BusMetrics;
}

/** Why a message is parked: a code for searching, a sentence for people. Neither holds any of its contents. */
interface Why {
  readonly code: string;
  readonly sentence: string;
}

const KEPT = ['messageId', 'type', 'timestamp', 'contentType'] as const;
const COPY_AGAIN = { firstMs: 500, maxMs: 5_000 };

/**
 * Gives every message exactly one end, so that no handler has to.
 *
 * A retry and a parked message are copies that the broker has confirmed before
 * the original is acked: lost in between, it is two, never none. A plain nack
 * would do with less, but cannot say why, and drops the message when its
 * dead-letter queue is away; nothing here is ever requeued, so nothing loops hot.
 */
export class Settler {
  constructor(private readonly options: SettlerOptions) {}

  /** It is done, and committed. */
  ack(held: Held, handled: Handled): void {
    const { metrics, contract } = this.options;
    if (handled === 'duplicate') metrics.inboxDuplicate?.(contract.queue);
    this.letGo(held, handled === 'duplicate' ? 'duplicate' : 'acked');
  }

  /** All of them, in one frame: everything delivered on their channel up to the last. */
  ackThrough(batch: readonly Held[]): void {
    const last = batch.at(-1);
    if (last === undefined) return;
    acknowledge(last, true);
    for (const _ of batch) this.options.metrics.consumed?.(this.options.contract.queue, 'acked');
  }

  /** Its handler threw. */
  async refuse(held: Held, error: unknown): Promise<void> {
    const attempt = attemptOf(held.message);
    const settlement = settlementFor(error, attempt);
    if (settlement.do === 'park') return this.park(held, settlement.reason, whyOf(error));

    const { contract, queue, log, metrics } = this.options;
    const id: unknown = held.message.properties.messageId;
    log.warn({ queue: contract.queue, id, attempt, ...whyOf(error) }, 'A message will be tried again');
    const headers = { [HEADER.attempt]: settlement.nextAttempt };
    if (!(await this.copy(held, retryQueue(queue, settlement.delayMs), headers))) return;
    metrics.retried?.(contract.queue, attempt <= 4 ? (String(attempt) as '1' | '2' | '3' | '4') : '5plus');
    this.letGo(held, 'retried');
  }

  /** It waits for a person. */
  async park(held: Held, reason: ParkedReason, { code, sentence }: Why): Promise<void> {
    const { contract, queue, log, metrics } = this.options;
    const headers = { [HEADER.reason]: code, [HEADER.error]: sentence };
    if (!(await this.copy(held, parkedQueue(queue), headers))) return;
    const id: unknown = held.message.properties.messageId;
    log.error({ queue: contract.queue, id, reason, code, sentence }, 'A message is parked');
    metrics.parked?.(contract.queue, reason);
    this.letGo(held, attemptOf(held.message) > 1 ? 'dead_lettered' : 'rejected');
  }

  private letGo(held: Held, outcome: ConsumedOutcome): void {
    acknowledge(held, false);
    this.options.metrics.consumed?.(this.options.contract.queue, outcome);
  }

  /** Until the broker has it, or the original is no longer ours. */
  private async copy(held: Held, to: string, added: Readonly<Record<string, unknown>>): Promise<boolean> {
    const { publisher, exchange, contract } = this.options;
    const backoff = new Backoff(COPY_AGAIN);
    const { content } = held.message;
    const properties = copiedProperties(held.message, added);
    while (isOpen(held.channel)) {
      const outcome = await publisher.send({ exchange, routingKey: to, content, properties, type: contract.type });
      if (outcome === 'confirmed') return true;
      // Without its queue only a new declaration helps, and that is what a consumer does when it attaches again.
      if (outcome === 'unroutable') await held.channel.close().catch(() => undefined);
      else await pause(backoff.nextMs());
    }
    return false;
  }
}

/** On a channel that is gone it does nothing: the message comes again, as one that may be done. */
function acknowledge({ channel, message }: Held, andAllBefore: boolean): void {
  if (!isOpen(channel)) return;
  try {
    channel.ack(message, andAllBefore);
  } catch (error) {
    if (!(error instanceof IllegalOperationError)) throw error;
  }
}

/** Our own headers go along; the broker's (`x-death`, `CC`) stay behind. */
export function copiedProperties(message: Message, added: Readonly<Record<string, unknown>>): Options.Publish {
  const own = Object.entries(headersOf(message)).filter(([name]) => name.startsWith('x-tietovirta-'));
  const kept = KEPT.filter((name) => message.properties[name] !== undefined);
  return {
    ...Object.fromEntries(kept.map((name) => [name, message.properties[name] as unknown])),
    headers: {
      [HEADER.firstSeen]: new Date().toISOString(),
      [HEADER.published]: publishedAtOf(message).getTime(),
      [HEADER.attempt]: attemptOf(message),
      ...Object.fromEntries(own),
      ...added,
    },
  };
}

/** An error that was not raised on purpose may carry anything in its message, so only its name is kept. */
function whyOf(error: unknown): Why {
  if (error instanceof AppError) return { code: error.code, sentence: error.message.slice(0, 500) };
  return { code: 'message.handler-broken', sentence: error instanceof Error ? error.name : typeof error };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

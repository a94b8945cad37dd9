import type { MessageContract } from '#lib/contracts';
import { kindOf } from '#lib/errors';
import type { z } from 'zod';

import { type Consumer, type Drained, type Intake, within } from './consumer.js';
import { type Delivery, type Held, openDelivery } from './delivery.js';
import type { ConsumerParts } from './single-consumer.js';

export interface BatchOptions<Data> {
  /** At least twice `maxBatch`, or the broker has nothing ready while a batch is handled. */
  readonly prefetch: number;
  readonly maxBatch: number;
  /** Milliseconds that the first of a batch waits for company. */
  readonly maxWait: number;
  /** All or nothing: what it rejects for is handled one by one, to find which it was. */
  readonly handle: (batch: readonly Delivery<Data>[]) => Promise<void>;
}

interface Readable<Data> {
  readonly held: Held;
  readonly delivery: Delivery<Data>;
}

/** Handles messages in batches, one batch at a time, in the order of the queue. */
export class BatchConsumer<Name extends string, Schema extends z.ZodType> implements Consumer {
  private readonly intake: Intake;
  private waiting: Held[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly contract: MessageContract<Name, Schema>,
    private readonly options: BatchOptions<z.output<Schema>>,
    private readonly parts: ConsumerParts,
  ) {
    this.intake = parts.intake(
      (held) => this.take(held),
      () => this.forget(),
    );
  }

  get attached(): boolean {
    return this.intake.attached;
  }

  async drain(timeoutMs: number): Promise<Drained> {
    const until = performance.now() + timeoutMs;
    this.stopping = true;
    clearTimeout(this.timer);
    await this.intake.stop(timeoutMs);
    const finished = await within(until - performance.now(), this.running ?? Promise.resolve());
    await this.intake.close(1_000);
    return finished ? 'drained' : 'cut-off';
  }

  private take(held: Held): void {
    this.waiting.push(held);
    this.schedule();
  }

  /** The channel is gone: what only waited comes again on the next one. */
  private forget(): void {
    this.waiting = [];
  }

  private schedule(): void {
    if (this.stopping || this.running !== undefined || this.waiting.length === 0) return;
    if (this.waiting.length >= this.options.maxBatch) return this.begin();
    this.timer ??= setTimeout(() => this.begin(), this.options.maxWait);
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.waiting.splice(0, this.options.maxBatch);
    if (batch.length === 0) return;
    this.parts.metrics.inFlight?.(this.contract.queue, batch.length);
    this.running = this.work(batch).finally(() => {
      this.running = undefined;
      this.parts.metrics.inFlight?.(this.contract.queue, 0);
      this.schedule();
    });
  }

  private async work(batch: readonly Held[]): Promise<void> {
    const readable: Readable<z.output<Schema>>[] = [];
    for (const held of batch) {
      const opened = openDelivery(held.message, this.contract);
      if (opened.ok) readable.push({ held, delivery: opened.delivery });
      // Settled before the ack of the whole, which reaches back over everything.
      else await this.parts.settler.park(held, 'poison', { code: opened.code, sentence: opened.reason });
    }
    if (readable.length > 0) await this.handle(readable);
  }

  /**
   *   the batch   | then
   *   ------------+---------------------------------------------------------
   *   resolves    | all are acked at once
   *   must wait   | all are retried: one by one would meet the same obstacle
   *   is refused  | each by itself, so that one bad message is found alone
   */
  private async handle(readable: readonly Readable<z.output<Schema>>[]): Promise<void> {
    const { settler } = this.parts;
    try {
      await this.timed(readable);
      settler.ackThrough(readable.map(({ held }) => held));
    } catch (error) {
      const waits = kindOf(error) === 'unavailable' || kindOf(error) === 'limited';
      if (waits || readable.length === 1) {
        await Promise.all(readable.map(({ held }) => settler.refuse(held, error)));
      } else {
        for (const one of readable) await this.alone(one);
      }
    }
  }

  private async alone(one: Readable<z.output<Schema>>): Promise<void> {
    try {
      await this.timed([one]);
      this.parts.settler.ack(one.held, undefined);
    } catch (error) {
      await this.parts.settler.refuse(one.held, error);
    }
  }

  private async timed(readable: readonly Readable<z.output<Schema>>[]): Promise<void> {
    const started = performance.now();
    try {
      await this.options.handle(readable.map(({ delivery }) => delivery));
    } finally {
      const seconds = (performance.now() - started) / 1000;
      this.parts.metrics.processed?.(this.contract.queue, this.contract.type, seconds);
    }
  }
}

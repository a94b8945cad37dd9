import type { MessageContract } from '#lib/contracts';
import type { z } from 'zod';

import type { BusMetrics } from './bus-metrics.js';
import { type Consumer, type Drained, type Intake, within } from './consumer.js';
import { type Delivery, type Handled, type Held, openDelivery } from './delivery.js';
import type { Settler } from './settler.js';

export interface ConsumeOptions<Data> {
  /** How many are handled at once; the broker holds back the rest. */
  readonly prefetch: number;
  /** Acked when it resolves, so resolve after the commit. May run twice for one message. */
  readonly handle: (delivery: Delivery<Data>) => Promise<Handled>;
}

export interface ConsumerParts {
  readonly intake: (take: (held: Held) => void, lost: () => void) => Intake;
  readonly settler: Settler;
  readonly metrics: BusMetrics;
}

/** Handles one message at a time, and as many at once as the broker may give out. */
export class SingleConsumer<Name extends string, Schema extends z.ZodType> implements Consumer {
  private readonly intake: Intake;
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly contract: MessageContract<Name, Schema>,
    private readonly options: ConsumeOptions<z.output<Schema>>,
    private readonly parts: ConsumerParts,
  ) {
    this.intake = parts.intake(
      (held) => this.take(held),
      () => undefined,
    );
  }

  get attached(): boolean {
    return this.intake.attached;
  }

  async drain(timeoutMs: number): Promise<Drained> {
    const until = performance.now() + timeoutMs;
    await this.intake.stop(timeoutMs);
    const finished = await within(until - performance.now(), Promise.all(this.running));
    await this.intake.close(1_000);
    return finished ? 'drained' : 'cut-off';
  }

  private take(held: Held): void {
    const work = this.work(held).finally(() => {
      this.running.delete(work);
      this.parts.metrics.inFlight?.(this.contract.queue, this.running.size);
    });
    this.running.add(work);
    this.parts.metrics.inFlight?.(this.contract.queue, this.running.size);
  }

  private async work(held: Held): Promise<void> {
    const { settler, metrics } = this.parts;
    const opened = openDelivery(held.message, this.contract);
    if (!opened.ok) return settler.park(held, 'poison', { code: opened.code, sentence: opened.reason });
    const started = performance.now();
    let handled: Handled;
    try {
      handled = await this.options.handle(opened.delivery);
    } catch (error) {
      return await settler.refuse(held, error);
    } finally {
      metrics.processed?.(this.contract.queue, this.contract.type, (performance.now() - started) / 1000);
    }
    settler.ack(held, handled);
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Channel, type ChannelModel, connect, type GetMessage } from 'amqplib';
import { defineMessage } from '#lib/contracts';
import { z } from 'zod';

import { Bus } from './bus.js';
import type { BusLog } from './bus-log.js';
import type { BusMetrics } from './bus-metrics.js';
import type { OutgoingMessage } from './envelope.js';
import { EXCHANGE, parkedQueue, RETRY_DELAYS_MS, retryQueue } from './topology.js';

export const parcelSent = defineMessage({
  type: 'test.parcel.v1',
  queue: 'parcels',
  schema: z.object({ number: z.int() }),
});

const UNCOUNTED: BusMetrics = {};
// eslint-disable-next-line no-restricted-properties -- specs are told by the runner which broker to use
const url = process.env['TEST_RABBITMQ_URL'];

/** A corner of a real broker with a name of its own, swept at the end, and a hand in it that bypasses the bus. */
export class TestBroker {
  readonly namespace = `t${randomUUID().slice(0, 8)}.`;
  readonly queue = this.namespace + parcelSent.queue;
  readonly exchange = this.namespace + EXCHANGE;
  private readonly buses: Bus[] = [];

  private constructor(
    private readonly model: ChannelModel,
    readonly hand: Channel,
  ) {}

  static async open(): Promise<TestBroker> {
    const model = await connect(TestBroker.url, { noDelay: true });
    return new TestBroker(model, await model.createChannel());
  }

  static get url(): string {
    if (url === undefined) throw new Error('TEST_RABBITMQ_URL says which broker to use');
    return url;
  }

  bus({ url: through = TestBroker.url, metrics = UNCOUNTED } = {}): Bus {
    const bus = Bus.connect({
      url: through,
      namespace: this.namespace,
      name: 'test',
      publishes: [parcelSent],
      log: quiet,
      metrics,
    });
    this.buses.push(bus);
    return bus;
  }

  async take(queue: string): Promise<GetMessage | undefined> {
    return (await this.hand.get(queue, { noAck: true })) || undefined;
  }

  /** What lies in a queue, emptied. */
  async numbersIn(queue: string): Promise<number[]> {
    const numbers: number[] = [];
    for (let message = await this.take(queue); message !== undefined; message = await this.take(queue)) {
      numbers.push((JSON.parse(message.content.toString()) as { data: { number: number } }).data.number);
    }
    return numbers;
  }

  async close(): Promise<void> {
    await Promise.all(this.buses.map((bus) => bus.close()));
    const hand = await this.model.createChannel();
    for (const queue of [
      this.queue,
      parkedQueue(this.queue),
      ...RETRY_DELAYS_MS.map((ms) => retryQueue(this.queue, ms)),
    ]) {
      await hand.deleteQueue(queue);
    }
    await hand.deleteExchange(this.exchange);
    await this.model.close();
  }
}

export const parcels = (from: number, count: number): OutgoingMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    type: parcelSent.type,
    time: new Date(),
    data: { number: from + index },
  }));

export const quiet: BusLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Waits for a fact; a fact that does not come fails the test with its last state. */
export async function eventually<Fact>(
  fact: () => Fact | Promise<Fact>,
  isTrue: (fact: Fact) => boolean,
): Promise<Fact> {
  const until = performance.now() + 20_000;
  for (;;) {
    const state = await fact();
    if (isTrue(state)) return state;
    if (performance.now() > until) throw new Error(`It did not become true: ${JSON.stringify(state)}`);
    await sleep(20);
  }
}

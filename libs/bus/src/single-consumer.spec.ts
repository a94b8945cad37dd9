import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually, parcels, parcelSent, TestBroker } from './broker.spec-support.js';
import { CuttableProxy } from './cuttable-proxy.spec-support.js';
import type { Delivery } from './delivery.js';

type Parcel = Delivery<{ number: number }>;

let broker: TestBroker;
let proxy: CuttableProxy;

beforeEach(async () => {
  broker = await TestBroker.open();
  proxy = await CuttableProxy.to(TestBroker.url);
});

afterEach(async () => {
  await broker.close();
  await proxy.close();
});

describe('consuming one by one', () => {
  it('hands over a checked message and acks it once the handler has resolved', async () => {
    const bus = broker.bus();
    const got: Parcel[] = [];
    const held = Promise.withResolvers<void>();
    const consumer = bus.consume(parcelSent, {
      prefetch: 5,
      handle: async (delivery) => {
        got.push(delivery);
        await held.promise;
      },
    });
    await bus.ready();
    const before = Date.now();
    const [message] = parcels(1, 1);
    await bus.publish([message!]);
    await eventually(
      () => got.length,
      (length) => length === 1,
    );
    expect(got[0]).toMatchObject({ messageId: message!.id, data: { number: 1 }, redelivered: false, attempt: 1 });
    expect(got[0]!.publishedAt.getTime()).toBeGreaterThanOrEqual(before);
    held.resolve();
    expect(await consumer.drain(5_000)).toBe('drained');
    expect(await broker.numbersIn(broker.queue)).toEqual([]);
  });

  it('attaches again after the line was cut, and is given again what it had not acked', async () => {
    const bus = broker.bus({ url: proxy.url });
    const got: Parcel[] = [];
    const first = Promise.withResolvers<void>();
    bus.consume(parcelSent, {
      prefetch: 5,
      handle: async (delivery) => {
        got.push(delivery);
        if (got.length === 1) await first.promise;
      },
    });
    await bus.ready();
    await bus.publish(parcels(1, 1));
    await eventually(
      () => got.length,
      (length) => length === 1,
    );
    proxy.cut();
    await eventually(
      () => got.length,
      (length) => length === 2,
    );
    first.resolve();
    expect(got[1]).toMatchObject({ messageId: got[0]!.messageId, redelivered: true, attempt: 1 });
    await eventually(
      () => bus.publish(parcels(2, 1)),
      ([outcome]) => outcome === 'confirmed',
    );
    await eventually(
      () => got.at(-1)?.data.number,
      (number) => number === 2,
    );
  });

  it('attaches again to a queue that was deleted, and declares it', async () => {
    const bus = broker.bus();
    const numbers: number[] = [];
    const consumer = bus.consume(parcelSent, {
      prefetch: 5,
      handle: ({ data }) => {
        numbers.push(data.number);
        return Promise.resolve();
      },
    });
    await eventually(() => consumer.attached, Boolean);
    await bus.ready();
    await broker.hand.deleteQueue(broker.queue);
    await eventually(
      () => bus.publish(parcels(1, 1)),
      ([outcome]) => outcome === 'confirmed',
    );
    await eventually(() => numbers.includes(1), Boolean);
  });

  it('takes nothing more when it drains, and gives a slow handler its time: one ack, nothing delivered twice', async () => {
    const bus = broker.bus();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const started: number[] = [];
    const consumer = bus.consume(parcelSent, {
      prefetch: 2,
      handle: async ({ data }) => {
        started.push(data.number);
        await gates[data.number]?.promise;
      },
    });
    await bus.ready();
    await bus.publish(parcels(0, 3));
    await eventually(
      () => started.length,
      (length) => length === 2,
    );
    const draining = consumer.drain(10_000);
    setTimeout(() => gates[0]?.resolve(), 100);
    setTimeout(() => gates[1]?.resolve(), 400);
    expect(await draining).toBe('drained');
    expect(started).toEqual([0, 1]);
    expect(await broker.numbersIn(broker.queue)).toEqual([2]);
  });

  it('gives back what a handler did not finish in time', async () => {
    const bus = broker.bus();
    const held = Promise.withResolvers<void>();
    const started: number[] = [];
    const consumer = bus.consume(parcelSent, {
      prefetch: 5,
      handle: async ({ data }) => {
        started.push(data.number);
        await held.promise;
      },
    });
    await bus.ready();
    await bus.publish(parcels(1, 1));
    await eventually(
      () => started.length,
      (length) => length === 1,
    );
    expect(await consumer.drain(100)).toBe('cut-off');
    held.resolve();
    const again = await eventually(
      () => broker.take(broker.queue),
      (message) => message !== undefined,
    );
    expect(again?.fields.redelivered).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { AppError } from '#lib/errors';

import { eventually, parcels, parcelSent, TestBroker } from './broker.spec-support.js';
import { parkedQueue, RETRY_DELAYS_MS, retryQueue } from './topology.js';

class Away extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'test.away';
}

class Forbidden extends AppError {
  readonly kind = 'denied';
  readonly code = 'test.forbidden';
}

let broker: TestBroker;

beforeEach(async () => {
  broker = await TestBroker.open();
});

afterEach(async () => {
  await broker.close();
});

describe('consuming in batches', () => {
  const collect = (maxBatch: number, fails: (numbers: number[]) => Error | undefined = () => undefined) => {
    const batches: number[][] = [];
    const bus = broker.bus();
    const consumer = bus.consumeBatch(parcelSent, {
      prefetch: 100,
      maxBatch,
      maxWait: 50,
      handle: (batch) => {
        const numbers = batch.map(({ data }) => data.number);
        const failure = fails(numbers);
        if (failure !== undefined) return Promise.reject(failure);
        batches.push(numbers);
        return Promise.resolve();
      },
    });
    return { bus, consumer, batches };
  };

  it('hands over all in their order, at most so many at once, and acks them', async () => {
    const { bus, consumer, batches } = collect(10);
    await bus.ready();
    await bus.publish(parcels(0, 95));
    await eventually(
      () => batches.flat().length,
      (length) => length === 95,
    );
    expect(batches.flat()).toEqual(Array.from({ length: 95 }, (_, number) => number));
    expect(Math.max(...batches.map(({ length }) => length))).toBe(10);
    await consumer.drain(5_000);
    expect(await broker.numbersIn(broker.queue)).toEqual([]);
  });

  it('finds the one that cannot be handled, parks it, and keeps the rest', async () => {
    const { bus, batches } = collect(10, (numbers) => (numbers.includes(3) ? new Forbidden('not three') : undefined));
    await bus.ready();
    await bus.publish(parcels(0, 10));
    await eventually(
      () => batches.flat().length,
      (length) => length === 9,
    );
    await eventually(
      () => broker.numbersIn(parkedQueue(broker.queue)),
      ([number]) => number === 3,
    );
  });

  it('tries the whole batch again when it must wait', async () => {
    let away = true;
    const { bus, batches } = collect(10, () => (away ? new Away('the log is away') : undefined));
    await bus.ready();
    await bus.publish(parcels(0, 10));
    await eventually(
      async () => (await broker.hand.checkQueue(retryQueue(broker.queue, RETRY_DELAYS_MS[0]))).messageCount,
      (waiting) => waiting > 0,
    );
    away = false;
    await eventually(
      () => batches.flat().length,
      (length) => length === 10,
    );
  });

  it('parks what cannot be read and goes on', async () => {
    const { bus, consumer, batches } = collect(10);
    await bus.ready();
    broker.hand.publish(broker.exchange, parcelSent.type, Buffer.from('nonsense'));
    await bus.publish(parcels(1, 3));
    await eventually(
      () => batches.flat().length,
      (length) => length === 3,
    );
    await consumer.drain(5_000);
    expect((await broker.hand.checkQueue(parkedQueue(broker.queue))).messageCount).toBe(1);
    expect(await broker.numbersIn(broker.queue)).toEqual([]);
  });
});

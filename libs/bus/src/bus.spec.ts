import { randomUUID } from 'node:crypto';

import { AppError } from '#lib/errors';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually, parcels, parcelSent, TestBroker } from './broker.spec-support.js';
import { CuttableProxy } from './cuttable-proxy.spec-support.js';
import { type Delivery, HEADER } from './delivery.js';
import { CONTENT_TYPE, writeEnvelope } from './envelope.js';
import { parkedQueue, RETRY_DELAYS_MS, retryQueue } from './topology.js';

type Parcel = Delivery<{ number: number }>;

class Away extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'test.away';
}

class Forbidden extends AppError {
  readonly kind = 'denied';
  readonly code = 'test.forbidden';
}

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

const oneByOne = () => Promise.withResolvers<void>();

describe('publishing', () => {
  it('confirms what lies durably in its queue, as a CloudEvent', async () => {
    const bus = broker.bus();
    await bus.ready();
    const [message] = parcels(7, 1);
    expect(await bus.publish([{ ...message!, traceparent: '00-trace' }])).toEqual(['confirmed']);

    const got = await broker.take(broker.queue);
    expect(got?.properties).toMatchObject({
      messageId: message!.id,
      type: parcelSent.type,
      contentType: CONTENT_TYPE,
      deliveryMode: 2,
    });
    expect(JSON.parse(got!.content.toString())).toEqual({
      specversion: '1.0',
      id: message!.id,
      source: '/tietovirta/test',
      type: parcelSent.type,
      time: message!.time.toISOString(),
      datacontenttype: 'application/json',
      traceparent: '00-trace',
      data: { number: 7 },
    });
  });

  it('says of each message what became of it, in their order', async () => {
    const bus = broker.bus();
    await bus.ready();
    const [good, other] = parcels(1, 2);
    expect(await bus.publish([good!, { ...other!, type: 'nobody.takes.v1' }])).toEqual(['confirmed', 'unroutable']);
  });

  it('calls a message without a queue unroutable, and declares again what somebody removed', async () => {
    const bus = broker.bus();
    await bus.ready();
    await broker.hand.unbindQueue(broker.queue, broker.exchange, parcelSent.type);
    expect(await bus.publish(parcels(1, 1))).toEqual(['unroutable']);
    await eventually(
      () => bus.publish(parcels(2, 1)),
      ([outcome]) => outcome === 'confirmed',
    );
    expect(await broker.numbersIn(broker.queue)).toEqual([2]);
  });

  it('survives an exchange that is deleted under it', async () => {
    const bus = broker.bus();
    await bus.ready();
    await broker.hand.deleteExchange(broker.exchange);
    expect(await bus.publish(parcels(1, 1))).toEqual(['unavailable']);
    await eventually(
      () => bus.publish(parcels(2, 1)),
      ([outcome]) => outcome === 'confirmed',
    );
  });

  it('never confirms a message that is not there after the line was cut', async () => {
    const bus = broker.bus({ url: proxy.url });
    await bus.ready();
    const confirmed = new Set<number>();
    for (let round = 0; round < 10; round += 1) {
      const batch = parcels(round * 400, 400);
      const publishing = bus.publish(batch);
      if (round % 3 === 1) setTimeout(() => proxy.cut(), 4);
      (await publishing).forEach((outcome, index) => {
        if (outcome === 'confirmed') confirmed.add(round * 400 + index);
      });
      await eventually(
        () => bus.state(),
        (state) => state === 'connected',
      );
    }
    const arrived = new Set(await broker.numbersIn(broker.queue));
    expect([...confirmed].filter((number) => !arrived.has(number))).toEqual([]);
    expect(confirmed.size).toBeGreaterThan(400);
    expect(confirmed.size).toBeLessThan(4000);
  }, 60_000);

  it('calls what is not confirmed in time unavailable while the line is silent', async () => {
    const bus = broker.bus({ url: proxy.url });
    await bus.ready();
    proxy.stall();
    expect(await bus.publish(parcels(1, 3))).toEqual(['unavailable', 'unavailable', 'unavailable']);
    proxy.mend();
  });

  it('starts without its broker and says so', async () => {
    proxy.takeDown();
    const bus = broker.bus({ url: proxy.url });
    expect(bus.state()).toBe('disconnected');
    expect(await bus.publish(parcels(1, 1))).toEqual(['unavailable']);
    proxy.mend();
    await bus.ready();
    expect(bus.state()).toBe('connected');
    expect(await bus.publish(parcels(1, 1))).toEqual(['confirmed']);
  });
});

describe('consuming one by one', () => {
  it('hands over a checked message and acks it once the handler has resolved', async () => {
    const bus = broker.bus();
    const got: Parcel[] = [];
    const held = oneByOne();
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

  it('tries again later what must wait, one attempt further', async () => {
    const bus = broker.bus();
    const seen: { attempt: number; at: number; id: string }[] = [];
    bus.consume(parcelSent, {
      prefetch: 5,
      handle: ({ attempt, messageId }) => {
        seen.push({ attempt, at: performance.now(), id: messageId });
        return attempt === 1 ? Promise.reject(new Away('the register is away')) : Promise.resolve();
      },
    });
    await bus.ready();
    await bus.publish(parcels(1, 1));
    await eventually(
      () => seen.length,
      (length) => length === 2,
    );
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(seen[1]!.id).toBe(seen[0]!.id);
    expect(seen[1]!.at - seen[0]!.at).toBeGreaterThan(RETRY_DELAYS_MS[0] * 0.95);
  });

  it('counts attempts by its own header and waits longer each time', async () => {
    const bus = broker.bus();
    const consumer = bus.consume(parcelSent, { prefetch: 5, handle: () => Promise.reject(new Away('still away')) });
    await bus.ready();
    broker.hand.publish(broker.exchange, parcelSent.type, writeEnvelope(parcels(1, 1)[0]!, '/test'), {
      headers: { [HEADER.attempt]: 3 },
    });
    const copy = await eventually(
      () => broker.take(retryQueue(broker.queue, 30_000)),
      (message) => message !== undefined,
    );
    expect(copy?.properties.headers).toMatchObject({ [HEADER.attempt]: 4 });
    await consumer.drain(1_000);
  });

  it.each<[string, () => Error, number, string]>([
    ['a refusal, at once', () => new Forbidden('not yours'), 1, 'test.forbidden'],
    [
      'our own fault, after the fifth attempt',
      () => new RangeError('a secret in a message'),
      5,
      'message.handler-broken',
    ],
  ])('parks %s, with its reason', async (_what, failure, attempt, code) => {
    const bus = broker.bus();
    bus.consume(parcelSent, { prefetch: 5, handle: () => Promise.reject(failure()) });
    await bus.ready();
    const content = writeEnvelope(parcels(1, 1)[0]!, '/test');
    broker.hand.publish(broker.exchange, parcelSent.type, content, { headers: { [HEADER.attempt]: attempt } });
    const parked = await eventually(
      () => broker.take(parkedQueue(broker.queue)),
      (message) => message !== undefined,
    );
    expect(parked?.properties.headers).toMatchObject({ [HEADER.reason]: code, [HEADER.attempt]: attempt });
    expect(parked?.properties.headers?.[HEADER.firstSeen]).toEqual(expect.any(String));
    expect(JSON.stringify(parked?.properties.headers)).not.toContain('secret');
    expect(parked?.content).toEqual(content);
  });

  it.each([
    ['what is not JSON', Buffer.from([0xff, 0x00]), 'message.not-json'],
    ['what has no envelope', Buffer.from('{"number":1}'), 'message.not-an-envelope'],
    [
      'what breaks its contract',
      writeEnvelope({ ...parcels(1, 1)[0]!, data: { number: 'one' } }, '/test'),
      'message.contract-broken',
    ],
    [
      'a version of the future',
      writeEnvelope({ ...parcels(1, 1)[0]!, type: 'test.parcel.v9' }, '/test'),
      'message.contract-broken',
    ],
  ])('parks %s and goes on with the others', async (_what, content, code) => {
    const bus = broker.bus();
    const numbers: number[] = [];
    bus.consume(parcelSent, {
      prefetch: 1,
      handle: ({ data }) => {
        numbers.push(data.number);
        return Promise.resolve();
      },
    });
    await bus.ready();
    broker.hand.publish(broker.exchange, parcelSent.type, content);
    await bus.publish(parcels(2, 1));
    await eventually(
      () => numbers,
      ([number]) => number === 2,
    );
    const parked = await eventually(
      () => broker.take(parkedQueue(broker.queue)),
      (message) => message !== undefined,
    );
    expect(parked?.properties.headers).toMatchObject({ [HEADER.reason]: code });
  });

  it('attaches again after the line was cut, and is given again what it had not acked', async () => {
    const bus = broker.bus({ url: proxy.url });
    const got: Parcel[] = [];
    const first = oneByOne();
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

  it('gives a slow handler the time to finish: one ack, nothing delivered twice', async () => {
    const bus = broker.bus();
    const held = oneByOne();
    const started: number[] = [];
    const consumer = bus.consume(parcelSent, {
      prefetch: 1,
      handle: async ({ data }) => {
        started.push(data.number);
        await held.promise;
      },
    });
    await bus.ready();
    await bus.publish(parcels(1, 2));
    await eventually(
      () => started.length,
      (length) => length === 1,
    );
    const draining = consumer.drain(10_000);
    setTimeout(() => held.resolve(), 100);
    expect(await draining).toBe('drained');
    expect(started).toEqual([1]);
    expect(await broker.numbersIn(broker.queue)).toEqual([2]);
  });

  it('gives back what a handler did not finish in time', async () => {
    const bus = broker.bus();
    const held = oneByOne();
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

describe('parked messages', () => {
  it('go back to their queue as first attempts when a person says so', async () => {
    const bus = broker.bus();
    await bus.ready();
    const headers = { [HEADER.attempt]: 5, [HEADER.reason]: 'test.fixed-now' };
    const content = writeEnvelope(parcels(9, 1)[0]!, '/test');
    broker.hand.sendToQueue(parkedQueue(broker.queue), content, { headers, messageId: randomUUID() });
    await eventually(
      () => bus.replayParked(parcelSent, 10),
      (replayed) => replayed === 1,
    );
    const again = await broker.take(broker.queue);
    expect(again?.properties.headers).toMatchObject({ [HEADER.attempt]: 1 });
  });
});

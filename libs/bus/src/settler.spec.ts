import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { AppError } from '#lib/errors';

import { eventually, parcels, parcelSent, TestBroker } from './broker.spec-support.js';
import { HEADER } from './delivery.js';
import { writeEnvelope } from './envelope.js';
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

describe('settling', () => {
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

  it('keeps a message whose retry queue somebody deleted', async () => {
    const bus = broker.bus();
    let away = true;
    const attempts: number[] = [];
    bus.consume(parcelSent, {
      prefetch: 5,
      handle: ({ attempt }) => {
        attempts.push(attempt);
        return away ? Promise.reject(new Away('the register is away')) : Promise.resolve();
      },
    });
    await bus.ready();
    await broker.hand.deleteQueue(retryQueue(broker.queue, RETRY_DELAYS_MS[0]));
    await bus.publish(parcels(1, 1));
    await eventually(
      () => attempts.length,
      (length) => length >= 2,
    );
    away = false;
    await eventually(
      () => attempts.at(-1),
      (attempt) => attempt === 2,
    );
    expect(attempts.slice(0, 2)).toEqual([1, 1]);
  });
});

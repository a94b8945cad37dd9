import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually, parcels, parcelSent, TestBroker } from './broker.spec-support.js';
import { CuttableProxy } from './cuttable-proxy.spec-support.js';
import { CONTENT_TYPE, type OutgoingMessage } from './envelope.js';

const numbersOf = (messages: readonly OutgoingMessage[]) =>
  messages.map(({ data }) => (data as { number: number }).number);

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

  it('loses nothing that it confirmed when the line is cut, and can be told the rest again', async () => {
    const bus = broker.bus({ url: proxy.url });
    await bus.ready();
    const confirmed: number[] = [];
    let waiting = parcels(0, 1200);
    let cuts = 0;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, 400);
      const publishing = bus.publish(batch);
      if (cuts < 3 && confirmed.length >= cuts * 400) setTimeout(() => proxy.cut(), 2 * ++cuts);
      const outcomes = await publishing;
      confirmed.push(...numbersOf(batch.filter((_, index) => outcomes[index] === 'confirmed')));
      waiting = [...batch.filter((_, index) => outcomes[index] !== 'confirmed'), ...waiting.slice(400)];
      await new Promise((resolve) => setImmediate(resolve));
    }
    const arrived = await broker.numbersIn(broker.queue);
    const there = new Set(arrived);
    expect(confirmed.filter((number) => !there.has(number))).toEqual([]);
    expect(confirmed).toHaveLength(1200);
    expect(cuts).toBe(3);
  }, 60_000);

  it('calls what was under way unavailable when the line is cut', async () => {
    const bus = broker.bus({ url: proxy.url });
    await bus.ready();
    proxy.stall();
    const publishing = bus.publish(parcels(1, 100));
    proxy.cut();
    proxy.mend();
    expect(new Set(await publishing)).toEqual(new Set(['unavailable']));
    expect(await broker.numbersIn(broker.queue)).toEqual([]);
  });

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

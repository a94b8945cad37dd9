import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually, parcels, parcelSent, TestBroker } from './broker.spec-support.js';
import { HEADER } from './delivery.js';
import { writeEnvelope } from './envelope.js';
import { parkedQueue } from './topology.js';

let broker: TestBroker;

beforeEach(async () => {
  broker = await TestBroker.open();
});

afterEach(async () => {
  await broker.close();
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

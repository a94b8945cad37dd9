import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../libs/testing/src/until.ts';
import { full } from './full.ts';
import { sharedServers } from './ground.ts';
import { products } from './parcel.ts';
import {
  deadlyDocument,
  nobodyDecides,
  ticketManyTimes,
  ticketTwiceBeforeOpening,
  ticketWithoutQueue,
} from './scenarios.ts';
import { Stage } from './stage.ts';

const LIMIT = 120_000;

let stage: Stage;

(full ? describe : describe.skip)('tickets that do not go their usual way', () => {
  beforeAll(async () => {
    stage = await Stage.open(await sharedServers());
  }, LIMIT);
  afterAll(() => stage?.close(), LIMIT);

  it(
    'twenty duplicates at once have the effect of one',
    async () => {
      expect(await ticketManyTimes(stage)).toEqual([]);
    },
    LIMIT,
  );

  it(
    'a duplicate puts a document off once that waits for its window',
    async () => {
      expect(await ticketTwiceBeforeOpening(stage)).toEqual([]);
    },
    LIMIT,
  );

  it(
    'one that has no queue to go to arrives when it has one again',
    async () => {
      expect(await ticketWithoutQueue(stage)).toEqual([]);
    },
    LIMIT,
  );

  it(
    'poison is set aside, a stranger is ignored, and the work behind them goes on',
    async () => {
      const sender = await stage.sender();
      await stage.ground.withBroker(async (hand) => {
        await hand.publishAsTicket('this is not JSON');
        await hand.repeat({ laneId: randomUUID(), ticket: randomUUID() }, 1);
      });
      const sent = await stage.send(sender.write(products(1, 5)));
      await stage.quiet([sent]);
      const parked = await stage.ground.withBroker((hand) =>
        until(() => hand.takeParkedTicket(), { what: 'the poison among what is parked' }),
      );
      expect(parked).toBe('this is not JSON');
      expect(await stage.violations([sent])).toEqual([]);
    },
    LIMIT,
  );

  it(
    'a document for which nobody decides loses no attempt by waiting',
    async () => {
      expect(await nobodyDecides(stage)).toEqual({ attempts: 1, violations: [] });
    },
    LIMIT,
  );

  it(
    'a document that kills its carrier every time is given up after four tries',
    async () => {
      expect(await deadlyDocument(stage)).toEqual({ deaths: 4, violations: [] });
    },
    LIMIT,
  );
});

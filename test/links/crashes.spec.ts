/** An engine that is killed around a request or between two pages: whatever the moment, each record is there once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { LINK_CRASH_POINTS } from '../../libs/service/src/index.ts';
import { full } from '../faults/full.ts';
import { killEngine } from './crash.ts';
import { LinkGround } from './ground.ts';

/** One for each request from the first to the last; the sixth makes a customer in Severa. */
const TIMES = full ? Array.from({ length: 42 }, (_, nth) => nth + 1) : [7];
/** One for each page: of customers in Netvisor, and of customers, products and invoices in Severa. */
const PAGES = full ? [1, 2, 3, 4, 5] : [4];

let ground: LinkGround;
beforeAll(async () => {
  ground = await LinkGround.open();
});
afterAll(() => ground.close());

describe.each(LINK_CRASH_POINTS)('an engine killed at %s', (point) => {
  it.each(point === 'link.page-stored' ? PAGES : TIMES)(
    'for the time number %d',
    async (time) => {
      expect(await killEngine(ground, { point, time })).toEqual({ by: 'SIGKILL', faults: [] });
    },
    60_000,
  );
});

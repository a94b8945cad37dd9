/** A connector that is killed around a request: whatever the moment, each record ends up in Fivaldi once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { DELIVERY_CRASH_POINTS } from '../../libs/service/src/index.ts';
import { killConnector } from './crash.ts';
import { DeliveryGround } from './ground.ts';

let ground: DeliveryGround;
beforeAll(async () => {
  ground = await DeliveryGround.open();
});
afterAll(() => ground.close());

describe.each(DELIVERY_CRASH_POINTS)('a connector killed at %s', (point) => {
  it.each([1, 2, 3])('for the time number %d', async (time) => {
    expect(await killConnector(ground, { point, time })).toEqual({ by: 'SIGKILL', faults: [] });
  });
});

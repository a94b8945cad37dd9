import { describe, expect, it } from '@jest/globals';

import { RightOfWay, wayGiven } from './right-of-way.js';

describe('the way given', () => {
  it.each([
    { what: 'a lane that had rested', followsOn: false, since: 0, othersAt: 0, now: 0, waits: 0 },
    { what: 'nobody else for long', followsOn: true, since: 100, othersAt: 0, now: 100, waits: 0 },
    { what: 'nobody else ever', followsOn: true, since: 100, othersAt: -Infinity, now: 100, waits: 0 },
    { what: 'somebody 25 ms ago', followsOn: true, since: 100, othersAt: 75, now: 100, waits: 0 },
    { what: 'somebody 10 ms ago', followsOn: true, since: 100, othersAt: 90, now: 100, waits: 15 },
    { what: 'somebody while it waits', followsOn: true, since: 100, othersAt: 120, now: 120, waits: 25 },
    { what: 'always somebody', followsOn: true, since: 100, othersAt: 340, now: 345, waits: 5 },
    { what: 'enough of it', followsOn: true, since: 100, othersAt: 350, now: 350, waits: 0 },
  ])('$what: $waits ms', ({ waits, followsOn, since, othersAt, now }) => {
    expect(wayGiven({ followsOn, since, othersAt, now })).toBe(waits);
  });

  it('is never more than 250 ms, however many others there are', async () => {
    const way = new RightOfWay(4);
    const others = setInterval(() => void way.await(false), 5);
    const since = performance.now();
    await way.await(false);
    await way.await(true);
    clearInterval(others);
    const waited = performance.now() - since;
    expect(waited).toBeGreaterThan(200);
    expect(waited).toBeLessThan(1_000);
  });

  it('is given by so many at a time and no more', async () => {
    const way = new RightOfWay(2);
    const order: string[] = [];
    await way.await(false);
    const giving = ['first', 'second', 'third'].map((name) => way.await(true).then(() => order.push(name)));
    await Promise.all(giving);
    expect(order[0]).toBe('third');
  });
});

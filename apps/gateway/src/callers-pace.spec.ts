import { describe, expect, it } from '@jest/globals';

import { CallersPace } from './callers-pace.js';

function paced({ perSecond = 1, atOnce = 2, mostCallers = 1000 } = {}) {
  const clock = { now: 0 };
  return { clock, pace: new CallersPace({ perSecond, atOnce }, () => clock.now, mostCallers) };
}

describe('the pace of callers', () => {
  it('holds back whoever comes too often, and nobody else', () => {
    const { clock, pace } = paced();
    const came = ['a', 'a', 'a', 'b'].map((caller) => pace.turn(caller).goesOn);
    expect(came).toEqual([true, true, false, true]);
    expect(pace.turn('a')).toMatchObject({ goesOn: false, seconds: 1 });
    clock.now = 1_000;
    expect(pace.turn('a').goesOn).toBe(true);
    expect(pace.turn('a').goesOn).toBe(false);
  });

  it('makes a line a minute of a caller who is held back, however often they come', () => {
    const { clock, pace } = paced({ perSecond: 0.001, atOnce: 1 });
    pace.turn('a');
    const news: boolean[] = [];
    for (const at of [0, 10, 59_999, 60_000, 61_000]) {
      clock.now = at;
      const turn = pace.turn('a');
      news.push(!turn.goesOn && turn.isNews);
    }
    expect(news).toEqual([true, false, false, true, false]);
  });

  it('remembers so many callers and no more, and forgets whoever was quiet longest', () => {
    const { pace } = paced({ atOnce: 1, mostCallers: 3 });
    for (const caller of ['a', 'b', 'c', 'a', 'd']) pace.turn(caller);
    expect(pace.remembered).toBe(3);
    // `b` was the quietest, so it starts anew; `a` came again meanwhile.
    expect(pace.turn('a').goesOn).toBe(false);
    expect(pace.turn('b').goesOn).toBe(true);
    expect(pace.remembered).toBe(3);
  });
});

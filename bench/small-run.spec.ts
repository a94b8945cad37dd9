import { describe, expect, it } from '@jest/globals';
import { withoutPauses } from './small-run.ts';

const ended = (due: number, accepted: number, finished: number) => ({ company_id: 'one', due, accepted, finished });

describe('runs that are looked at together', () => {
  it('are put one after the other, each with its own distances', () => {
    const runs = [
      [ended(1000, 1001, 1050), ended(1010, 1011, 1040)],
      [ended(9000, 9002, 9030), ended(9010, 9015, 9080)],
    ];

    expect(withoutPauses(runs)).toEqual([ended(-1, 0, 49), ended(9, 10, 39), ended(47, 49, 77), ended(57, 62, 127)]);
  });
});

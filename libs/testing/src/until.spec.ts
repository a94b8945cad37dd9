import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { until } from './until.js';

describe('waiting for a fact', () => {
  it('looks again until it is known', async () => {
    const looks = [undefined, false, 'known'] as const;
    let look = 0;
    expect(await until(() => Promise.resolve(looks[look++]), { what: 'the third look' })).toBe('known');
  });

  it.each([[0], [''], [null]])('takes %j for a fact', async (fact) => {
    expect(await until(() => fact, { within: 0, what: 'nothing' })).toBe(fact);
  });

  it('fails with the name of what did not come', async () => {
    const wait = until(() => false, { within: 30, what: 'snow in July' });
    await expect(wait).rejects.toThrow('waited 30 ms in vain for snow in July');
  });

  it('looks once more when one look took all the time', async () => {
    let looks = 0;
    const slow = async (): Promise<boolean> => {
      await pause(40);
      return ++looks === 2;
    };
    expect(await until(slow, { within: 10, what: 'the second look' })).toBe(true);
  });

  it('does not retry what throws', async () => {
    let looks = 0;
    const broken = (): never => {
      looks += 1;
      throw new Error('broken');
    };
    await expect(until(broken, { what: 'anything' })).rejects.toThrow('broken');
    expect(looks).toBe(1);
  });
});

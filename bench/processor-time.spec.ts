import { describe, expect, it } from '@jest/globals';

import { childrenOf, parentOf, watchProcessors } from './processor-time.ts';

describe('the processor time of processes', () => {
  it('grows by what they do', () => {
    const since = watchProcessors({ ours: () => [process.pid], nobodys: () => [] });
    for (const end = performance.now() + 300; performance.now() < end;);
    const taken = since();
    expect(taken['ours']).toBeGreaterThan(0);
    expect(taken['ours']).toBeLessThan(60);
    expect(taken['nobodys']).toBe(0);
  });

  it('knows who belongs to whom', () => {
    expect(childrenOf(parentOf(process.pid))).toContain(process.pid);
    expect(childrenOf(parentOf(process.pid), 'no such program')).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { closedLoop, openLoop, wallNow } from './arrivals.ts';

describe('an open loop', () => {
  it('sends on time however long the answers take', async () => {
    const answers: (() => void)[] = [];
    const run = openLoop(20, 1_000, (index) => {
      const answered = new Promise<void>((resolve) => answers.push(resolve));
      // Not one is answered before the last was sent.
      if (index === 19) for (const answer of answers) answer();
      return answered;
    });
    expect(await run).toHaveLength(20);
  });

  it('never sends early, and tells when each was due at even distances', async () => {
    const sent = await openLoop(10, 500, (_, due) => Promise.resolve({ due, at: wallNow() }));
    const first = sent[0]?.due ?? 0;
    expect(sent.map(({ due }) => Math.round(due - first))).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(sent.every(({ due, at }) => at >= due)).toBe(true);
  });

  it('fails when one of its requests fails', async () => {
    const run = openLoop(3, 1_000, (index) => (index === 1 ? Promise.reject(new Error('refused')) : Promise.resolve()));
    await expect(run).rejects.toThrow('refused');
  });
});

describe('a closed loop', () => {
  it('has no more under way than it may, and sends all', async () => {
    let underWay = 0;
    let most = 0;
    const sent = await closedLoop(50, 4, async (index) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return index;
    });
    expect(most).toBe(4);
    expect(sent).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
});

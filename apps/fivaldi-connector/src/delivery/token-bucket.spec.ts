import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Bucket, drain, giveBack, hear, mostSaved, refill, take, UNTRIED } from './token-bucket.js';

const START = 1_700_000_000_000;
const fresh = (rate: number, capacity: number): Bucket => ({
  rate,
  capacity,
  tokens: 0,
  refilledAt: START,
  notBefore: null,
});

/** The other side, in the two ways in which it may count; answers with what remains, or -1 for a refusal. */
class Theirs {
  private tokens: number;
  private at = START;

  constructor(
    private readonly rate: number,
    private readonly capacity: number,
    private readonly wholeSeconds: boolean,
  ) {
    this.tokens = capacity;
  }

  request(now: number): number {
    const second = (moment: number) => (this.wholeSeconds ? Math.floor(moment / 1000) : moment / 1000);
    this.tokens = Math.min(this.capacity, this.tokens + this.rate * (second(now) - second(this.at)));
    this.at = now;
    if (this.tokens < 1) return -1;
    this.tokens -= 1;
    return Math.floor(this.tokens);
  }
}

describe('the token bucket', () => {
  it('is never above the limit and uses it, however the other side counts and however late its answers come', () => {
    const latencies = fc.infiniteStream(fc.integer({ min: 0, max: 3_000 }));
    const rests = fc.array(fc.record({ at: fc.nat(60_000), for: fc.nat(20_000) }), { maxLength: 2 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        latencies,
        rests,
        (rate, room, whole, latency, idle) => {
          const capacity = Math.max(rate, room);
          const theirs = new Theirs(rate, capacity, whole);
          let ours = fresh(rate, capacity);
          const answers: { at: number; sentAt: number; remaining: number }[] = [];
          let sent = 0;
          let resting = 0;
          for (let now = START; now < START + 60_000; now += 25) {
            for (const answer of answers.filter(({ at }) => at <= now)) {
              answers.splice(answers.indexOf(answer), 1);
              ours = hear(ours, { remaining: answer.remaining, rate, capacity }, answer.sentAt, now);
            }
            if (idle.some((rest) => now >= START + rest.at && now < START + rest.at + rest.for)) {
              resting += 25;
              continue;
            }
            for (let turn = take(ours, now); 'taken' in turn; turn = take(ours, now)) {
              ours = turn.taken;
              const remaining = theirs.request(now);
              expect(remaining).toBeGreaterThanOrEqual(0);
              sent += 1;
              answers.push({ at: now + Number(latency.next().value), sentAt: now, remaining });
            }
          }
          // With room for one request at a time nothing can be saved while the other side's second has not turned.
          if (capacity >= 2 * rate) expect(sent).toBeGreaterThanOrEqual(0.95 * rate * ((60_000 - resting) / 1000) - 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives way when somebody else uses the same credentials', () => {
    const full = refill(fresh(2, 10), START + 60_000);
    expect(full.tokens).toBe(8);
    expect(hear(full, { remaining: 1 }, START + 60_000, START + 60_000).tokens).toBe(1);
  });

  it('is not stopped by an answer that took long', () => {
    const full = refill(fresh(2, 10), START + 60_000);
    expect(hear(full, { remaining: 0 }, START + 57_000, START + 60_000).tokens).toBe(6);
  });

  it('does not believe in more than it has', () => {
    expect(hear(fresh(2, 10), { remaining: 9 }, START, START).tokens).toBe(0);
  });

  it('takes over another rate and capacity', () => {
    const heard = hear(fresh(2, 10), { rate: 5, capacity: 50, remaining: 49 }, START, START);
    expect(heard).toMatchObject({ rate: 5, capacity: 50 });
    expect(refill(heard, START + 60_000).tokens).toBe(45);
  });

  it.each([{ rate: 0 }, { capacity: 0 }])('does not take over %j', (heard) => {
    expect(hear(fresh(2, 10), heard, START, START)).toMatchObject({ rate: 2, capacity: 10 });
  });

  it('is empty after a refusal, and waits as long as it was told', () => {
    const drained = drain(refill(fresh(2, 10), START + 60_000), START + 60_000, 4);
    expect(take(drained, START + 61_000)).toEqual({ wait: 3_000 });
    expect(take(drained, START + 64_000)).toMatchObject({ taken: { tokens: 7, notBefore: null } });
  });

  it('gets nothing out of a clock that goes backwards', () => {
    const bucket = refill(fresh(2, 10), START + 1_000);
    expect(refill(bucket, START).tokens).toBe(bucket.tokens);
  });

  it('takes back a turn that sent nothing', () => {
    const turn = take({ ...fresh(2, 10), tokens: 1 }, START);
    if (!('taken' in turn)) throw new Error('there was a token');
    expect(giveBack(turn.taken).tokens).toBe(1);
    expect(giveBack(refill(fresh(2, 10), START + 60_000)).tokens).toBe(8);
  });

  it('begins with nothing in hand, since the last process may have sent a moment ago', () => {
    expect(UNTRIED.tokens).toBe(0);
    expect(mostSaved(fresh(1, 1))).toBe(1);
  });
});

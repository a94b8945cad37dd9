import { AppError, ERROR_KINDS, type ErrorKind } from '#lib/errors';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { MAX_BROKEN_ATTEMPTS, settlementFor } from './settlement.js';
import { RETRY_DELAYS_MS } from './topology.js';

class Failure extends AppError {
  readonly code = 'test.failure';

  constructor(readonly kind: ErrorKind) {
    super(kind);
  }
}

const EVERY_OTHER = ERROR_KINDS.filter((kind) => !['limited', 'unavailable', 'broken', 'denied'].includes(kind));

describe('settlementFor', () => {
  it.each<[ErrorKind, number, ReturnType<typeof settlementFor>]>([
    ['limited', 1, { do: 'retry', nextAttempt: 2, delayMs: 1_000 }],
    ['unavailable', 1, { do: 'retry', nextAttempt: 2, delayMs: 1_000 }],
    ['unavailable', 2, { do: 'retry', nextAttempt: 3, delayMs: 5_000 }],
    ['unavailable', 3, { do: 'retry', nextAttempt: 4, delayMs: 30_000 }],
    ['unavailable', 4, { do: 'retry', nextAttempt: 5, delayMs: 120_000 }],
    ['unavailable', 1000, { do: 'retry', nextAttempt: 1001, delayMs: 120_000 }],
    ['broken', 4, { do: 'retry', nextAttempt: 5, delayMs: 120_000 }],
    ['broken', MAX_BROKEN_ATTEMPTS, { do: 'park', reason: 'max_attempts' }],
    ['denied', 1, { do: 'park', reason: 'denied' }],
  ])('%s at attempt %i', (kind, attempt, expected) => {
    expect(settlementFor(new Failure(kind), attempt)).toEqual(expected);
  });

  it.each(EVERY_OTHER)('parks %s at once', (kind) => {
    expect(settlementFor(new Failure(kind), 1)).toEqual({ do: 'park', reason: 'poison' });
  });

  it('takes a throw that it does not know for our own fault', () => {
    expect(settlementFor('oops', 1)).toEqual({ do: 'retry', nextAttempt: 2, delayMs: 1_000 });
    expect(settlementFor(undefined, MAX_BROKEN_ATTEMPTS).do).toBe('park');
  });

  it('never retries without a wait that has a queue, and never waits less at a later attempt', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ERROR_KINDS), fc.integer({ min: 1, max: 50 }), (kind, attempt) => {
        const now = settlementFor(new Failure(kind), attempt);
        const next = settlementFor(new Failure(kind), attempt + 1);
        if (now.do === 'park') return next.do === 'park';
        const known: readonly number[] = RETRY_DELAYS_MS;
        return known.includes(now.delayMs) && (next.do === 'park' || next.delayMs >= now.delayMs);
      }),
    );
  });
});

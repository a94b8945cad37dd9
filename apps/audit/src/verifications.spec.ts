import { describe, expect, it } from '@jest/globals';

import type { VerifyResult } from './chain.js';
import { OPERATOR_CHAIN } from './entry.js';
import { KIRJA_AB, TILI_OY } from './event.spec-support.js';
import { TooManyVerifications, Verifications } from './verifications.js';

const WHOLE: VerifyResult = { entries: 1, whole: true, firstFault: null };

/** Verifications that end when the spec says so. */
function held() {
  const asked: (string | null)[] = [];
  const ends: { answer: (result: VerifyResult) => void; fail: (error: Error) => void }[] = [];
  const verifications = new Verifications(
    (environmentId) =>
      new Promise((answer, fail) => {
        asked.push(environmentId);
        ends.push({ answer, fail });
      }),
  );
  return { verifications, asked, ends };
}

describe('Verifications', () => {
  it('reads a chain once for all who ask meanwhile, and anew for who asks later', async () => {
    const { verifications, asked, ends } = held();
    const answers = [null, OPERATOR_CHAIN, null].map((environmentId) => verifications.of(environmentId));
    ends[0]?.answer(WHOLE);
    expect(await Promise.all(answers)).toEqual([WHOLE, WHOLE, WHOLE]);
    expect(asked).toEqual([null]);
    void verifications.of(null);
    expect(asked).toEqual([null, null]);
  });

  it('reads two chains at once and refuses a third until one is done', async () => {
    const { verifications, ends } = held();
    const first = verifications.of(TILI_OY);
    void verifications.of(KIRJA_AB);
    await expect(verifications.of(null)).rejects.toThrow(TooManyVerifications);
    ends[0]?.answer(WHOLE);
    await first;
    const third = verifications.of(null);
    ends[2]?.answer(WHOLE);
    expect(await third).toEqual(WHOLE);
  });

  it('tells everybody of a failure, and starts again', async () => {
    const { verifications, asked, ends } = held();
    const answers = [verifications.of(TILI_OY), verifications.of(TILI_OY)];
    const settled = Promise.allSettled(answers);
    ends[0]?.fail(new Error('away'));
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    void verifications.of(TILI_OY);
    expect(asked).toHaveLength(2);
  });
});

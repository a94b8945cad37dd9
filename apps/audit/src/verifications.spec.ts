import { describe, expect, it } from '@jest/globals';

import type { VerifyResult } from './audit-log.js';
import { OPERATOR_CHAIN } from './entry.js';
import { KIRJA_AB, TILI_OY } from './event.spec-support.js';
import { TooManyVerifications, Verifications } from './verifications.js';

const WHOLE: VerifyResult = {
  entries: 1,
  whole: true,
  firstFault: null,
  redacted: 0,
  checkpoints: { count: 0, last: 0 },
};

/** Verifications that end when the spec says so. */
function held() {
  const asked: string[] = [];
  const ends: { answer: (result: VerifyResult) => void; fail: (error: Error) => void }[] = [];
  const verifications = new Verifications(
    (chain) =>
      new Promise((answer, fail) => {
        asked.push(chain);
        ends.push({ answer, fail });
      }),
  );
  return { verifications, asked, ends };
}

describe('Verifications', () => {
  it('reads a chain once for all who ask meanwhile, and anew for who asks later', async () => {
    const { verifications, asked, ends } = held();
    const answers = [OPERATOR_CHAIN, OPERATOR_CHAIN, OPERATOR_CHAIN].map((chain) => verifications.of(chain));
    ends[0]?.answer(WHOLE);
    expect(await Promise.all(answers)).toEqual([WHOLE, WHOLE, WHOLE]);
    expect(asked).toEqual([OPERATOR_CHAIN]);
    void verifications.of(OPERATOR_CHAIN);
    expect(asked).toEqual([OPERATOR_CHAIN, OPERATOR_CHAIN]);
  });

  it('reads two chains at once and refuses a third until one is done', async () => {
    const { verifications, ends } = held();
    const first = verifications.of(TILI_OY);
    void verifications.of(KIRJA_AB);
    await expect(verifications.of(OPERATOR_CHAIN)).rejects.toThrow(TooManyVerifications);
    ends[0]?.answer(WHOLE);
    await first;
    const third = verifications.of(OPERATOR_CHAIN);
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

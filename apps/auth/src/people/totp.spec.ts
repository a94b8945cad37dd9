import { describe, expect, it } from '@jest/globals';

import { acceptedStep, isOfAnotherMoment, newTotpSecret, otpauthUri, totpCode } from './totp.js';

const SECRET = Buffer.from('12345678901234567890');
/** Half of a step in, so that whole steps can be added and taken away. */
const NOW = new Date(1_111_111_125_000);
const STEP = 37_037_037;
const steps = (count: number) => new Date(NOW.getTime() + count * 30_000);

describe('a code of the second factor', () => {
  // RFC 6238, appendix B, the last six digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('of second %i is %s, as in the RFC', (seconds, code) => {
    expect(totpCode(SECRET, new Date(seconds * 1000))).toBe(code);
  });

  it.each([
    ['of two steps ago', -2, null, false],
    ['of the step before', -1, null, true],
    ['of now', 0, STEP, false],
    ['of the step after', 1, null, true],
    ['of two steps ahead', 2, null, false],
  ])('%s lets in now or not, and is known for one of another moment', (_, count, accepted, isNear) => {
    const code = totpCode(SECRET, steps(count));
    expect(acceptedStep(SECRET, code, NOW, null)).toBe(accepted);
    expect(isOfAnotherMoment(SECRET, code, NOW)).toBe(isNear);
  });

  it('lets in for the thirty seconds in which it is shown, and not a millisecond longer', () => {
    const [first, last] = [new Date(STEP * 30_000), new Date(STEP * 30_000 + 29_999)];
    const code = totpCode(SECRET, NOW);
    for (const shown of [first, last]) expect(acceptedStep(SECRET, code, shown, null)).toBe(STEP);
    for (const [edge, off] of [
      [first, -1],
      [last, 1],
    ] as const) {
      expect(acceptedStep(SECRET, code, new Date(edge.getTime() + off), null)).toBeNull();
    }
  });

  it.each([
    ['before it', STEP - 1, STEP],
    ['itself', STEP, null],
    ['after it', STEP + 1, null],
  ])('when the last step used was %s', (_, lastStep, accepted) => {
    expect(acceptedStep(SECRET, totpCode(SECRET, NOW), NOW, lastStep)).toBe(accepted);
  });

  it('is taken with spaces in it, and nothing else is', () => {
    const code = totpCode(SECRET, NOW);
    expect(acceptedStep(SECRET, `${code.slice(0, 3)} ${code.slice(3)}`, NOW, null)).toBe(STEP);
    for (const wrong of ['', code.slice(1), `${code}0`, `-${code.slice(1)}`, `${code}\n`, '１２３４５６'])
      expect(acceptedStep(SECRET, wrong, NOW, null)).toBeNull();
  });

  it('belongs to its secret', () => {
    expect(acceptedStep(newTotpSecret(), totpCode(SECRET, NOW), NOW, null)).toBeNull();
    expect(newTotpSecret()).toHaveLength(20);
  });

  it('is set up from an address that names the service and the person', () => {
    const uri = new URL(otpauthUri(SECRET, 'maija@example.fi'));
    expect(uri.protocol).toBe('otpauth:');
    expect(decodeURIComponent(uri.pathname)).toContain('Tietovirta:maija@example.fi');
    expect(uri.searchParams.get('secret')).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  });
});

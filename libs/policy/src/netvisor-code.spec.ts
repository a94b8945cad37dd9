import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { netvisorCodeFault } from './netvisor-code.js';

describe('a customer code', () => {
  it.each(['1', '10', '1001', '9'.repeat(50)])('%s is sound', (code) => {
    expect(netvisorCodeFault(code)).toBeNull();
  });

  it.each([
    ['none at all', null, 'customer-number-missing'],
    ['nothing in it', '', 'customer-number-missing'],
    ['letters', 'TEMP', 'customer-code-not-numeric'],
    ['a letter among digits', '10A1', 'customer-code-not-numeric'],
    ['a minus sign', '-1001', 'customer-code-not-numeric'],
    ['white space around it', ' 1001', 'customer-code-not-numeric'],
    ['a line break after it', '1001\n', 'customer-code-not-numeric'],
    ['digits of another script', '١٠٠١', 'customer-code-not-numeric'],
    ['a zero before it', '0001', 'customer-code-leading-zero'],
    ['zero alone', '0', 'customer-code-leading-zero'],
    ['a digit too many', '1'.repeat(51), 'customer-code-too-long'],
  ])('with %s is refused, by name', (_, code, fault) => {
    expect(netvisorCodeFault(code)).toBe(fault);
  });

  it('is sound for every number that a register counts up to', () => {
    fc.assert(fc.property(fc.integer({ min: 1 }), (number) => netvisorCodeFault(String(number)) === null));
  });
});

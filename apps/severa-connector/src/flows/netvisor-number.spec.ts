import { describe, expect, it } from '@jest/globals';

import { decimalIn, exactNetvisorNumber, netvisorNumber } from './netvisor-number.js';

describe('a number of Netvisor', () => {
  it.each([
    ['7.5', 2, '7,50'],
    ['0.333', 2, '0,33'],
    ['-1.005', 2, '-1,01'],
    ['12', 0, '12'],
    ['x', 2, 'x'],
  ])('%s is written with %i places as %s', (text, places, expected) => {
    expect(netvisorNumber(text, places)).toBe(expected);
  });

  it.each([
    ['12', '12,00'],
    ['0.5925', '0,5925'],
    ['0.30000000000000004', '0,30'],
    ['x', 'x'],
  ])('%s is written as exactly as it is, as %s', (text, expected) => {
    expect(exactNetvisorNumber(text)).toBe(expected);
  });

  it.each([
    ['1 234,50', '1234.50'],
    ['-10000.00', '-10000.00'],
    ['0,000000000000', '0.000000000000'],
    ['', null],
    ['1,2,3', null],
    [undefined, null],
  ])('%s is read as %s', (text, expected) => {
    expect(decimalIn(text)).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { businessIdFault } from './business-id.js';

describe('a business ID', () => {
  it.each(['0737546-2', '1572860-0', '0112038-9', '0201256-6', '0000000-0'])('%s is sound', (text) => {
    expect(businessIdFault(text)).toBeNull();
  });

  it.each([
    ['a wrong check digit', '0737546-3', { code: 'business-id.check-digit', expected: '2' }],
    ['two digits that changed places', '0735746-2', { code: 'business-id.check-digit', expected: '7' }],
    ['a number that has no check digit', '0000006-0', { code: 'business-id.never-issued' }],
    ['no hyphen', '07375462', { code: 'business-id.malformed' }],
    ['a digit too few', '737546-2', { code: 'business-id.malformed' }],
    ['a country code', 'FI07375462', { code: 'business-id.malformed' }],
    ['white space around it', ' 0737546-2', { code: 'business-id.malformed' }],
    ['digits of another script', '٠٧٣٧٥٤٦-٢', { code: 'business-id.malformed' }],
    ['nothing', '', { code: 'business-id.malformed' }],
  ])('with %s is refused, by name', (_, text, fault) => {
    expect(businessIdFault(text)).toEqual(fault);
  });

  it('has one sound check digit, or none at all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999 }), (number) => {
        const faults = [...'0123456789'].map((digit) => businessIdFault(`${String(number).padStart(7, '0')}-${digit}`));
        const sound = faults.filter((fault) => fault === null).length;
        const never = faults.filter((fault) => fault?.code === 'business-id.never-issued').length;
        return (sound === 1 && never === 0) || (sound === 0 && never === 10);
      }),
    );
  });

  it('tells any one digit that was mistyped', () => {
    fc.assert(
      fc.property(fc.constantFrom('0737546-2', '1572860-0'), fc.nat(6), fc.nat(9), (sound, place, digit) => {
        const typed = sound.slice(0, place) + String(digit) + sound.slice(place + 1);
        return typed === sound || businessIdFault(typed) !== null;
      }),
    );
  });
});

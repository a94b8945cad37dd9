import { describe, expect, it } from '@jest/globals';

import { CountryList } from './country-list.js';
import { COUNTRIES } from './severa-register.spec-support.js';

describe('Severa’s countries', () => {
  const countries = new CountryList([...COUNTRIES, { guid: 'x', name: 'Without a code' }, null]);

  it.each([
    ['Suomi', 'FI'],
    [' finland', 'FI'],
    ['FIN', 'FI'],
    ['se', 'SE'],
    ['Without a code', null],
    ['Soome', null],
    ['', null],
  ])('know %j as %s', (name, code) => {
    expect(countries.codeOf(name)).toBe(code);
  });

  it('tell the guid and the names of a code', () => {
    expect([countries.guidOf('fi'), countries.guidOf('NO')]).toEqual(['c-fi', null]);
    expect(countries.namesOf('FI')).toEqual(['Suomi', 'Finland', 'FI', 'FIN']);
    expect(countries.namesOf('NO')).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { FieldType } from './record-table.js';
import { type GivenRecord, keyFaults, readGiven } from './given-record.js';
import { discount } from './streams/perustiedot.js';
import { tuoterekisteri } from './streams/tuoterekisteri.js';
import { yritysrekisteri } from './streams/yritysrekisteri.js';

const company = (fields: GivenRecord['fields'], children: GivenRecord['children'] = {}) =>
  readGiven(yritysrekisteri, { fields, children }, null);
const said = ({ faults }: ReturnType<typeof readGiven>) =>
  faults.map(({ pointer, reason, limit }) => [pointer, reason, limit].filter((one) => one !== undefined).join(' '));

describe('a record given by hand', () => {
  it('is read into canonical texts', () => {
    const product = readGiven(
      tuoterekisteri,
      { fields: { name: ' Vasara ', sales_price: '0012.50', default_to_invoice: 'true', unit: '' }, children: {} },
      null,
    );
    expect(product.faults).toEqual([]);
    expect(product.fields).toEqual({ name: 'Vasara', sales_price: '12.5', default_to_invoice: 'true', unit: null });
  });

  it.each([
    ['a text that is too long', { name1: 'x'.repeat(41) }, '/fields/name1 too-long 40'],
    ['no decimal', { interest_percent: 'much' }, '/fields/interest_percent not-a-decimal 10,6'],
    ['a comma', { interest_percent: '1,5' }, '/fields/interest_percent decimal-comma 10,6'],
    ['no code of the list', { language: 'DAN' }, '/fields/language not-in-code-list FIN, SWE, ENG'],
    ['no boolean', { is_customer: 'yes' }, '/fields/is_customer not-a-boolean 1, 0'],
    ['a name that an object inherits', { is_customer: 'constructor' }, '/fields/is_customer not-a-boolean 1, 0'],
    ['the wrong form', { currency: 'euro' }, '/fields/currency pattern-mismatch three capital letters, as EUR'],
    ['what XML cannot carry', { name1: 'a\u0001' }, '/fields/name1 forbidden-character'],
    ['half a character', { name1: '\ud800' }, '/fields/name1 forbidden-character'],
    ['an unknown field', { 'a/b~c': 'x' }, '/fields/a~1b~0c unknown-element'],
    ['the key, which the path names', { company_code: '1' }, '/fields/company_code unknown-element'],
  ])('with %s is told so', (_, fields, fault) => {
    expect(said(company(fields))).toEqual([fault]);
  });

  it('is told every fault at once, its children’s too', () => {
    const addresses = [
      { address_id: '10', country: 'Finland' },
      { address_id: '10', name: 'again' },
      { name: 'nameless' },
      { address_id: '11', begin_date: '2025-02-30', colour: 'red' },
    ];
    expect(said(company({ name1: 'x'.repeat(99), ovt: 'x'.repeat(99) }, { addresses, friends: [] }))).toEqual([
      '/fields/name1 too-long 40',
      '/fields/ovt too-long 17',
      '/children/addresses/0/country pattern-mismatch two capital letters, as FI',
      '/children/addresses/1/address_id duplicate-child',
      '/children/addresses/2/address_id missing-required',
      '/children/addresses/3/colour unknown-element',
      '/children/addresses/3/begin_date not-a-date YYYY-MM-DD',
      '/children/friends unknown-element',
    ]);
  });

  it('must have what is required, unless a part of it is given', () => {
    const given = { fields: { company_code: 'A' }, children: {} };
    expect(said(readGiven(discount, given, null))).toEqual(['/fields/percent missing-required']);
    expect(said(readGiven(discount, given, {}))).toEqual([]);
    expect(said(readGiven(discount, { fields: { percent: null }, children: {} }, {}))).toEqual([
      '/fields/percent missing-required',
    ]);
  });

  it('has no more children than a document may bring, those that it has already among them', () => {
    const addresses = Array.from({ length: 600 }, (_, no) => ({ address_id: `${no}` }));
    const standing = { addresses: Object.fromEntries(Array.from({ length: 600 }, (_, no) => [`${no + 401}`, {}])) };
    expect(said(readGiven(yritysrekisteri, { fields: {}, children: { addresses } }, standing))).toEqual([
      '/children/addresses too-many-children 1000',
    ]);
    const fewer = { addresses: addresses.slice(0, 599) };
    expect(said(readGiven(yritysrekisteri, { fields: {}, children: fewer }, standing))).toEqual([
      '/children/addresses too-many-children 1000',
    ]);
    expect(said(readGiven(yritysrekisteri, { fields: {}, children: fewer }, {}))).toEqual([]);
  });

  it('keeps a child whose id is a name that objects inherit', () => {
    const { children } = company({}, { addresses: [{ address_id: '__proto__', name: 'A' }] });
    expect(Object.keys(children['addresses']!)).toEqual(['__proto__']);
  });

  it('never repeats a value in a fault', () => {
    const types = ['text', 'decimal', 'boolean', 'date', 'code', 'pattern'] satisfies FieldType['kind'][];
    const fields = types.map(
      (kind) => yritysrekisteri.fields.find(({ type }) => type.kind === kind)?.field ?? 'email1',
    );
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.string({ minLength: 6 }), (field, noise) => {
        const value = `sekret-${noise}`.repeat(20);
        expect(JSON.stringify(company({ [field]: value }).faults)).not.toContain('sekret');
      }),
    );
  });
});

describe('the key of a new record', () => {
  it.each([
    ['as it stands', 'A/1 ä%', []],
    ['too long', 'x'.repeat(21), ['too-long']],
    ['of spaces', '  ', ['missing-required']],
    ['with spaces around it', ' A', ['pattern-mismatch']],
    ['that XML cannot carry', 'A\u0002', ['forbidden-character']],
  ])('%s', (_, key, reasons) => {
    expect(keyFaults(tuoterekisteri, key).map(({ reason }) => reason)).toEqual(reasons);
  });
});

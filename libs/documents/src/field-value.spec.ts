import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { trimmed, valueReader } from './field-value.js';
import { boolean, code, country, date, decimal, type FieldType, text } from './record-table.js';

const read = (type: FieldType, value: string): unknown => {
  const canonical = valueReader(type)(value);
  return typeof canonical === 'string' ? canonical : { refused: canonical.reason };
};

describe('a decimal', () => {
  it.each([
    ['1.10', '1.1'],
    ['1.0', '1'],
    ['0', '0'],
    ['000', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['0.50', '0.5'],
    ['007', '7'],
    ['-007.250', '-7.25'],
    ['100', '100'],
    ['1000.000000', '1000'],
    ['9999999999.999999', '9999999999.999999'],
    ['0000009999999999.9999990000', '9999999999.999999'],
  ])('writes %s as %s', (value, canonical) => {
    expect(read(decimal(16, 6), value)).toBe(canonical);
  });

  it.each([
    ['1,50', 'decimal-comma'],
    ['1.000,50', 'decimal-comma'],
    ['10000000000', 'too-many-digits'],
    ['0.0000001', 'too-many-digits'],
    ['1e5', 'not-a-decimal'],
    ['0x1A', 'not-a-decimal'],
    ['+1', 'not-a-decimal'],
    ['.5', 'not-a-decimal'],
    ['5.', 'not-a-decimal'],
    ['-', 'not-a-decimal'],
    ['-.5', 'not-a-decimal'],
    ['--1', 'not-a-decimal'],
    ['1.2.3', 'not-a-decimal'],
    ['1 000', 'not-a-decimal'],
    ['١', 'not-a-decimal'],
    ['NaN', 'not-a-decimal'],
  ])('refuses %s as %s', (value, refused) => {
    expect(read(decimal(16, 6), value)).toEqual({ refused });
  });

  it('reads its own canonical text as itself, and equal numbers as equal texts', () => {
    const digits = fc.stringMatching(/^-?[0-9]{1,10}(\.[0-9]{1,6})?$/);
    fc.assert(
      fc.property(digits, fc.nat(3), (value, zeros) => {
        const canonical = read(decimal(16, 6), value);
        expect(read(decimal(16, 6), String(canonical))).toBe(canonical);
        const padded = value.includes('.') ? value + '0'.repeat(zeros) : value;
        expect(read(decimal(16, 6), padded)).toBe(canonical);
        expect(Number(canonical)).toBe(Number(value) + 0);
      }),
    );
  });
});

describe('a text', () => {
  it('counts characters, not code units', () => {
    expect(read(text(3), 'äöå')).toBe('äöå');
    expect(read(text(3), '😀😀😀')).toBe('😀😀😀');
    expect(read(text(3), '😀😀😀😀')).toEqual({ refused: 'too-long' });
    expect(read(text(3), 'abcd')).toEqual({ refused: 'too-long' });
  });

  it('stays as it is inside, and loses only XML white space at its ends', () => {
    expect(trimmed(' \t\r\n a  b \n')).toBe('a  b');
    expect(trimmed('\u00a0a\u00a0')).toBe('\u00a0a\u00a0');
    expect(trimmed(' \n\t')).toBe('');
  });

  it('is canonical after one reading', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(trimmed(trimmed(value))).toBe(trimmed(value));
      }),
    );
  });
});

describe('the other types', () => {
  it.each<[string, string, unknown, FieldType]>([
    ['boolean', '1', 'true', boolean],
    ['boolean', '0', 'false', boolean],
    ['boolean', 'true', { refused: 'not-a-boolean' }, boolean],
    ['boolean', '01', { refused: 'not-a-boolean' }, boolean],
    ['code', 'FIN', 'FIN', code('FIN', 'SWE')],
    ['code', 'fin', { refused: 'not-in-code-list' }, code('FIN', 'SWE')],
    ['code', 'toString', { refused: 'not-in-code-list' }, code('FIN', 'SWE')],
    ['country', 'FI', 'FI', country],
    ['country', 'fi', { refused: 'pattern-mismatch' }, country],
    ['country', 'FIN', { refused: 'pattern-mismatch' }, country],
    ['date', '2024-02-29', '2024-02-29', date],
    ['date', '2025-02-29', { refused: 'not-a-date' }, date],
    ['date', '2025-04-31', { refused: 'not-a-date' }, date],
    ['date', '2025-13-01', { refused: 'not-a-date' }, date],
    ['date', '2025-00-10', { refused: 'not-a-date' }, date],
    ['date', '0000-01-01', { refused: 'not-a-date' }, date],
    ['date', '3.2.2025', { refused: 'not-a-date' }, date],
    ['date', '2025-02-03T00:00:00', { refused: 'not-a-date' }, date],
  ])('a %s reads %s as %o', (_, value, result, type) => {
    expect(read(type, value)).toEqual(result);
  });
});

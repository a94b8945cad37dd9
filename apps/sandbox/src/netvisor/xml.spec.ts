import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { decimalOf, percentOf, rounded, times, written } from './decimal.js';
import { readXml } from './read-xml.js';
import { documentOf, el, type XmlElement } from './xml.js';

const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
const text = fc.string({ unit: fc.constantFrom('a', 'ä', '€', '<', '>', '&', '"', "'", ']', ' ', '\n', '&amp;') });
const attributes = fc.dictionary(name, text, { maxKeys: 3 });
const tree: fc.Arbitrary<XmlElement> = fc.letrec<{ element: XmlElement }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(name, text, attributes).map(([tag, content, given]) => el(tag, content, given)),
    fc
      .tuple(name, fc.array(tie('element'), { minLength: 1, maxLength: 3 }), attributes)
      .map(([tag, content, given]) => el(tag, content, given)),
  ),
})).element;

describe('XML', () => {
  it('is read as it was written', () => {
    fc.assert(fc.property(tree, (element) => expect(readXml(documentOf(element))).toEqual({ root: element })));
  });

  it('is read, or refused, whatever comes', () => {
    const piece = fc.constantFrom('<a>', '</a>', '<a/>', '<', '>', '&', '&lt;', '<!--', '-->', '<![CDATA[', ']]>', '"');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const read = readXml(pieces.join(''));
        expect('root' in read || read.fault.length > 0).toBe(true);
      }),
    );
  });

  it('has comments and CDATA, and no other entities than its five', () => {
    const read = readXml('<?xml version="1.0"?><a><!-- <b> --><b><![CDATA[1 < 2]]>&#228;&#xE4;&apos;</b></a>');
    expect(read).toEqual({ root: el('a', [el('b', "1 < 2ää'")]) });
    expect(readXml('<a>&nbsp;</a>')).toHaveProperty('fault');
    expect(readXml('<a>A & B</a>')).toHaveProperty('fault');
  });
});

describe('decimals', () => {
  const cents = fc.integer({ min: -1_000_000_00, max: 1_000_000_00 });

  it('are written as they were read', () => {
    fc.assert(
      fc.property(cents, (value) => {
        const digits = String(Math.abs(value)).padStart(3, '0');
        const comma = `${value < 0 ? '-' : ''}${digits.slice(0, -2)},${digits.slice(-2)}`;
        expect(written(decimalOf(comma), 2)).toBe(comma);
      }),
    );
  });

  it.each([
    ['1,005', 2, '1,01'],
    ['-1,005', 2, '-1,01'],
    ['0,004', 2, '0,00'],
    ['2,675', 2, '2,68'],
    ['7', 0, '7'],
    ['0,999999999999', 12, '0,999999999999'],
  ])('%s to %i decimals is %s', (given, places, shown) => {
    expect(written(rounded(decimalOf(given), places), places)).toBe(shown);
  });

  it('multiply, and have shares in hundredths', () => {
    expect(written(times(decimalOf('3'), decimalOf('9,99')), 2)).toBe('29,97');
    expect(written(percentOf(decimalOf('200'), decimalOf('25,5')), 2)).toBe('51,00');
  });
});

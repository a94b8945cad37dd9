import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { type Part } from './shape.js';
import { CUSTOMER } from './shapes/customer.js';
import { PRODUCT } from './shapes/product.js';
import { SALES_INVOICE } from './shapes/sales-invoice.js';
import { isVatPercent, VAT_CODES } from './shapes/vat-codes.js';

const DTDS = join(process.cwd(), '..', 'shared', 'contracts', 'netvisor', 'dtd');

/** The content of every group of a DTD, in its order: `name?` as `name` and how often. */
function groupsIn(dtd: string): ReadonlyMap<string, readonly { readonly name: string; readonly times: string }[]> {
  const groups = [...dtd.matchAll(/<!ELEMENT\s+(\w+)\s+\(([^)#]+)\)>/g)].map(([, name = '', content = '']) => {
    const parts = [...content.matchAll(/(\w+)([?*+]?)/g)];
    return [name, parts.map(([, part = '', times = '']) => ({ name: part, times }))] as const;
  });
  return new Map(groups.filter(([name]) => name !== 'root'));
}

/** Every group of a shape, by its name. */
function groupsOf(part: Part): (readonly [string, readonly Part[]])[] {
  const { holds } = part;
  if (!Array.isArray(holds)) return [];
  const parts = holds as readonly Part[];
  return [[part.name, parts], ...parts.flatMap(groupsOf)];
}

(existsSync(DTDS) ? describe : describe.skip)('the order of elements, beside the published one', () => {
  it.each([
    ['customer', CUSTOMER],
    ['product', PRODUCT],
    ['salesinvoice', SALES_INVOICE],
  ])('is the same in %s, and every mandatory element is', (name, shape) => {
    const published = groupsIn(readFileSync(join(DTDS, `${name}.dtd`), 'utf8'));
    const ours = new Map(groupsOf(shape));
    for (const [group, parts] of published) {
      const mine = ours.get(group) ?? [];
      const known = new Set(parts.map((part) => part.name));
      expect([group, mine.map((part) => part.name).filter((one) => known.has(one))]).toEqual([
        group,
        parts.map((part) => part.name),
      ]);
      if (group === 'invoiceline') continue;
      const required = parts.filter(({ times }) => times === '' || times === '+').map((part) => part.name);
      expect([group, mine.filter((part) => part.isRequired).map((part) => part.name)]).toEqual([group, required]);
    }
  });
});

describe('VAT codes', () => {
  it.each([
    ['25,5', 'KOMY', true],
    ['25,50', 'KOMY', true],
    ['13,5', 'KOMY', true],
    ['14', 'KOMY', true],
    ['22', 'KOMY', false],
    ['0', 'EUPM312', true],
    ['0,00', 'EUPM312', true],
    ['25,5', 'EUPM312', false],
    ['10', 'NONE', false],
    ['0', 'OTHER', false],
  ])('%s per cent with %s: %s', (percent, vatCode, allowed) => {
    expect(isVatPercent(percent, vatCode)).toBe(allowed);
  });

  it('are twenty-two, and each allows nothing or something', () => {
    expect(VAT_CODES).toHaveLength(22);
    expect(VAT_CODES.filter((one) => !isVatPercent('0', one))).toEqual([]);
  });
});

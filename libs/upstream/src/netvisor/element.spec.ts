import { describe, expect, it } from '@jest/globals';

import { attributeOf, child, children, element, textAt } from './element.js';

describe('an element of Netvisor', () => {
  const list = element('Customerlist', [
    element('Customer', [element('Netvisorkey', ' 12 '), element('Code')]),
    element('customer', [element('NetvisorKey', '13', { Type: 'x' })]),
  ]);

  it('leaves out what is absent, and keeps what is empty', () => {
    const made = element('a', [element('b', ''), null, undefined, false, element('c', 'x', { type: 'net' })]);
    expect(made.children.map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('is found by its name in any case', () => {
    expect(children(list, 'CUSTOMER')).toHaveLength(2);
    expect(textAt(list, 'customer', 'netvisorkey')).toBe('12');
    expect(attributeOf(child(children(list, 'customer')[1] ?? list, 'netvisorkey') ?? list, 'type')).toBe('x');
  });

  it('tells what is absent from what is empty', () => {
    expect(textAt(list, 'customer', 'code')).toBe('');
    expect(textAt(list, 'customer', 'name')).toBeUndefined();
    expect(textAt(list, 'product', 'name')).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';

import { linkSettingsBody } from '#lib/contracts';

import { productToNetvisor } from './product-mapping.js';
import { productsToNetvisor } from './products-to-netvisor.js';
import { REGISTER_CAUSES } from './register-causes.js';
import { attributesIn, bodyOf, NetvisorRegister } from './netvisor-register.spec-support.js';
import { readAll, readIndex, readingOf, ReadSides } from './register-reading.spec-support.js';
import { losing, move, situationOf } from './register-sides.spec-support.js';
import { productContent } from './products.spec-support.js';

const NOT_DELETED = [
  ['published', '1'],
  ['unpublished', '1'],
  ['deleted', '0'],
];

describe('a product of Severa, as Netvisor is to have it', () => {
  it.each([
    ['a category that there is none of', { group: null }, { group: 'Severa' }],
    ['no price', { price: null }, { price: '0' }],
    ['no VAT rate', { vatRate: null }, { vatRate: null }],
    ['a name over two lines', { name: 'Lisenssi\nvuosi' }, { name: 'Lisenssi vuosi' }],
    ['no unit', { unit: null }, { unit: '' }],
  ])('with %s may move', (_, changed, product) => {
    const mapped = productToNetvisor(productContent(changed));
    expect(mapped.product).toMatchObject(product);
    expect(mapped.objections).toEqual([]);
  });

  it.each([
    ['no code', { code: null }, 'code-missing', 'code'],
    ['no name', { name: null }, 'name-missing', 'name'],
    ['a code of 51 characters', { code: 'k'.repeat(51) }, 'product-code-too-long', 'code'],
    ['a name of 201', { name: 'k'.repeat(201) }, 'name-too-long', 'name'],
    ['a unit of 51', { unit: 'k'.repeat(51) }, 'product-unit-too-long', 'unit'],
    ['a letter that ISO-8859-15 has not', { name: 'Ω' }, 'letter-unknown', 'name'],
    ['a price in crowns', { price: '10', currency: 'SEK' }, 'product-price-not-euro', 'price'],
  ])('with %s is objected to, by cause and field', (_, changed, cause, field) => {
    expect(productToNetvisor(productContent(changed)).objections).toEqual([{ cause, field }]);
    expect(Object.keys(REGISTER_CAUSES)).toContain(cause);
  });
});

describe('a product that moves from Severa to Netvisor', () => {
  it('is looked up by its code, then made', () => {
    const side = new NetvisorRegister();
    const { step, known } = move(productsToNetvisor, side, situationOf(productContent()));
    expect([step, known]).toEqual([{ do: 'done' }, { key: '100', code: 'LIC-1', mine: true }]);
    expect(side.requests.map(({ resource, query }) => [resource, query])).toEqual([
      ['productlist.nv', [['keyword', 'LIC-1'], ...NOT_DELETED]],
      ['product.nv', [['method', 'add']]],
    ]);
    expect(bodyOf(side.requests[1]!)).toEqual({
      productcode: 'LIC-1',
      productgroup: 'Lisenssit',
      name: 'Lisenssi',
      unitprice: '250,5',
      unit: 'kpl',
      isactive: '1',
      issalesproduct: '1',
      defaultvatpercentage: '25,5',
    });
    expect(attributesIn(side.requests[1]!, 'unitprice')).toEqual({ type: 'net' });
  });

  it.each(['Työ 1', 'a&b', 'a,b', 'a/b'])('is looked up in the whole list when its code is %s', (code) => {
    const side = new NetvisorRegister({ 7: { productcode: code } });
    expect(move(productsToNetvisor, side, situationOf(productContent({ code }))).known).toEqual({
      key: '7',
      code,
      mine: true,
    });
    expect(side.requests.map(({ resource, query }) => [resource, query])).toEqual([['productlist.nv', NOT_DELETED]]);
  });

  it('is linked with none of another code, whatever the look-up answers with', () => {
    const side = new NetvisorRegister({ 7: { productcode: 'LIC-10' } });
    side.loose = true;
    expect(move(productsToNetvisor, side, situationOf(productContent())).known).toMatchObject({ key: '100' });
  });

  it('is linked where it is, and left as it is: then, and when it changes', () => {
    const side = new NetvisorRegister({ 7: { productcode: 'LIC-1', name: 'Their name', unitprice: '1' } });
    const first = move(productsToNetvisor, side, situationOf(productContent()));
    expect(first.step).toMatchObject({ do: 'done', linked: true });
    const changed = productContent({ name: 'Uusi nimi', price: '99' });
    expect(move(productsToNetvisor, side, situationOf(changed, first.known)).step).toEqual({ do: 'done' });
    expect(side.writes).toEqual([]);
  });

  it.each([
    ['lost', (side: NetvisorRegister) => (write: number) => side.writes.length === write && write === 1],
    ['silent about its key', (side: NetvisorRegister) => ((side.silent = true), () => false)],
  ])('is looked up, and not made again, after an answer that was %s', (_, lose) => {
    const side = new NetvisorRegister();
    const { known } = move(productsToNetvisor, side, situationOf(productContent()), lose(side));
    expect(known).toMatchObject({ key: '100' });
    expect(side.writes).toEqual(['product.nv add']);
  });

  it.each([
    ['arrived', true, 'LIC-1'],
    ['did not arrive', false, 'LIC-2'],
  ])('is there once, though its code was changed after its creation, which %s, was lost', (_, arrives, code) => {
    const side = new NetvisorRegister();
    const lost = losing(productsToNetvisor, side, situationOf(productContent()), arrives);
    const { step } = move(productsToNetvisor, side, { ...lost, source: productContent({ code: 'LIC-2' }) });
    expect(step.do).toBe('done');
    expect([...side.records.values()]).toMatchObject([{ productcode: code }]);
  });

  it('is looked up by its new code, too, when its code has changed since there was none of it', () => {
    const side = new NetvisorRegister({ 7: { productcode: 'LIC-2' } });
    const known = { key: null, sought: 'LIC-1' };
    const moved = move(productsToNetvisor, side, situationOf(productContent({ code: 'LIC-2' }), known));
    expect(moved.known).toMatchObject({ key: '7' });
    expect(side.writes).toEqual([]);
  });

  it('is never linked with one that was deleted there', () => {
    const side = new NetvisorRegister({ 7: { productcode: 'LIC-1', deleted: '1' } });
    move(productsToNetvisor, side, situationOf(productContent()));
    expect(side.requests.map(({ query }) => query?.at(-1)?.[0])).toContain('deleted');
    expect(side.writes.length).toBeGreaterThan(0);
  });

  it('is not made again when it was made without a word of its key, and is not found', () => {
    const side = new NetvisorRegister();
    side.silent = side.forgetful = true;
    const { step } = move(productsToNetvisor, side, situationOf(productContent()));
    expect(step).toMatchObject({ do: 'reject', objections: [{ cause: 'repeat-unsafe' }] });
    expect(side.writes).toEqual(['product.nv add']);
  });

  it('is linked with the one that somebody made there in the meantime', () => {
    const side = new NetvisorRegister({ 7: { productcode: 'LIC-1' } });
    expect(move(productsToNetvisor, side, situationOf(productContent(), { key: null })).known).toMatchObject({
      key: '7',
    });
    expect(side.writes).toEqual(['product.nv add']);
  });

  it('is rejected when Netvisor calls it a duplicate twice and does not find it', () => {
    const side = new NetvisorRegister({ 7: { internalidentifier: 'LIC-1' } });
    expect(move(productsToNetvisor, side, situationOf(productContent(), { key: null })).step.do).toBe('reject');
    expect(side.writes).toHaveLength(2);
  });

  it.each([
    ['it is new', null, 'reject'],
    ['the other is there already', { key: '7' }, 'reject'],
    ['it was there before the other came', { key: '7', mine: true }, 'done'],
  ])('does not move with the code of another when %s', (_, known, does) => {
    expect(productsToNetvisor.next(situationOf(productContent(), known, { rival: 'Työ' })).do).toBe(does);
  });
});

describe('a reading of what an invoice row of Severa can name', () => {
  const lists = {
    products: [
      { guid: 'a', code: ' LIC-1 ', name: 'Lisenssi', unitPrice: { amount: 250, currencyCode: 'EUR' }, vatRate: 25.5 },
      { guid: 'b', code: null, name: 'Without' },
      { guid: 'c', code: '', name: 'Out of use', isActive: false },
      {
        guid: 'd',
        code: 'D',
        unitPrice: {
          amount: 10,
          currencyCode: 'SEK',
          multiCurrencyInfo: [{ amount: 0.9, currencyCode: 'EUR' }],
        },
      },
      { guid: 'e', code: 'E', isActive: false, unitPrice: { amount: 10, currencyCode: 'SEK' } },
    ],
    worktypes: [{ guid: 'w', code: 'TYO', name: 'Työ', hourCost: { amount: 50, currencyCode: 'EUR' } }],
    travelexpensetypes: [
      { guid: 't', code: 'KM', name: 'Kilometrit', measurementUnit: 'km', vatRate: 0, unitCost: { amount: 1 } },
    ],
  };

  it('has products, work types and travel expense types; only what is out of use and has no code is left out', async () => {
    const read = await readAll(productsToNetvisor, readingOf(new ReadSides(lists)));
    expect(Object.keys(read)).toEqual(['a', 'b', 'd', 'e', 'w', 't']);
    expect(read).toMatchObject({
      a: { kind: 'product', code: 'LIC-1', price: '250', currency: null, vatRate: '25.5', active: true },
      b: { code: null },
      d: { price: '0.9', currency: null },
      e: { price: '10', currency: 'SEK', active: false },
      w: { kind: 'work-type', code: 'TYO', price: null },
      t: { kind: 'travel-expense-type', code: 'KM', unit: 'km', price: null, vatRate: '0' },
    });
  });

  it('later asks for what was changed, where there is such a filter', async () => {
    const calls = new ReadSides(lists);
    await readAll(productsToNetvisor, readingOf(calls, new Date('2026-03-18T07:30:00Z')));
    expect(calls.asked).toEqual([
      'products changedSince=2026-03-18T07:30:00.000Z',
      'worktypes changedSince=2026-03-18T07:30:00.000Z',
      'travelexpensetypes',
    ]);
  });
});

describe('the list of Netvisor’s products at first contact', () => {
  const register = new NetvisorRegister({
    10: { productcode: 'A', name: 'Younger' },
    9: { productcode: 'A', name: 'Older' },
    8: { productcode: 'B', name: 'B' },
    7: { productcode: '', name: 'No code' },
  });

  it('has those that are wanted', async () => {
    const index = await readIndex(productsToNetvisor, readingOf(new ReadSides({}, register)), new Set(['B']));
    expect(index).toEqual([['B', { key: '8', name: 'B' }]]);
  });

  it('tells codes that are there twice, the older one first', async () => {
    expect(await readIndex(productsToNetvisor, readingOf(new ReadSides({}, register)))).toEqual([
      ['B', { key: '8', name: 'B' }],
      ['A', { key: '9', name: 'Older' }],
      ['A', { key: '10', name: 'Younger' }],
    ]);
  });
});

describe('the flow of products to Netvisor', () => {
  it.each([
    ['to-netvisor', 'automatic'],
    ['to-severa', 'off'],
    ['none', 'off'],
    [null, 'off'],
  ] as const)('with the products’ direction %s is %s', (products, mode) => {
    expect(productsToNetvisor.mode(linkSettingsBody.parse({ products }))).toBe(mode);
  });
});

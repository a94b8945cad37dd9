import { describe, expect, it } from '@jest/globals';

import { linkSettingsBody } from '#lib/contracts';

import type { Known } from '../engine/flow.js';
import { type ProductOfNetvisor, productsToSevera } from './products-to-severa.js';
import { NetvisorRegister } from './netvisor-register.spec-support.js';
import { readAll, readIndex, readingOf, ReadSides } from './register-reading.spec-support.js';
import { losing, move, situationOf } from './register-sides.spec-support.js';
import { SeveraRegister } from './severa-register.spec-support.js';

const product = (changed: Partial<ProductOfNetvisor> = {}): ProductOfNetvisor => ({
  code: 'LIC-1',
  name: 'Lisenssi',
  unit: 'kpl',
  price: '250.5',
  vatRate: '25.5',
  categoryGuid: 'cat',
  active: true,
  ...changed,
});

describe('a product that moves from Netvisor to Severa', () => {
  it('is looked up by its code, then made', () => {
    const side = new SeveraRegister();
    const { step, known } = move(productsToSevera, side, situationOf(product()));
    expect([step, known]).toEqual([{ do: 'done' }, { key: 'g1', code: 'LIC-1', mine: true }]);
    expect(side.requests).toEqual([
      { method: 'GET', path: ['products'], query: [['code', 'LIC-1']] },
      {
        method: 'POST',
        path: ['products'],
        body: {
          name: 'Lisenssi',
          code: 'LIC-1',
          isActive: true,
          measurementUnit: 'kpl',
          unitPrice: { amount: { decimal: '250.5' }, currencyCode: 'EUR' },
          vatRate: { decimal: '25.5' },
          productCategory: { guid: 'cat' },
        },
      },
    ]);
  });

  it('is linked with none of another code, whatever the look-up answers with', () => {
    const side = new SeveraRegister();
    side.products.push({ guid: 'other', code: 'LIC-10' });
    side.loose = true;
    expect(move(productsToSevera, side, situationOf(product())).known).toMatchObject({ key: 'g1' });
  });

  it('says nothing of what Netvisor does not tell', () => {
    const side = new SeveraRegister();
    move(productsToSevera, side, situationOf(product({ unit: null, price: null, vatRate: null, categoryGuid: null })));
    expect(side.requests[1]?.body).toEqual({ name: 'Lisenssi', code: 'LIC-1', isActive: true });
  });

  it('is linked where it is, and left as it is: then, and when it changes', () => {
    const side = new SeveraRegister();
    side.products.push({ guid: 'theirs', code: 'LIC-1', name: 'Their name' }, { guid: 'other', code: 'LIC-10' });
    const first = move(productsToSevera, side, situationOf(product()));
    expect(first).toMatchObject({ step: { do: 'done', linked: true }, known: { key: 'theirs' } });
    expect(move(productsToSevera, side, situationOf(product({ name: 'Uusi' }), first.known)).step).toEqual({
      do: 'done',
    });
    expect(side.writes).toEqual([]);
  });

  it('is looked up, and not made again, after a lost answer', () => {
    const side = new SeveraRegister();
    const { known } = move(productsToSevera, side, situationOf(product()), (write) => write === 1);
    expect(known).toMatchObject({ key: 'g1' });
    expect(side.writes).toEqual(['POST products']);
  });

  it.each([
    ['arrived', true, 'LIC-1'],
    ['did not arrive', false, 'LIC-2'],
  ])('is there once, though its code was changed after its creation, which %s, was lost', (_, arrives, code) => {
    const side = new SeveraRegister();
    const lost = losing(productsToSevera, side, situationOf(product()), arrives);
    expect(move(productsToSevera, side, { ...lost, source: product({ code: 'LIC-2' }) }).step.do).toBe('done');
    expect(side.products).toMatchObject([{ code }]);
  });

  it('that was deleted there is told when it comes up again, and linked with one made in its place', () => {
    const side = new SeveraRegister();
    const { known } = move(productsToSevera, side, situationOf(product()));
    const again = (known: Known | null) =>
      move(productsToSevera, side, situationOf(product({ name: 'Uusi' }), known, { moved: true }));
    expect(again(known).step.do).toBe('done');
    side.products.length = 0;
    const gone = again(known);
    expect(gone.step).toEqual({ do: 'reject', objections: [{ cause: 'gone-in-target', field: 'LIC-1' }] });
    side.products.push({ guid: 'theirs', code: 'LIC-1' });
    expect(again(gone.known).known).toMatchObject({ key: 'theirs' });
    expect(side.writes).toEqual(['POST products']);
  });

  it('is not made again when it was made without a word of its guid, and is not found', () => {
    const side = new SeveraRegister();
    side.silent = side.forgetful = true;
    const { step } = move(productsToSevera, side, situationOf(product()));
    expect(step).toMatchObject({ do: 'reject', objections: [{ cause: 'repeat-unsafe' }] });
    expect(side.writes).toEqual(['POST products']);
  });

  it('is rejected without a name, and with the code of another', () => {
    expect(productsToSevera.next(situationOf(product({ name: '' })))).toEqual({
      do: 'reject',
      objections: [{ cause: 'name-missing', field: 'name' }],
    });
    expect(productsToSevera.next(situationOf(product(), null, { rival: 'Toinen' }))).toEqual({
      do: 'reject',
      objections: [{ cause: 'duplicate-product-code', field: 'code', message: 'Toinen' }],
    });
  });
});

describe('a reading of Netvisor’s products', () => {
  const register = () =>
    new NetvisorRegister({
      7: {
        productcode: 'A',
        name: 'A',
        unit: 'kpl',
        unitprice: '42,5',
        productgroup: 'Kirjat',
        defaultvatpercentage: '14,0',
      },
      8: { productcode: '', name: 'No code' },
      9: { productcode: 'TEMP', name: 'Tilapäinen' },
      10: { productcode: 'G', name: 'Gross', unitprice: '100,00', grossprice: '125,5', unitgrossprice: '125,5' },
      11: { productcode: 'H', name: 'Gross, and no word of the net', grossprice: '125,5' },
      12: { productcode: 'I', name: 'Passive', unitprice: 'free', isactive: '0', defaultvatpercentage: '' },
    });
  const lists = { productcategories: [{ guid: 'cat', name: ' kirjat' }] };

  it('has those with a code, but the temporary one; prices without tax', async () => {
    const read = await readAll(productsToSevera, readingOf(new ReadSides(lists, register())));
    expect(Object.keys(read)).toEqual(['7', '10', '11', '12']);
    expect(read).toMatchObject({
      7: { code: 'A', unit: 'kpl', price: '42.5', vatRate: '14.0', categoryGuid: 'cat', active: true },
      10: { price: '100.00', categoryGuid: null },
      11: { price: null },
      12: { price: null, vatRate: null, active: false },
    });
  });

  it('later asks for what was changed, and never for what was deleted', async () => {
    const calls = new ReadSides(lists, register());
    await readAll(productsToSevera, readingOf(calls, new Date('2026-03-18T07:30:00Z')));
    expect(calls.asked.slice(1)).toEqual([
      'productlist.nv changedsince=2026-03-18T07:30:00 published=1 unpublished=1 deleted=0',
      'getproduct.nv idlist=7,10,11,12',
    ]);
  });
});

describe('the list of Severa’s products at first contact', () => {
  it('has those with a code', async () => {
    const products = [
      { guid: 'a', code: 'A', name: 'A' },
      { guid: 'b', code: null },
      { guid: 'c', code: 'A' },
    ];
    expect(await readIndex(productsToSevera, readingOf(new ReadSides({ products })))).toEqual([
      ['A', { key: 'a', name: 'A' }],
      ['A', { key: 'c', name: '' }],
    ]);
  });
});

describe('the flow of products to Severa', () => {
  it.each([
    ['to-severa', 'automatic'],
    ['to-netvisor', 'off'],
    ['none', 'off'],
    [null, 'off'],
  ] as const)('with the products’ direction %s is %s', (products, mode) => {
    expect(productsToSevera.mode(linkSettingsBody.parse({ products }))).toBe(mode);
  });
});

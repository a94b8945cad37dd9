import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { customerToSevera } from './customer-mapping.js';
import { customersToSevera } from './customers-to-severa.js';
import { anyCustomerOfNetvisor, customerOfNetvisor } from './customers.spec-support.js';
import { NothingToLearn } from './good-answer.js';
import { losing, move, situationOf } from './register-sides.spec-support.js';
import { SeveraRegister } from './severa-register.spec-support.js';

describe('a customer that moves from Netvisor to Severa', () => {
  it('is looked up by its number, then made, then its address', () => {
    const side = new SeveraRegister();
    const { step, known } = move(customersToSevera, side, situationOf(customerOfNetvisor()));
    expect(step).toEqual({ do: 'done' });
    expect(known).toMatchObject({ key: 'g1', address: 'g2' });
    expect(side.requests).toEqual([
      { method: 'GET', path: ['customers'], query: [['numbers', '1001']] },
      {
        method: 'POST',
        path: ['customers'],
        body: {
          number: 1001,
          name: 'Esimerkki Oy',
          vatNumber: '1234567-1',
          eInvoiceAddress: '003712345671',
          eInvoiceOperator: '003721291126',
          email: 'laskut@example.com',
          isActive: true,
        },
      },
      {
        method: 'POST',
        path: ['customers', 'g1', 'addresses'],
        body: {
          addressline: 'Esimerkkikatu 1',
          postalCode: '00100',
          city: 'Helsinki',
          country: { guid: 'c-fi' },
          isBillingAddress: true,
          isPostalAddress: true,
          isVisitAddress: true,
        },
      },
    ]);
  });

  it('is not made again when it was made without a word of its guid, and is not found', () => {
    const side = new SeveraRegister();
    side.silent = side.forgetful = true;
    const { step } = move(customersToSevera, side, situationOf(customerOfNetvisor()));
    expect(step).toMatchObject({ do: 'reject', objections: [{ cause: 'repeat-unsafe' }] });
    expect(side.writes).toEqual(['POST customers']);
  });

  it('has its address looked for, not attached again, when Severa does not tell its guid', () => {
    const side = new SeveraRegister();
    side.customers.push({ guid: 'g9', number: 1001, name: 'Esimerkki Oy' });
    side.silent = true;
    const situation = situationOf(
      customerOfNetvisor({ businessId: '', invoiceAddress: '', invoiceOperator: '', email: '' }),
    );
    expect(() => move(customersToSevera, side, situation)).toThrow(NothingToLearn);
    const known = { key: 'g9', sent: { number: '1001', name: 'Esimerkki Oy', isActive: 'true' }, address: null };
    const { known: found } = move(customersToSevera, side, { ...situation, known, unsure: 'attach' });
    expect(found).toMatchObject({ address: 'g1' });
    expect(side.writes.filter((write) => write.startsWith('POST'))).toEqual(['POST addresses']);
  });

  it('is not linked with Severa’s own company, though that has its number', () => {
    const side = new SeveraRegister();
    side.customers.push({ guid: 'own', number: 1001, name: 'Oma Oy', isInternal: true });
    expect(move(customersToSevera, side, situationOf(customerOfNetvisor())).known).toMatchObject({ key: 'g1' });
    expect(side.customers[0]).toMatchObject({ name: 'Oma Oy' });
  });

  it('has no address made for it when it has none', () => {
    const side = new SeveraRegister();
    const nowhere = { street: '', postalCode: '', city: '', country: '', countryGuid: null };
    move(customersToSevera, side, situationOf(customerOfNetvisor(nowhere)));
    expect(side.writes).toEqual(['POST customers']);
  });

  it('is changed field by field, and its address by its own request', () => {
    const side = new SeveraRegister();
    const { known } = move(customersToSevera, side, situationOf(customerOfNetvisor()));
    const changed = customerOfNetvisor({ name: 'Uusi Oy', email: '', active: false, city: 'Espoo' });
    move(customersToSevera, side, situationOf(changed, known));
    expect(side.requests.slice(3)).toEqual([
      {
        method: 'PATCH',
        path: ['customers', 'g1'],
        body: [
          { op: 'Replace', path: '/name', value: 'Uusi Oy' },
          { op: 'Replace', path: '/email', value: null },
          { op: 'Replace', path: '/isActive', value: false },
        ],
      },
      { method: 'PATCH', path: ['addresses', 'g2'], body: [{ op: 'Replace', path: '/city', value: 'Espoo' }] },
    ]);
  });

  it('moves to another country by the country’s guid', () => {
    const side = new SeveraRegister();
    const { known } = move(customersToSevera, side, situationOf(customerOfNetvisor()));
    const moved = customerOfNetvisor({ country: 'SE', countryGuid: 'c-se', countryNames: ['Ruotsi'] });
    move(customersToSevera, side, situationOf(moved, known));
    expect(side.requests.at(-1)?.body).toEqual([{ op: 'Replace', path: '/country/guid', value: 'c-se' }]);
  });

  it('is linked without a word where Severa has all of it, the country by its name', () => {
    const side = new SeveraRegister();
    const first = move(customersToSevera, side, situationOf(customerOfNetvisor()));
    const { step, known } = move(customersToSevera, side, situationOf(customerOfNetvisor()));
    expect(step).toMatchObject({ do: 'done', linked: true });
    expect(known).toEqual(first.known);
    expect(side.writes).toHaveLength(2);
  });

  it('is linked with none of another number, whatever the look-up answers with', () => {
    const side = new SeveraRegister();
    side.customers.push({ guid: 'other', number: 10010, name: 'Toinen Oy' });
    side.loose = true;
    expect(move(customersToSevera, side, situationOf(customerOfNetvisor())).known).toMatchObject({ key: 'g1' });
    expect(side.writes).toEqual(['POST customers', 'POST addresses']);
  });

  it('keeps what Netvisor has none of', () => {
    const side = new SeveraRegister();
    side.customers.push({ guid: 'theirs', number: 1001, name: 'Esimerkki Oy', email: 'their@own.fi', isActive: true });
    move(customersToSevera, side, situationOf(customerOfNetvisor({ email: '' })));
    expect(side.customers).toMatchObject([{ guid: 'theirs', email: 'their@own.fi', vatNumber: '1234567-1' }]);
  });

  it.each([
    ['customer', 1],
    ['address', 2],
  ])('is looked for after a lost answer about its %s, and not made again', (_, write) => {
    const side = new SeveraRegister();
    const { known } = move(customersToSevera, side, situationOf(customerOfNetvisor()), (nth) => nth === write);
    expect(known).toMatchObject({ key: 'g1', address: 'g2' });
    expect(side.writes).toEqual(['POST customers', 'POST addresses']);
  });

  it.each([
    ['arrived', true],
    ['did not arrive', false],
  ])('is there once, though its code was changed after its creation, which %s, was lost', (_, arrives) => {
    const side = new SeveraRegister();
    const lost = losing(customersToSevera, side, situationOf(customerOfNetvisor()), arrives);
    const { step } = move(customersToSevera, side, { ...lost, source: customerOfNetvisor({ code: '2002' }) });
    expect(step.do).toBe('done');
    expect(side.customers).toMatchObject([{ number: 2002 }]);
  });

  it.each([
    ['arrived', true],
    ['did not arrive', false],
  ])('has one address, though it moved after its address, which %s, was lost', (_, arrives) => {
    const side = new SeveraRegister();
    side.customers.push({ guid: 'g9', number: 1001, name: 'Esimerkki Oy' });
    const nowhere = { street: '', postalCode: '', city: '', country: '', countryGuid: null };
    const { known, step } = move(customersToSevera, side, situationOf(customerOfNetvisor(nowhere)));
    expect(step.do).toBe('done');
    const lost = losing(customersToSevera, side, situationOf(customerOfNetvisor(), known), arrives);
    move(customersToSevera, side, { ...lost, source: customerOfNetvisor({ city: 'Espoo' }) });
    expect(side.addresses).toMatchObject([{ city: 'Espoo', customer: 'g9' }]);
  });

  it.each([
    ['arrived', true],
    ['did not arrive', false],
  ])('is as it is in Netvisor, though a change, which %s, was lost and then taken back', (_, arrives) => {
    const side = new SeveraRegister();
    const { known } = move(customersToSevera, side, situationOf(customerOfNetvisor()));
    for (const change of [{ name: 'Uusi Oy' }, { city: 'Espoo' }]) {
      const lost = losing(customersToSevera, side, situationOf(customerOfNetvisor(change), known), arrives);
      move(customersToSevera, side, { ...lost, source: customerOfNetvisor() });
      expect(side.customers).toMatchObject([{ name: 'Esimerkki Oy' }]);
      expect(side.addresses).toMatchObject([{ city: 'Helsinki' }]);
    }
  });

  it('that was removed there is told when it changes, and linked with one made in its place', () => {
    const side = new SeveraRegister();
    const { known } = move(customersToSevera, side, situationOf(customerOfNetvisor()));
    side.customers.length = 0;
    const again = (before: typeof known) =>
      move(customersToSevera, side, situationOf(customerOfNetvisor({ name: 'Uusi Oy' }), before));
    const gone = again(known);
    expect(gone.step).toEqual({ do: 'reject', objections: [{ cause: 'gone-in-target', field: '1001' }] });
    expect(again(gone.known).step.do).toBe('reject');
    expect(side.writes.filter((write) => write === 'POST customers')).toHaveLength(1);
    side.customers.push({ guid: 'theirs', number: 1001, name: 'Esimerkki Oy' });
    expect(again(gone.known)).toMatchObject({ step: { do: 'done' }, known: { key: 'theirs' } });
    expect(side.customers).toMatchObject([{ name: 'Uusi Oy' }]);
  });

  it('is given its address again when somebody has removed that alone', () => {
    const side = new SeveraRegister();
    const { known } = move(customersToSevera, side, situationOf(customerOfNetvisor()));
    side.addresses.length = 0;
    const { step } = move(customersToSevera, side, situationOf(customerOfNetvisor({ city: 'Espoo' }), known));
    expect(step.do).toBe('done');
    expect(side.addresses).toMatchObject([{ city: 'Espoo', customer: 'g1' }]);
  });

  it.each([
    ['it is new', null, 'reject'],
    ['the other is there already', { key: 'g1' }, 'reject'],
    ['it was there before the other came', { key: 'g1', sent: {}, mine: true }, 'write'],
  ])('does not move with the code of another when %s', (_, known, does) => {
    expect(customersToSevera.next(situationOf(customerOfNetvisor(), known, { rival: '' })).do).toBe(does);
  });

  it('is left as it is in Severa when it is gone from Netvisor', () => {
    expect(customersToSevera.next(situationOf(null, { key: 'g1' }))).toEqual({ do: 'done' });
  });

  it('is in Severa what it is in Netvisor after any changes, made once, whatever gets lost', () => {
    const sequence = fc.array(anyCustomerOfNetvisor, { minLength: 1, maxLength: 5 });
    const lost = fc.array(fc.nat(10), { maxLength: 4 });
    fc.assert(
      fc.property(sequence, lost, (contents, losses) => {
        const side = new SeveraRegister();
        let known = null as Parameters<typeof situationOf>[1];
        for (const content of contents) {
          known = move(customersToSevera, side, situationOf(content, known), (write) => losses.includes(write)).known;
          const settled = side.writes.length;
          expect(move(customersToSevera, side, situationOf(content, known)).step.do).toBe('done');
          expect(side.writes).toHaveLength(settled);
          const { card, address } = customerToSevera(content);
          const [customer, place] = [side.customers[0], side.addresses[0]];
          for (const [field, value] of Object.entries(card))
            expect(`${(customer?.[field] as string | null) ?? ''}`).toBe(value);
          for (const [field, value] of Object.entries(address)) {
            const there = field === 'country' ? (place?.['country'] as { guid: string }).guid : (place?.[field] ?? '');
            expect(there).toBe(value);
          }
        }
        expect(side.customers).toHaveLength(1);
        expect(side.addresses.length).toBeLessThan(2);
      }),
    );
  });
});

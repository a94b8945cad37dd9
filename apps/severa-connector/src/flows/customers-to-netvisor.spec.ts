import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { customerToNetvisor } from './customer-mapping.js';
import { customersToNetvisor } from './customers-to-netvisor.js';
import { anyCustomer, customerContent } from './customers.spec-support.js';
import { attributesIn, bodyOf, NetvisorRegister } from './netvisor-register.spec-support.js';
import { losing, move, situationOf } from './register-sides.spec-support.js';

const ELEMENTS: Readonly<Record<string, string>> = {
  code: 'internalidentifier',
  businessId: 'externalidentifier',
  unitNumber: 'organizationunitnumber',
  name: 'name',
  street: 'streetaddress',
  city: 'city',
  postalCode: 'postnumber',
  country: 'country',
  email: 'email',
  homePage: 'homepageuri',
  active: 'isactive',
  invoiceAddress: 'finvoiceaddress',
  invoiceOperator: 'finvoiceroutercode',
};

describe('a customer that moves from Severa to Netvisor', () => {
  it('is looked up by its code, then made', () => {
    const side = new NetvisorRegister();
    const { step, known } = move(customersToNetvisor, side, situationOf(customerContent()));
    expect(step).toEqual({ do: 'done' });
    expect(known).toMatchObject({ key: '100' });
    expect(side.requests.map(({ resource, query }) => [resource, query])).toEqual([
      ['customerlist.nv', [['customercodelist', '1001']]],
      ['customer.nv', [['method', 'add']]],
    ]);
    expect(bodyOf(side.requests[1]!)).toEqual({
      internalidentifier: '1001',
      externalidentifier: '1234567-1',
      name: 'Esimerkki Oy',
      streetaddress: 'Esimerkkikatu 1',
      city: 'Helsinki',
      postnumber: '00100',
      country: 'FI',
      email: 'laskut@example.com',
      homepageuri: 'https://example.com',
      isactive: '1',
      finvoiceaddress: '003712345671',
      finvoiceroutercode: '003721291126',
    });
    expect(attributesIn(side.requests[1]!, 'country')).toEqual({ type: 'ISO-3166' });
  });

  it('is not made again when it was made without a word of its key', () => {
    const side = new NetvisorRegister();
    side.silent = true;
    const { known } = move(customersToNetvisor, side, situationOf(customerContent()));
    expect(known).toMatchObject({ key: '100' });
    expect(side.writes).toEqual(['customer.nv add']);
  });

  it('is not made again either when it is not found; a person who has it tried again may have it made', () => {
    const side = new NetvisorRegister();
    side.silent = side.forgetful = true;
    const { step, known } = move(customersToNetvisor, side, situationOf(customerContent()));
    expect(step).toMatchObject({ do: 'reject', objections: [{ cause: 'repeat-unsafe' }] });
    expect(known?.key).toBeNull();
    expect(side.writes).toEqual(['customer.nv add']);
  });

  it('is looked up after a lost answer, and not made again', () => {
    const side = new NetvisorRegister();
    const { step, known } = move(customersToNetvisor, side, situationOf(customerContent()), (write) => write === 1);
    expect(step.do).toBe('done');
    expect(known).toMatchObject({ key: '100' });
    expect(side.writes).toEqual(['customer.nv add']);
  });

  it.each([
    ['arrived', true],
    ['did not arrive', false],
  ])('is there once, though its code was changed after its creation, which %s, was lost', (_, arrives) => {
    const side = new NetvisorRegister();
    const lost = losing(customersToNetvisor, side, situationOf(customerContent()), arrives);
    const { step } = move(customersToNetvisor, side, { ...lost, source: customerContent({ code: '2002' }) });
    expect(step.do).toBe('done');
    expect([...side.records.values()]).toMatchObject([{ internalidentifier: '2002' }]);
  });

  it.each([
    ['arrived', true],
    ['did not arrive', false],
  ])('is as it is in Severa, though a change, which %s, was lost and then taken back', (_, arrives) => {
    const side = new NetvisorRegister();
    const { known } = move(customersToNetvisor, side, situationOf(customerContent()));
    const changed = customerContent({ city: 'Espoo', email: null });
    const lost = losing(customersToNetvisor, side, situationOf(changed, known), arrives);
    move(customersToNetvisor, side, { ...lost, source: customerContent() });
    expect(side.records.get('100')).toMatchObject({ city: 'Helsinki', email: 'laskut@example.com' });
  });

  it('is looked up by its new code, too, when its code has changed since there was none of it', () => {
    const side = new NetvisorRegister({ 7: { internalidentifier: '2002', name: 'Esimerkki Oy' } });
    const known = { key: null, sought: '1001' };
    const moved = move(customersToNetvisor, side, situationOf(customerContent({ code: '2002' }), known));
    expect(moved.known).toMatchObject({ key: '7' });
    expect(side.writes).not.toContain('customer.nv add');
  });

  it('that is there, and whose change breaks a rule of Netvisor’s, is rejected, after a look at it once a day', () => {
    const side = new NetvisorRegister();
    const { known } = move(customersToNetvisor, side, situationOf(customerContent()));
    side.refusing = true;
    const changed = situationOf(customerContent({ city: 'Espoo' }), known);
    const first = move(customersToNetvisor, side, changed);
    expect(first.step).toMatchObject({ do: 'reject', objections: [{ cause: 'refused' }] });
    const before = side.requests.length;
    expect(move(customersToNetvisor, side, { ...changed, known: first.known }).step.do).toBe('reject');
    expect(side.requests.length - before).toBe(1);
    side.refusing = false;
    expect(move(customersToNetvisor, side, { ...changed, known: first.known }).step.do).toBe('done');
  });

  it('is linked with the one that somebody made there in the meantime', () => {
    const side = new NetvisorRegister({ 7: { internalidentifier: '1001', name: 'Esimerkki Oy' } });
    const { known } = move(customersToNetvisor, side, situationOf(customerContent(), { key: null }));
    expect(known).toMatchObject({ key: '7' });
    expect(side.writes).toEqual(['customer.nv add', 'customer.nv edit']);
  });

  it('is rejected when Netvisor calls it a duplicate twice and does not find it', () => {
    const side = new NetvisorRegister({ 7: { productcode: '1001' } });
    const { step } = move(customersToNetvisor, side, situationOf(customerContent(), { key: null }));
    expect(step.do).toBe('reject');
    expect(side.writes).toEqual(['customer.nv add', 'customer.nv add']);
  });

  it('is linked with none of another code, whatever the look-up answers with', () => {
    const side = new NetvisorRegister({ 7: { internalidentifier: '10010', name: 'Toinen Oy' } });
    side.loose = true;
    expect(move(customersToNetvisor, side, situationOf(customerContent())).known).toMatchObject({ key: '100' });
    expect(side.writes).toEqual(['customer.nv add']);
  });

  it('is linked with the older of two that have its code', () => {
    const card = { internalidentifier: '1001', name: 'Esimerkki Oy' };
    const side = new NetvisorRegister();
    for (const key of ['12', '9', '100']) side.records.set(key, { ...card });
    expect(move(customersToNetvisor, side, situationOf(customerContent())).known).toMatchObject({ key: '9' });
  });

  it('is linked without a word where Netvisor has all of it, whatever else Netvisor has', () => {
    const side = new NetvisorRegister();
    const first = move(customersToNetvisor, side, situationOf(customerContent({ email: null })));
    Object.assign(side.records.get('100')!, { email: 'their@own.fi' });
    const { step, known } = move(customersToNetvisor, side, situationOf(customerContent({ email: null })));
    expect(step).toMatchObject({ do: 'done', linked: true });
    expect(known).toEqual(first.known);
    expect(side.writes).toEqual(['customer.nv add']);
  });

  it('is given Severa’s values at first contact, and keeps what Severa has none of', () => {
    const theirs = { internalidentifier: '1001', name: 'Vanha nimi', phonenumber: '040 1', email: 'their@own.fi' };
    const side = new NetvisorRegister({ 7: theirs });
    move(customersToNetvisor, side, situationOf(customerContent({ email: null })));
    expect(side.records.get('7')).toMatchObject({ name: 'Esimerkki Oy', phonenumber: '040 1', email: 'their@own.fi' });
  });

  it('says of a change only what has changed', () => {
    const side = new NetvisorRegister();
    const { known } = move(customersToNetvisor, side, situationOf(customerContent()));
    move(customersToNetvisor, side, situationOf(customerContent({ city: 'Espoo', email: null }), known));
    const request = side.requests.at(-1)!;
    expect(request.query).toEqual([
      ['method', 'edit'],
      ['id', '100'],
    ]);
    expect(bodyOf(request)).toEqual({ city: 'Espoo', email: '' });
  });

  it('never leaves the base information of a change empty', () => {
    const side = new NetvisorRegister();
    const { known } = move(customersToNetvisor, side, situationOf(customerContent()));
    move(customersToNetvisor, side, situationOf(customerContent({ invoiceAddress: null }), known));
    expect(bodyOf(side.requests.at(-1)!)).toEqual({ name: 'Esimerkki Oy', finvoiceaddress: '' });
  });

  it('is changed by Netvisor’s key, its code among the rest', () => {
    const side = new NetvisorRegister();
    const { known } = move(customersToNetvisor, side, situationOf(customerContent()));
    move(customersToNetvisor, side, situationOf(customerContent({ code: '2002' }), known));
    expect(side.writes).toEqual(['customer.nv add', 'customer.nv edit']);
    expect(side.records.get('100')).toMatchObject({ internalidentifier: '2002' });
  });

  it.each([
    ['it is new', null, true],
    ['it has been looked up', { key: null }, true],
    ['the other is there already', { key: '7' }, true],
    ['it was there before the other came', { key: '7', sent: {}, mine: true }, false],
  ])('does not move with the code of another when %s', (_, known, rejected) => {
    const step = customersToNetvisor.next(situationOf(customerContent(), known, { rival: 'Toinen Oy' }));
    if (!rejected) return expect(step.do).toBe('write');
    expect(step).toEqual({
      do: 'reject',
      objections: [{ cause: 'duplicate-customer-code', field: 'code', message: 'Toinen Oy' }],
    });
  });

  it('is left as it is in Netvisor when it is gone from Severa', () => {
    expect(customersToNetvisor.next(situationOf(null, { key: '7' }))).toEqual({ do: 'done' });
  });

  it('is in Netvisor what it is in Severa after any changes, written no oftener than it changed, whatever gets lost', () => {
    const sequence = fc.array(anyCustomer, { minLength: 1, maxLength: 5 });
    const lost = fc.array(fc.nat(8), { maxLength: 4 });
    fc.assert(
      fc.property(sequence, lost, (contents, losses) => {
        const side = new NetvisorRegister();
        let known = null as Parameters<typeof situationOf>[1];
        for (const content of contents) {
          known = move(customersToNetvisor, side, situationOf(content, known), (write) => losses.includes(write)).known;
          const settled = side.writes.length;
          expect(move(customersToNetvisor, side, situationOf(content, known)).step.do).toBe('done');
          expect(side.writes).toHaveLength(settled);
          const [record] = [...side.records.values()];
          for (const [field, value] of Object.entries(customerToNetvisor(content).card)) {
            expect(record?.[ELEMENTS[field] ?? ''] ?? '').toBe(value);
          }
        }
        expect(side.records.size).toBe(1);
        expect(side.writes.filter((write) => write === 'customer.nv add')).toHaveLength(1);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ABSENT, type Content, type Known, type Part } from './content.js';
import { courierOf } from './couriers.js';
import { learned, nextStep, type Situation, writes } from './plan.js';
import { compareSides } from './two-sides.js';

const to = { cuid: 'c', key: 'K' };
const content: Content = {
  core: { externalId: 'K', customerName: 'Äiti', email: null },
  parts: { 'addresses/10': { streetAddress: 'Katu 1' } },
};
const there: Known = {
  id: '1001',
  core: content.core,
  parts: { 'addresses/10': { id: '7', as: { streetAddress: 'Katu 1' } } },
};
const situation = (more: Partial<Situation>): Situation => ({
  to,
  content,
  known: there,
  unsure: false,
  sentAt: null,
  first: false,
  manyUnknown: false,
  ...more,
});
const customer = courierOf('company');

describe('the next step of a delivery', () => {
  const lost = { unsure: true, sentAt: new Date('2025-02-03T00:30:00Z') };
  it.each([
    ['nothing is known', { known: null }, 'index'],
    ['it is known not to be there', { known: ABSENT }, 'create'],
    ['only its id is known', { known: { ...there, core: null } }, 'read'],
    ['somebody changed it in Fivaldi', { known: { ...there, stale: true } }, 'read'],
    ['a value differs', { known: { ...there, core: { ...there.core, customerName: 'Isä' } } }, 'update'],
    ['a part is not there', { known: { ...there, parts: {} } }, 'create-part'],
    ['a part differs', { known: { ...there, parts: { 'addresses/10': { id: '7', as: {} } } } }, 'update-part'],
    ['a part of unknown id differs', { known: { ...there, parts: { 'addresses/10': { id: null, as: {} } } } }, 'read'],
    ['a creation’s answer was lost', { known: ABSENT, ...lost }, 'search'],
    ['a change’s answer was lost', lost, 'read'],
  ] as const)('when %s', (_, more, action) => {
    expect(nextStep(customer, situation(more as Partial<Situation>))).toMatchObject({ do: 'send', action });
  });

  it('is none when Fivaldi has it as we do, however it writes empty', () => {
    const core = { ...content.core, email: '' };
    expect(nextStep(customer, situation({ known: { ...there, core } }))).toEqual({ do: 'delivered' });
  });

  it('looks for what was lost from the day before, in Finland', () => {
    expect(nextStep(customer, situation({ known: ABSENT, ...lost }))).toMatchObject({
      request: { query: [['fromDate', '02.02.2025']] },
    });
  });

  it('is a person’s for payroll of which nobody knows, or which changed after it was sent', () => {
    const payroll = courierOf('payroll_batch');
    expect(nextStep(payroll, situation({ known: null, ...lost }))).toEqual({ do: 'review', cause: 'repeat-unsafe' });
    expect(nextStep(payroll, situation({}))).toEqual({ do: 'review', cause: 'not-changeable' });
    expect(nextStep(payroll, situation({ known: null }))).toMatchObject({ action: 'create' });
  });

  it('comes to an end from every state, and then has nothing left to send', () => {
    const value = fc.constantFrom<Part[string]>(null, 'a', 'b', true, { decimal: '1.5' });
    const part = fc.record({ externalId: fc.constant('K'), customerName: value, isCustomer: value });
    const parts = fc.dictionary(fc.constantFrom('addresses/1', 'addresses/2'), fc.record({ streetAddress: value }));
    fc.assert(
      fc.property(part, parts, fc.option(part), (core, ofContent, remote) => {
        const wanted: Content = { core, parts: ofContent };
        const answer = (id: string) => ({ customerId: id, ...wanted.core });
        let known: Known | null = remote && { id: '1', core: remote, parts: {} };
        for (let step = 0; step < 10; step += 1) {
          const now = situation({ content: wanted, known });
          const next = nextStep(customer, now);
          if (next.do === 'delivered') return;
          if (next.do !== 'send') throw new Error(next.cause);
          known =
            next.action === 'index'
              ? ABSENT
              : learned(customer, next, now, writes(next.action) ? answer('1') : undefined);
        }
        throw new Error('it went on and on');
      }),
    );
  });
});

describe('both sides of a record', () => {
  it.each([
    ['only ours changed', 'a', 'a', 'b', {}, []],
    ['only theirs changed', 'a', 'b', 'a', { x: 'b' }, []],
    ['both changed to the same', 'a', 'b', 'b', {}, []],
    ['both changed', 'a', 'b', 'c', {}, [{ field: 'x', ours: 'c', theirs: 'b' }]],
    ['theirs was emptied', 'a', null, 'a', { x: null }, []],
    ['theirs writes empty otherwise', null, '', 'b', {}, []],
  ])('when %s', (_, base, theirs, ours, pulled, conflicts) => {
    expect(compareSides({ x: base }, { x: theirs }, { x: ours }, ['x'])).toEqual({ pulled, conflicts });
  });

  it('never overwrite each other', () => {
    const value = fc.constantFrom(null, 'a', 'b');
    fc.assert(
      fc.property(value, value, value, (base, theirs, ours) => {
        const { pulled, conflicts } = compareSides({ x: base }, { x: theirs }, { x: ours }, ['x']);
        if ('x' in pulled) expect(ours).toBe(base);
        else if (conflicts.length === 0 && theirs !== base) expect(ours).toBe(theirs);
      }),
    );
  });
});

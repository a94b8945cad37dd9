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
  mark: '1',
  at: new Date('2025-02-03T12:00:00Z'),
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

  describe('of an order that was just made', () => {
    const order = courierOf('order');
    const ours: Content = { core: { externalOrderNumber: 'K' }, parts: {} };
    const made = (answer: unknown) => {
      const now = situation({ content: ours, known: ABSENT });
      const step = nextStep(order, now);
      if (step.do !== 'send') throw new Error(step.do);
      return learned(order, step, now, answer);
    };
    const after = (known: Known) => situation({ content: ours, known, ...lost });

    it.each([
      ['names its batch', { externalBatchId: 'B/1', errors: [] }, 'batch', 'batch/B/1'],
      ['names nothing', { errors: [] }, 'search', 'sales-orders'],
      ['is no object', null, 'search', 'sales-orders'],
    ] as const)('when the answer %s', (_, answer, action, path) => {
      const step = nextStep(order, after(made(answer)));
      expect(step).toMatchObject({ do: 'send', action });
      expect(step.do === 'send' && step.request.path.join('/')).toMatch(new RegExp(`${path}$`));
    });

    it('is none when the answer names it: nothing is left to look for', () => {
      expect(nextStep(order, situation({ content: ours, known: made({ id: '7' }) }))).toEqual({ do: 'delivered' });
    });

    it.each([
      [
        'its batch shows it',
        [
          { id: '6', externalOrderNumber: 'L' },
          { id: '7', externalOrderNumber: 'K' },
        ],
        '7',
      ],
      ['its batch shows another', [{ id: '6', externalOrderNumber: 'L' }], null],
      ['its batch is not there', undefined, null],
    ] as const)('when %s', (_, listed, id) => {
      const now = after(made({ externalBatchId: 'B' }));
      const step = nextStep(order, now);
      if (step.do !== 'send') throw new Error(step.do);
      const known = learned(order, step, now, listed);
      expect(known.id).toBe(id);
      if (id === null) {
        expect(known.core).toEqual(ours.core);
        expect(nextStep(order, after(known))).toMatchObject({
          action: 'search',
          request: { query: [['fromDate', '02.02.2025']] },
        });
      }
    });
  });

  describe('of an order that differs', () => {
    const order = courierOf('order');
    const ours: Content = { core: { invoiceReference: 'b' }, parts: { 'rows/1': { productCode: 'M' } } };
    const differs: Known = {
      id: '7',
      core: { invoiceReference: 'a' },
      parts: { 'rows/1': { id: null, as: { productCode: 'M' } } },
    };
    const at = '2025-02-03T11:55:00.000Z';
    it.each([
      ['was never read', {}, 'read'],
      ['was read before ours changed', { read: { mark: '0', at } }, 'read'],
      ['was read too long ago', { read: { mark: '1', at: '2025-02-03T11:45:00.000Z' } }, 'read'],
      ['was just read', { read: { mark: '1', at } }, 'update'],
      ['was just read, and somebody changed it since', { read: { mark: '1', at }, stale: true }, 'read'],
    ] as const)('when it %s', (_, more, action) => {
      const known = { ...differs, ...more };
      expect(nextStep(order, situation({ content: ours, known }))).toMatchObject({ do: 'send', action });
    });

    it('is none when it does not differ, whenever it was read', () => {
      expect(nextStep(order, situation({ content: ours, known: { ...differs, core: ours.core } }))).toEqual({
        do: 'delivered',
      });
    });
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
    expect(compareSides({ base: { x: base }, theirs: { x: theirs }, ours: { x: ours } }, ['x'])).toEqual({
      pulled,
      conflicts,
    });
  });

  it('never overwrite each other', () => {
    const value = fc.constantFrom(null, 'a', 'b');
    fc.assert(
      fc.property(value, value, value, (base, theirs, ours) => {
        const { pulled, conflicts } = compareSides({ base: { x: base }, theirs: { x: theirs }, ours: { x: ours } }, [
          'x',
        ]);
        if ('x' in pulled) expect(ours).toBe(base);
        else if (conflicts.length === 0 && theirs !== base) expect(ours).toBe(theirs);
      }),
    );
  });
});

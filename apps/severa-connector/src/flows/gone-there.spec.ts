import { describe, expect, it } from '@jest/globals';

import type { Known } from '../engine/flow.js';
import { customersToNetvisor } from './customers-to-netvisor.js';
import { customerContent } from './customers.spec-support.js';
import { NetvisorRegister } from './netvisor-register.spec-support.js';
import { productContent } from './products.spec-support.js';
import { productsToNetvisor } from './products-to-netvisor.js';
import { move, situationOf } from './register-sides.spec-support.js';
import type { ProductContent } from './severa-product.js';

describe('a customer that has moved to Netvisor, and was removed there', () => {
  const again = (side: NetvisorRegister, known: Known | null) =>
    move(customersToNetvisor, side, situationOf(customerContent({ city: 'Espoo' }), known));
  const removed = () => {
    const side = new NetvisorRegister();
    const { known } = move(customersToNetvisor, side, situationOf(customerContent()));
    side.records.clear();
    return { side, known };
  };

  it('is told when it changes, and not made anew by itself', () => {
    const { side, known } = removed();
    const { step, known: gone } = again(side, known);
    expect(step).toEqual({ do: 'reject', objections: [{ cause: 'gone-in-target', field: '1001' }] });
    expect(again(side, gone).step.do).toBe('reject');
    expect(side.writes).toEqual(['customer.nv add', 'customer.nv edit']);
  });

  it('is linked with the one that somebody has made in its place, then or later', () => {
    const { side, known } = removed();
    const { known: gone } = again(side, known);
    side.records.set('7', { internalidentifier: '1001', name: 'Esimerkki Oy' });
    for (const before of [known, gone]) {
      expect(again(side, before)).toMatchObject({ step: { do: 'done' }, known: { key: '7' } });
    }
    expect(side.records.get('7')).toMatchObject({ city: 'Espoo' });
    expect(side.writes.filter((write) => write === 'customer.nv add')).toHaveLength(1);
  });

  it('is made anew once a person has had it forgotten', () => {
    const { side } = removed();
    expect(again(side, null).step.do).toBe('done');
    expect(side.records.size).toBe(1);
  });
});

describe('a product that has moved to Netvisor, and was deleted there', () => {
  const again = (side: NetvisorRegister, known: Known | null, changed: Partial<ProductContent> = {}) =>
    move(productsToNetvisor, side, situationOf(productContent({ name: 'Uusi', ...changed }), known, { moved: true }));
  const moved = () => {
    const side = new NetvisorRegister();
    const { known } = move(productsToNetvisor, side, situationOf(productContent()));
    return { side, known };
  };

  it('is told when it comes up again, and not made anew by itself', () => {
    const { side, known } = moved();
    side.records.clear();
    const { step, known: gone } = again(side, known);
    expect(step).toEqual({ do: 'reject', objections: [{ cause: 'gone-in-target', field: 'LIC-1' }] });
    expect(again(side, gone).step.do).toBe('reject');
    expect(side.writes).toEqual(['product.nv add']);
  });

  it('is linked with the one that somebody has made in its place', () => {
    const { side, known } = moved();
    side.records.clear();
    side.records.set('9', { productcode: 'LIC-1' });
    expect(again(side, known).known).toEqual({ key: '9', code: 'LIC-1', mine: true });
    expect(side.writes).toEqual(['product.nv add']);
  });

  it('is not taken for deleted where only its code has changed in Severa', () => {
    const { side, known } = moved();
    expect(again(side, known, { code: 'LIC-2' })).toMatchObject({ step: { do: 'done' }, known: { key: '100' } });
  });

  it('is made anew once a person has had it forgotten', () => {
    const { side } = moved();
    side.records.clear();
    expect(again(side, null).step.do).toBe('done');
    expect(side.writes).toEqual(['product.nv add', 'product.nv add']);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { LINK_PHASES, type LinkFacts, phaseLight, START_OBJECTIONS, startObjections } from './link-onboarding.js';

const READY: LinkFacts = {
  state: 'preparing',
  acknowledged: LINK_PHASES,
  credentials: { severa: 'green', netvisor: 'green' },
  registers: { customers: 'moves', products: 'moves', dimensions: 'moves' },
  temporary: { customers: 'unknown', products: 'unknown' },
  uncompared: 0,
};
const facts = (more: Partial<LinkFacts>): LinkFacts => ({ ...READY, ...more });
const { credentials, registers, temporary } = READY;

describe('Aloita käyttö', () => {
  it('is there when every phase is acknowledged, both credentials are green and a stand is taken on the registers', () => {
    expect(startObjections(READY)).toEqual({ allowed: true });
    expect(startObjections(facts({ state: 'stopped' })).allowed).toBe(true);
  });

  it.each([
    ['in use already', { state: 'active' }, ['already-active']],
    ...LINK_PHASES.map(
      (open) =>
        [
          `${open} not acknowledged`,
          { acknowledged: LINK_PHASES.filter((one) => one !== open) },
          ['phase-open'],
        ] as const,
    ),
    ['Severa yellow', { credentials: { ...credentials, severa: 'yellow' } }, ['severa-not-green']],
    ['Severa untested', { credentials: { ...credentials, severa: 'none' } }, ['severa-not-green']],
    ['Netvisor yellow', { credentials: { ...credentials, netvisor: 'yellow' } }, ['netvisor-not-green']],
    ['customers undecided', { registers: { ...registers, customers: 'undecided' } }, ['customers-undecided']],
    ['products undecided', { registers: { ...registers, products: 'undecided' } }, ['products-undecided']],
    ['dimensions undecided', { registers: { ...registers, dimensions: 'undecided' } }, ['dimensions-undecided']],
    [
      'customers stay and TEMP is missing',
      { registers: { ...registers, customers: 'stays' }, temporary: { ...temporary, customers: 'missing' } },
      ['temporary-customer-missing'],
    ],
    [
      'products stay and TEMP is missing',
      { registers: { ...registers, products: 'stays' }, temporary: { ...temporary, products: 'missing' } },
      ['temporary-product-missing'],
    ],
  ] as const)('is not there: %s', (_, more, reasons) => {
    expect(startObjections(facts(more as Partial<LinkFacts>))).toEqual({ allowed: false, reasons });
  });

  it('does not ask for TEMP of a register that moves', () => {
    expect(startObjections(facts({ temporary: { customers: 'missing', products: 'missing' } })).allowed).toBe(true);
  });

  it('of a link of which nothing is known tells all that is missing at once', () => {
    const nothing: LinkFacts = {
      state: 'preparing',
      acknowledged: [],
      credentials: { severa: 'none', netvisor: 'none' },
      registers: { customers: 'undecided', products: 'undecided', dimensions: 'undecided' },
      temporary: { customers: 'unknown', products: 'unknown' },
      uncompared: 0,
    };
    expect(startObjections(nothing)).toEqual({ allowed: false, reasons: START_OBJECTIONS.slice(1, 7) });
  });

  it('never goes away by acknowledging more', () => {
    const some = fc.subarray([...LINK_PHASES]);
    fc.assert(
      fc.property(some, some, (one, more) => {
        const before = startObjections(facts({ acknowledged: one }));
        const after = startObjections(facts({ acknowledged: [...one, ...more] }));
        expect(before.allowed && !after.allowed).toBe(false);
      }),
    );
  });
});

describe('the live check of a phase', () => {
  it.each([
    ['prepare-in-severa', {}, 'done'],
    ['prepare-in-severa', { credentials: { ...credentials, severa: 'yellow' } }, 'trouble'],
    ['prepare-in-severa', { credentials: { ...credentials, severa: 'none' } }, 'waits'],
    ['netvisor-credentials', {}, 'done'],
    ['netvisor-credentials', { credentials: { ...credentials, netvisor: 'yellow' } }, 'trouble'],
    ['netvisor-credentials', { credentials: { ...credentials, netvisor: 'none' } }, 'waits'],
    ['customers', {}, 'done'],
    ['customers', { registers: { ...registers, customers: 'undecided' } }, 'waits'],
    ['customers', { registers: { ...registers, customers: 'stays' } }, 'waits'],
    [
      'customers',
      { registers: { ...registers, customers: 'stays' }, temporary: { ...temporary, customers: 'there' } },
      'done',
    ],
    [
      'customers',
      { registers: { ...registers, customers: 'stays' }, temporary: { ...temporary, customers: 'missing' } },
      'trouble',
    ],
    ['products', { registers: { ...registers, products: 'undecided' } }, 'waits'],
    ['products', {}, 'done'],
    ['dimensions', {}, 'done'],
    ['dimensions', { registers: { ...registers, dimensions: 'stays' } }, 'done'],
    ['dimensions', { registers: { ...registers, dimensions: 'undecided' } }, 'waits'],
    ['transfer-history', {}, 'done'],
    ['transfer-history', { uncompared: 1 }, 'waits'],
  ] as const)('%s with %j is %s', (phase, more, light) => {
    expect(phaseLight(phase, facts(more as Partial<LinkFacts>))).toBe(light);
  });
});

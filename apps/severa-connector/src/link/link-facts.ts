import type { LinkFlow, LinkSettings } from '#lib/contracts';
import type { LinkFacts, LinkPhase } from '#lib/policy';

import { lightOf, type StoredCheck } from './check.js';

export interface KnownLink {
  readonly state: LinkFacts['state'];
  readonly settings: LinkSettings;
  readonly acknowledged: readonly LinkPhase[];
  readonly severa: StoredCheck | null;
  readonly netvisor: StoredCheck | null;
  /** Flows that have been compared. */
  readonly compared: readonly LinkFlow[];
}

/** What {@link LinkFacts} the stored link amounts to. */
export function factsOf({ state, settings, acknowledged, severa, netvisor, compared }: KnownLink): LinkFacts {
  return {
    state,
    acknowledged,
    credentials: { severa: lightOf(severa), netvisor: lightOf(netvisor) },
    registers: {
      customers: standOf(settings.customers),
      products: standOf(settings.products),
      dimensions: dimensionStand(settings.dimensions),
    },
    temporary: { customers: thereOf(netvisor, 'customers'), products: thereOf(netvisor, 'products') },
    uncompared: comparedRegisters(settings).filter((flow) => !compared.includes(flow)).length,
  };
}

/** The registers that are compared before they first move: customers and products, in the direction that is chosen. */
export const comparedRegisters = ({ customers, products }: LinkSettings): readonly LinkFlow[] => [
  ...(customers === 'to-netvisor' || customers === 'to-severa' ? [`customers-${customers}` as const] : []),
  ...(products === 'to-netvisor' || products === 'to-severa' ? [`products-${products}` as const] : []),
];

function standOf(register: LinkSettings['customers']): LinkFacts['registers']['customers'] {
  if (register === null) return 'undecided';
  return register === 'none' ? 'stays' : 'moves';
}

function dimensionStand(dimensions: LinkSettings['dimensions']): LinkFacts['registers']['dimensions'] {
  if (dimensions === null) return 'undecided';
  return dimensions.projects === null && dimensions.businessUnits === null ? 'stays' : 'moves';
}

function thereOf(check: StoredCheck | null, register: 'customers' | 'products'): LinkFacts['temporary']['customers'] {
  const there = check?.temporary?.[register];
  if (there === undefined) return 'unknown';
  return there ? 'there' : 'missing';
}

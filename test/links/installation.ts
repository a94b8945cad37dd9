import type { Credentials } from '../../apps/severa-connector/src/engine/line.ts';
import type { Patience } from '../../apps/severa-connector/src/engine/patience.ts';

/** What both a test and a process of its own know of the ground they stand on. Types alone are imported here. */

export const PARTNER = { id: 'TV_example', key: 'test-partner-key-do-not-use-0000' };

const SCOPES = ['customers', 'projects', 'settings', 'invoices', 'files', 'hours', 'travels', 'fees', 'users'].flatMap(
  (name) => [`${name}:read`, `${name}:write`],
);

/** Nothing is waited for longer than it takes: what it waits for is a fact of the database or a sandbox. */
export const IMPATIENT: Patience = {
  turn: 10_000,
  portion: 10_000,
  afterFailure: () => 20,
  maintenance: 20,
  reading: [10, 10, 10],
  afterUnknown: (nth) => (nth > 8 ? null : 20),
  afterWait: () => 50,
  linger: 60_000,
  check: 3_600_000,
  unsettled: 20,
  neverOpens: 20,
};

/** Who a company is to the two systems; each has a client of Severa's, and its limit, to itself. */
export const credentialsOf = (companyId: string): Credentials => ({
  severa: { clientId: `severa-${companyId}`, clientSecret: `test-secret-${companyId}`, scopes: SCOPES },
  netvisor: {
    host: 'training',
    customerId: `TV_${companyId}`,
    customerKey: `test-key-${companyId}`,
    organisationId: companyId.slice(0, 18),
    language: 'FI',
  },
});

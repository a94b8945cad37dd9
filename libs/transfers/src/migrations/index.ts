import type { MigrationOwner } from '#lib/store';

import { transfersGrants } from './grants.js';
import { Transfers0001 } from './transfers-0001.js';
import { Transfers0003 } from './transfers-0003.js';
import { Transfers0004Begun } from './transfers-0004-begun.js';
import { Transfers0009Isolation } from './transfers-0009-isolation.js';

/** The schema `transfers`: documents, transfers with their items, and lanes. */
export const transfersMigrations: MigrationOwner = {
  schema: 'transfers',
  migrations: [Transfers0001, Transfers0003, Transfers0004Begun, Transfers0009Isolation],
  grants: transfersGrants,
};

import type { MigrationOwner } from '#lib/store';

import { transfersGrants } from './grants.js';
import { Transfers0001 } from './transfers-0001.js';
import { Transfers0003 } from './transfers-0003.js';
import { Transfers0004Begun } from './transfers-0004-begun.js';
import { Transfers0009Isolation } from './transfers-0009-isolation.js';
import { Transfers0010Exports } from './transfers-0010-exports.js';
import { Transfers0011ItemRegister } from './transfers-0011-item-register.js';
import { Transfers0012ItemOfRecord } from './transfers-0012-item-of-record.js';

/** The schema `transfers`: documents, transfers with their items, and lanes. */
export const transfersMigrations: MigrationOwner = {
  schema: 'transfers',
  migrations: [
    Transfers0001,
    Transfers0003,
    Transfers0004Begun,
    Transfers0009Isolation,
    Transfers0010Exports,
    Transfers0011ItemRegister,
    Transfers0012ItemOfRecord,
  ],
  grants: transfersGrants,
};

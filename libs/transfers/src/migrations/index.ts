import type { MigrationOwner } from '#lib/store';

import { Transfers0001 } from './transfers-0001.js';
import { Transfers0003 } from './transfers-0003.js';

/** The schema `transfers`: documents, transfers with their items, and lanes. */
export const transfersMigrations: MigrationOwner = { schema: 'transfers', migrations: [Transfers0001, Transfers0003] };

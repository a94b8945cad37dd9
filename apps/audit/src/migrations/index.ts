import type { MigrationOwner } from '#lib/store';

import { Audit0001 } from './audit-0001.js';

/** The schema `audit`: the entries of every chain, and where each chain ends. */
export const auditMigrations: MigrationOwner = { schema: 'audit', migrations: [Audit0001] };

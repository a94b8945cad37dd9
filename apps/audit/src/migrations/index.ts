import type { MigrationOwner } from '#lib/store';

import { Audit0001 } from './audit-0001.js';
import { Audit0002Evidence } from './audit-0002-evidence.js';
import { Audit0009Isolation } from './audit-0009-isolation.js';
import { auditGrants } from './grants.js';

/** The schema `audit`: the entries of every chain, and where each chain ends. */
export const auditMigrations: MigrationOwner = {
  schema: 'audit',
  migrations: [Audit0001, Audit0002Evidence, Audit0009Isolation],
  grants: auditGrants,
};

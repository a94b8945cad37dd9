import type { MigrationOwner } from '../migrate.js';
import { busGrants, storeGrants } from './grants.js';
import { Bus0001 } from './bus-0001.js';
import { Store0001 } from './store-0001.js';
import { Store0002Vault } from './store-0002-vault.js';
import { Store0003RulesVersion } from './store-0003-rules-version.js';

/** The schema `bus`: what waits to be published. */
export const busMigrations: MigrationOwner = { schema: 'bus', migrations: [Bus0001], grants: busGrants };

/** The schema `tietovirta`: what every other schema stands on; the first to be migrated. */
export const storeMigrations: MigrationOwner = {
  schema: 'tietovirta',
  migrations: [Store0001, Store0002Vault, Store0003RulesVersion],
  grants: storeGrants,
};

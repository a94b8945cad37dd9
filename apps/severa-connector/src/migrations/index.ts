import type { MigrationOwner } from '#lib/store';

import { severaGrants } from './grants.js';
import { Severa0001Links } from './severa-0001-links.js';
import { Severa0002Readings } from './severa-0002-readings.js';

/** The schema `severa`: the links between Severa and Netvisor. */
export const severaMigrations: MigrationOwner = {
  schema: 'severa',
  migrations: [Severa0001Links, Severa0002Readings],
  grants: severaGrants,
};

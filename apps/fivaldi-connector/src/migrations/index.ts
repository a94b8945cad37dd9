import type { MigrationOwner } from '#lib/store';

import { Fivaldi0001 } from './fivaldi-0001.js';
import { Fivaldi0002 } from './fivaldi-0002.js';
import { fivaldiGrants } from './grants.js';

/** The schema `fivaldi`: the registers of the companies. */
export const fivaldiMigrations: MigrationOwner = {
  schema: 'fivaldi',
  migrations: [Fivaldi0001, Fivaldi0002],
  grants: fivaldiGrants,
};

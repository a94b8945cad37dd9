import type { MigrationOwner } from '#lib/store';

import { Fivaldi0001 } from './fivaldi-0001.js';

/** The schema `fivaldi`: the registers of the companies. */
export const fivaldiMigrations: MigrationOwner = { schema: 'fivaldi', migrations: [Fivaldi0001] };

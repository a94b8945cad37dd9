import type { MigrationOwner } from '#lib/store';

import { Fivaldi0001 } from './fivaldi-0001.js';
import { Fivaldi0002 } from './fivaldi-0002.js';
import { Fivaldi0003Registers } from './fivaldi-0003-registers.js';
import { Fivaldi0004RecordHistory } from './fivaldi-0004-record-history.js';
import { Fivaldi0005Delivery } from './fivaldi-0005-delivery.js';
import { Fivaldi0006Revived } from './fivaldi-0006-revived.js';
import { Fivaldi0007RevivedByIndex } from './fivaldi-0007-revived-by-index.js';
import { Fivaldi0008Newcomers } from './fivaldi-0008-newcomers.js';
import { Fivaldi0009Looks } from './fivaldi-0009-looks.js';
import { fivaldiGrants } from './grants.js';

/** The schema `fivaldi`: the registers of the companies. */
export const fivaldiMigrations: MigrationOwner = {
  schema: 'fivaldi',
  migrations: [
    Fivaldi0001,
    Fivaldi0002,
    Fivaldi0003Registers,
    Fivaldi0004RecordHistory,
    Fivaldi0005Delivery,
    Fivaldi0006Revived,
    Fivaldi0007RevivedByIndex,
    Fivaldi0008Newcomers,
    Fivaldi0009Looks,
  ],
  grants: fivaldiGrants,
};

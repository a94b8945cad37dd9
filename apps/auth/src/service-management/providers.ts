import type { Provider } from '@nestjs/common';

import type { Database } from '#lib/store';

import { RuleBook } from '../rule-book.js';
import { Companies } from './companies.js';
import { GrantMatrix } from './grant-matrix.js';
import { PartnerUsersInCompany } from './partner-users-in-company.js';
import { RestrictionGroups } from './restriction-groups.js';
import { XmlSettingsBook } from './xml-settings-book.js';

/** What answers the questions of `service-management.controller.ts` and `xml-settings.controller.ts`. */
export function serviceManagement(database: Database, relay: { nudge(): void }): Provider[] {
  return [
    { provide: Companies, useValue: new Companies(database) },
    { provide: PartnerUsersInCompany, useValue: new PartnerUsersInCompany(database) },
    { provide: GrantMatrix, useValue: new GrantMatrix(database, relay) },
    {
      provide: RestrictionGroups,
      useFactory: (book: RuleBook) => new RestrictionGroups(database, book),
      inject: [RuleBook],
    },
    {
      provide: XmlSettingsBook,
      useFactory: (book: RuleBook) => new XmlSettingsBook(database, book),
      inject: [RuleBook],
    },
  ];
}

import type { Provider } from '@nestjs/common';

import type { Database } from '#lib/store';

import { TemplateBook } from '../templates/template-book.js';
import { Onboardings } from './onboardings.js';

/** What `onboarding.controller.ts` asks of. */
export const onboarding = (database: Database, relay: { nudge(): void }): Provider[] => [
  { provide: Onboardings, useValue: new Onboardings(database, relay) },
  { provide: TemplateBook, useValue: new TemplateBook(database, relay) },
];

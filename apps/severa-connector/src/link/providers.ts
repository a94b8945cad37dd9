import type { Provider, Type } from '@nestjs/common';

import type { Database, Vault } from '#lib/store';

import type { Flow } from '../engine/flow.js';
import { type CheckClients, LinkChecks } from './checks.js';
import { ComparisonDesk } from './comparisons.js';
import { CredentialDesk } from './credential-desk.js';
import { CredentialBook } from './credentials.js';
import { HistoryController } from './history.controller.js';
import { HistoryView } from './history-view.js';
import { LinkController } from './link.controller.js';
import { LinkRecords, type Previews } from './link-records.js';
import { LinkView } from './link-view.js';
import { Links } from './links.js';
import { Retries } from './retries.js';
import { RunDesk } from './run-desk.js';
import { RunList } from './run-list.js';
import { TransfersController } from './transfers.controller.js';
import { Troubles } from './troubles.js';

/** Whose answers people get about links. */
export const LINK_CONTROLLERS: Type[] = [LinkController, TransfersController, HistoryController];

export interface LinkParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly clients: CheckClients;
  readonly flows: readonly Flow[];
  readonly previews: Previews;
  /** What was changed is to be sent and done at once. */
  readonly nudge: () => void;
}

/** What {@link LINK_CONTROLLERS} need, with the credentials and their tests that the engine uses too. */
export function linkProviders({ database, vault, clients, flows, previews, nudge }: LinkParts): Provider[] {
  const credentials = new CredentialBook(database, vault, flows);
  const checks = new LinkChecks(database, credentials, clients, flows);
  return [
    { provide: CredentialBook, useValue: credentials },
    { provide: LinkChecks, useValue: checks },
    { provide: CredentialDesk, useValue: new CredentialDesk(database, credentials, checks, nudge) },
    { provide: Links, useValue: new Links(database, flows, nudge) },
    { provide: LinkView, useValue: new LinkView(database, flows) },
    { provide: ComparisonDesk, useValue: new ComparisonDesk(database, flows, nudge) },
    { provide: RunDesk, useValue: new RunDesk(database, flows, nudge) },
    { provide: RunList, useValue: new RunList(database) },
    { provide: LinkRecords, useValue: new LinkRecords(database, flows, previews) },
    { provide: HistoryView, useValue: new HistoryView(database, flows) },
    { provide: Troubles, useValue: new Troubles(database) },
    { provide: Retries, useValue: new Retries(database, nudge) },
  ];
}

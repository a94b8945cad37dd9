import { AT_START } from './facts.js';
import { seed } from './kinds/index.js';
import type { Given } from './model.js';
import { DEFAULT_SETTINGS, Organisation, type OrganisationSettings } from './organisation.js';
import { RequestLimit } from './request-limit.js';
import { SeveraFaults } from './severa-faults.js';
import { SeveraJournal } from './severa-journal.js';
import { Tokens } from './tokens.js';

export type OrganisationSeed = Partial<OrganisationSettings> & {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly guid?: string | undefined;
};

/** Calls of one client: how many were let through the limit, and how many were not. */
interface Traffic {
  granted: number;
  limited: number;
}

/** Everything that the sandbox knows. */
export class SeveraWorld {
  readonly tokens = new Tokens();
  readonly faults = new SeveraFaults();
  readonly journal: SeveraJournal;
  readonly limit = new RequestLimit(10);
  readonly traffic = new Map<string, Traffic>();
  /** A header of a 429; whether the real one has it is not known. */
  retryAfter: number | null = null;
  latencyMs = 0;
  private readonly byClient = new Map<string, Organisation>();
  private readonly byGuid = new Map<string, Organisation>();
  private readonly byKey = new Map<string, Organisation>();

  constructor(
    journalFile: string | undefined,
    readonly clock: () => Date,
  ) {
    this.journal = new SeveraJournal(journalFile);
  }

  /** One with the registers that each has from the start. In place of the one with the same client id, if there is. */
  addOrganisation({ clientId, guid, ...said }: OrganisationSeed): Organisation {
    const known = this.byClient.get(clientId);
    if (known) this.forget(known);
    const settings = { name: 'Esimerkki Oy', scopes: [], ...DEFAULT_SETTINGS, ...said };
    const organisation = new Organisation(clientId, settings, guid);
    const now = this.clock();
    for (const [register, records] of AT_START) {
      for (const record of records) seed(organisation, register, record, now);
    }
    const user = { firstName: 'Netvisor', lastName: 'Rajapinta', code: null, email: null };
    organisation.user = seed(organisation, 'users', user, now) ?? null;
    this.byClient.set(clientId, organisation);
    this.byGuid.set(organisation.guid, organisation);
    this.setKey(organisation, settings.key);
    return organisation;
  }

  change(organisation: Organisation, settings: Partial<OrganisationSettings>): void {
    if (settings.key !== undefined) this.setKey(organisation, settings.key);
    organisation.settings = { ...organisation.settings, ...settings };
  }

  /** By guid or client id. */
  organisation(name: string): Organisation | undefined {
    return this.byGuid.get(name) ?? this.byClient.get(name);
  }

  ofClient(clientId: string): Organisation | undefined {
    return this.byClient.get(clientId);
  }

  ofKey(key: string): Organisation | undefined {
    return this.byKey.get(key);
  }

  organisations(): Organisation[] {
    return [...this.byGuid.values()];
  }

  /** Whether a call of the client comes within the limit; counted either way. */
  admits(clientId: string): boolean {
    const traffic = this.traffic.get(clientId) ?? { granted: 0, limited: 0 };
    this.traffic.set(clientId, traffic);
    const admitted = this.limit.admits(clientId, this.clock().getTime());
    traffic[admitted ? 'granted' : 'limited'] += 1;
    return admitted;
  }

  private setKey(organisation: Organisation, key: string | null): void {
    const old = organisation.settings.key;
    if (old !== null && this.byKey.get(old) === organisation) this.byKey.delete(old);
    if (key !== null) this.byKey.set(key, organisation);
  }

  private forget(organisation: Organisation): void {
    this.setKey(organisation, null);
    this.byGuid.delete(organisation.guid);
    // Its tokens are good no more.
    organisation.userRemoved = true;
  }
}

/** What a seed's creator is told. */
export const shown = (organisation: Organisation): Given => {
  const statuses = organisation.register('invoicestatuses').models();
  return {
    guid: organisation.guid,
    clientId: organisation.clientId,
    name: organisation.settings.name,
    scopes: organisation.settings.scopes,
    user: organisation.user?.guid ?? null,
    userRemoved: organisation.userRemoved,
    invoiceStatuses: Object.fromEntries(statuses.map(({ guid, name }) => [name, guid])),
  };
};

import { Dimensions } from './dimension-tree.js';
import type { NetvisorFaults } from './netvisor-faults.js';
import type { NetvisorJournal } from './netvisor-journal.js';
import { Organisation } from './organisation.js';
import { standardLists } from './standard-lists.js';

export interface CompanySeed {
  readonly organisationId: string;
  readonly customerId: string;
  readonly customerKey: string;
  /** The resources that are switched on; absent: all. */
  readonly resources?: readonly string[] | undefined;
  readonly hasExtendedProducts?: boolean | undefined;
}

const USUAL_WINDOW_MS = 15 * 60_000;

/** Everything that the sandbox remembers. It is gone when the process ends; the journal's file stays. */
export class NetvisorWorld {
  windowMs = USUAL_WINDOW_MS;
  latencyMs = 0;
  private readonly organisations = new Map<string, Organisation>();
  private readonly customerKeys = new Map<string, string>();
  /** Of every company: a TransactionId is used once by a partner. */
  private readonly transactions = new Set<string>();
  private lastKey = 1000;

  constructor(
    readonly partner: { readonly id: string; readonly key: string },
    readonly journal: NetvisorJournal,
    readonly faults: NetvisorFaults,
    readonly now: () => Date,
  ) {}

  /** For a company that is known: one more user, or a new key of the same; its registers stay. */
  addCompany({ organisationId, customerId, customerKey, resources, hasExtendedProducts }: CompanySeed): Organisation {
    const known = this.organisations.get(organisationId);
    const organisation = known ?? this.newOrganisation(organisationId);
    if (resources) organisation.resources = new Set(resources.map((name) => name.toLowerCase()));
    if (hasExtendedProducts !== undefined) organisation.hasExtendedProducts = hasExtendedProducts;
    organisation.users.add(customerId);
    this.customerKeys.set(customerId, customerKey);
    return organisation;
  }

  /** The user is removed from Netvisor, and the key with it. */
  removeUser(customerId: string): boolean {
    return this.customerKeys.delete(customerId);
  }

  customerKey(customerId: string): string | undefined {
    return this.customerKeys.get(customerId);
  }

  organisation(id: string): Organisation | undefined {
    return this.organisations.get(id);
  }

  all(): Organisation[] {
    return [...this.organisations.values()];
  }

  /** False when it was used before. */
  useTransaction(id: string): boolean {
    if (this.transactions.has(id)) return false;
    this.transactions.add(id);
    return true;
  }

  private newOrganisation(id: string): Organisation {
    const nextKey = () => (this.lastKey += 1);
    const organisation = new Organisation(id, new Dimensions(nextKey), nextKey);
    standardLists(organisation);
    this.organisations.set(id, organisation);
    return organisation;
  }
}

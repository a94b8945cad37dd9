/**
 * The Fivaldi sandbox: a stand-in for Visma's Customer API that speaks its real wire, keeps a journal of what it
 * applied, and fails when told to. What it shares with the product is its manner, not its code: a client that is wrong
 * about the contract is found out here.
 *
 * A call's way is `customer-api.ts`; signatures are `signature.ts`; what an area does is in its own file; lengths and
 * types of fields, as published, are in `facts/`.
 */
import type { Log } from '#lib/service';

import type { Company, CompanySeed } from './company.js';
import { control } from './control.js';
import { CustomerApi, PREFIX } from './customer-api.js';
import type { FaultBook } from './faults.js';
import { Journal, type JournalEntry } from './journal.js';
import { startServer } from './sandbox-server.js';
import { type PartnerSeed, World } from './world.js';

export interface SandboxOptions {
  /** 0, or absent: a free port. */
  readonly port?: number;
  readonly controlPort?: number;
  readonly host?: string;
  readonly journalFile: string;
  readonly partners?: readonly PartnerSeed[];
  readonly companies?: readonly CompanySeed[];
  readonly now?: () => Date;
  readonly log?: Log;
}

/** A stand-in for Fivaldi's Customer API, running. */
export interface Sandbox {
  /** With the prefix: what a client takes for Fivaldi's address. */
  readonly url: string;
  readonly controlUrl: string;
  readonly journalFile: string;
  readonly faults: FaultBook;
  addPartner(partner: PartnerSeed): void;
  addCompany(company?: CompanySeed): Company;
  journal(): JournalEntry[];
  stop(): Promise<void>;
}

/** Starts the API and its control routes, on two ports; ready when the promise settles. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1', log = SILENT } = options;
  const journal = new Journal(options.journalFile);
  const world = new World(journal, options.now ?? (() => new Date()));
  for (const partner of options.partners ?? []) world.addPartner(partner);
  for (const company of options.companies ?? []) world.addCompany(company);

  const api = new CustomerApi(world, log);
  const [calls, orders] = await Promise.all([
    startServer(options.port ?? 0, host, (incoming, response) => api.serve(incoming, response), log),
    startServer(options.controlPort ?? 0, host, (incoming, response) => control(world, incoming, response), log),
  ]);
  return {
    url: `${calls.url}${PREFIX}`,
    controlUrl: `${orders.url}/_sandbox`,
    journalFile: journal.file,
    faults: world.faults,
    addPartner: (partner) => world.addPartner(partner),
    addCompany: (company = {}) => world.addCompany(company),
    journal: () => journal.entries(),
    stop: async () => {
      await Promise.all([calls.close(), orders.close()]);
      journal.close();
    },
  };
}

const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => SILENT,
};

import { crashPoint } from '#lib/service';
import type { NetvisorClient, NetvisorCredentials, SeveraClient, SeveraCredentials } from '#lib/upstream';

import type { CallOperation, EngineObserver } from './engine-metrics.js';
import type { Incoming, Outgoing } from './flow.js';
import type { RequestBudget } from './request-budget.js';
import type { HeldTurn } from './turns.js';

/** The two systems. */
export interface Clients {
  readonly netvisor: Pick<NetvisorClient, 'send'>;
  /** Its `pace` is {@link RequestBudget.pace}. */
  readonly severa: Pick<SeveraClient, 'send'>;
}

/** Who we are to the two systems, for one company. */
export interface Credentials {
  readonly severa: SeveraCredentials;
  readonly netvisor: NetvisorCredentials;
}

/** The company's credentials as they are now. Throws `PauseLink` of `stop.ts` where some are missing. */
export type CredentialsOf = (environmentId: string, companyId: string) => Promise<Credentials>;

/**
 * One company's wire to both systems, for one turn: one request at a time, and none once the turn is lost. Whether a
 * request may go is asked by {@link Ledger} before it.
 */
export class Line {
  constructor(
    private readonly clients: Clients,
    private credentials: Credentials,
    private readonly budget: RequestBudget,
    private readonly held: HeldTurn,
    private readonly observe?: EngineObserver,
  ) {}

  /** From the next request on. */
  use(credentials: Credentials): void {
    this.credentials = credentials;
  }

  /** Whether the system takes a request at once; if not, {@link ready} waits for it. */
  isReady({ system }: Pick<Outgoing, 'system'>): boolean {
    return system === 'netvisor' || this.budget.takeAtOnce(this.credentials.severa.clientId);
  }

  async ready({ system }: Pick<Outgoing, 'system'>): Promise<void> {
    if (system === 'severa') await this.budget.take(this.credentials.severa.clientId);
  }

  async send(operation: CallOperation, call: Outgoing): Promise<Incoming> {
    this.held.check();
    crashPoint('link.before-send');
    const began = performance.now();
    const incoming = await this.held.asking(() => this.#exchange(call));
    crashPoint('link.after-answer');
    const { system, reply } = incoming;
    this.observe?.called(system, operation, reply.as, (performance.now() - began) / 1000);
    if (system === 'severa' && reply.as === 'limited') {
      await this.budget.refused(this.credentials.severa.clientId, reply.retryAfter);
    }
    return incoming;
  }

  async #exchange(call: Outgoing): Promise<Incoming> {
    if (call.system === 'netvisor') {
      return { system: 'netvisor', reply: await this.clients.netvisor.send(this.credentials.netvisor, call.request) };
    }
    return { system: 'severa', reply: await this.clients.severa.send(this.credentials.severa, call.request) };
  }
}

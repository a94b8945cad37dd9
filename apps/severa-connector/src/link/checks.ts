import type { Database } from '#lib/store';
import {
  child,
  children,
  type NetvisorClient,
  type NetvisorReply,
  type NetvisorRequest,
  type SeveraClient,
  textAt,
} from '#lib/upstream';

import { CheckBook, untested } from './check-book.js';
import { keyPart, missingPart, netvisorPart, partnerMissing, severaPart, type StoredCheck } from './check.js';
import type { CredentialBook } from './credentials.js';
import { type StillHeld, withHeldLink } from './held-link.js';
import type { Where } from './link-audit.js';
import { CUSTOMER_PROBE, type Moving, PROBES, resourceUses, TEMPORARY } from './resources.js';

/** The two clients, as far as a test needs them. */
export interface CheckClients {
  readonly severa: Pick<SeveraClient, 'send' | 'checkKey'>;
  /** `null`: the service has no partner id. */
  readonly netvisor: Pick<NetvisorClient, 'send'> | null;
}

export interface Checks {
  readonly severa: StoredCheck;
  readonly netvisor: StoredCheck;
}

/** How long a person waits for the turn that is under way, and then for Netvisor's answer. */
export interface CheckPatience {
  readonly turnMs: number;
  readonly answerMs: number;
  /** For so long the test itself waits for the turn, when the person has gone. */
  readonly laterMs: number;
  /** People who wait at once; beyond, nobody's wait takes the place of another's question. */
  readonly people: number;
}
const PATIENCE: CheckPatience = { turnMs: 6_000, answerMs: 12_000, laterMs: 300_000, people: 4 };

/**
 * Tests a link's credentials against the systems themselves. Severa by its heartbeat, asked with every scope that the
 * link needs, and the older key by its own interface; Netvisor by a narrow list of customers, and then every API
 * resource that can be looked at.
 */
export class LinkChecks {
  readonly #book: CheckBook;
  /** Companies with a test that waits for their link. */
  readonly #waiting = new Set<string>();
  #people = 0;

  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialBook,
    private readonly clients: CheckClients,
    private readonly flows: readonly Moving[],
    private readonly patience: CheckPatience = PATIENCE,
  ) {
    this.#book = new CheckBook(database);
  }

  /**
   * For a person who waits. Netvisor takes one call at a time: while the engine has the link for longer than anybody
   * waits, or Netvisor does not answer in time, its part comes back untested; the test goes on by itself.
   */
  async test(where: Where): Promise<Checks> {
    if (this.#people >= this.patience.people) {
      return { severa: untested(SEVERA_BUSY), netvisor: await this.#later(where) };
    }
    this.#people += 1;
    try {
      const [severa, netvisor] = await Promise.all([this.#severa(where), this.#netvisorInTime(where)]);
      return { severa, netvisor };
    } finally {
      this.#people -= 1;
    }
  }

  /**
   * For the engine, which holds the link.
   *
   * @param pass comes back before each request, when the rules allow it at that moment; it throws what keeps it from going.
   */
  async testInTurn(where: Where, pass: () => Promise<void>): Promise<Checks> {
    const severa = await this.#severa(where, pass);
    const netvisor = await this.#netvisor(where, pass);
    await this.#look(where, pass);
    return { severa, netvisor };
  }

  /** Anew where the credentials were replaced meanwhile: what was said of those before is not said of these. */
  async #severa(where: Where, pass: StillHeld = () => undefined): Promise<StoredCheck> {
    const about = await this.#book.about(where, 'severa');
    const { severa, severaKey } = await this.credentials.of(where);
    if (severa) await pass();
    const client = severa && (await this.clients.severa.send(severa, HEARTBEAT));
    if (severaKey !== null) await pass();
    const key = severaKey === null ? null : await this.clients.severa.checkKey(severaKey);
    const parts = [client ? severaPart(client) : missingPart('severa'), ...(key ? [keyPart(key)] : [])];
    const tested = { parts, ...(severa && { scopes: severa.scopes }) };
    return (await this.#book.write(where, 'severa', about, tested)) ?? this.#severa(where, pass);
  }

  async #netvisorInTime(where: Where): Promise<StoredCheck> {
    const { promise, resolve, reject } = Promise.withResolvers<StoredCheck | null>();
    const { turnMs, answerMs, laterMs } = this.patience;
    let timer = setTimeout(() => resolve(null), turnMs);
    // One that waits after its person has gone is enough for a company.
    const waitMs = this.#waiting.has(where.companyId) ? turnMs : laterMs;
    this.#waiting.add(where.companyId);
    // The answer that a person waits for is the first one; the link stays held until the rest is looked at.
    withHeldLink(this.database, where, waitMs, async (stillHeld) => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve(null), answerMs);
      this.#waiting.delete(where.companyId);
      resolve(await this.#netvisor(where, stillHeld));
      await this.#look(where, stillHeld);
    })
      .then((held) => held ?? resolve(null), reject)
      .finally(() => waitMs === laterMs && this.#waiting.delete(where.companyId));
    try {
      const check = await promise;
      if (check) return check;
    } finally {
      clearTimeout(timer);
    }
    return this.#later(where);
  }

  async #later(where: Where): Promise<StoredCheck> {
    await this.#book.order(where);
    return untested({ credential: 'netvisor', light: 'none', cause: 'netvisor-busy', message: null });
  }

  async #netvisor(where: Where, stillHeld: StillHeld): Promise<StoredCheck> {
    const about = await this.#book.about(where, 'netvisor');
    const { netvisor } = await this.credentials.of(where);
    if (!netvisor || !this.clients.netvisor) {
      return untested(netvisor ? partnerMissing : missingPart('netvisor'));
    }
    await stillHeld();
    const reply = await this.clients.netvisor.send(netvisor, CUSTOMER_PROBE);
    const written = await this.#book.write(where, 'netvisor', about, {
      parts: [netvisorPart(reply)],
      resources: openness(CUSTOMER_PROBE, reply),
      ...(reply.as === 'ok' && { temporary: { customers: hasTemporary(reply, CUSTOMER_LIST) } }),
    });
    return written ?? this.#netvisor(where, stillHeld);
  }

  /** Every API resource in use that can be looked at, one call after the other; it ends at the first lost answer. */
  async #look(where: Where, stillHeld: StillHeld): Promise<void> {
    const about = await this.#book.about(where, 'netvisor');
    const { netvisor } = await this.credentials.of(where);
    if (!netvisor || !this.clients.netvisor) return;
    let resources: Record<string, boolean> = {};
    let temporary: StoredCheck['temporary'] = {};
    for (const request of await this.#probes(where)) {
      await stillHeld();
      const reply = await this.clients.netvisor.send(netvisor, request);
      if (reply.as !== 'ok' && reply.as !== 'refused') break;
      resources = { ...resources, ...openness(request, reply) };
      if (request.resource === PRODUCT_LIST.resource && reply.as === 'ok') {
        temporary = { products: hasTemporary(reply, PRODUCT_LIST) };
      }
    }
    await this.#book.add(where, about, { resources, temporary });
  }

  /** The list of products is looked at whatever moves: a register that stays needs TEMP. */
  async #probes(where: Where): Promise<readonly NetvisorRequest[]> {
    const settings = await this.#book.settings(where);
    return resourceUses(this.flows, settings)
      .filter(({ system, name, inUse }) => system === 'netvisor' && (inUse || name === PRODUCT_LIST.resource))
      .flatMap(({ name }) => PROBES[name] ?? [])
      .filter((request) => request !== CUSTOMER_PROBE);
  }
}

const HEARTBEAT = { method: 'GET', path: ['heartbeat', 'authorized'] } as const;

const SEVERA_BUSY = { credential: 'severa', light: 'none', cause: null, message: null } as const;

const CUSTOMER_LIST = { resource: 'customerlist.nv', list: 'Customerlist', row: 'Customer', code: 'Code' };
const PRODUCT_LIST = { resource: 'productlist.nv', list: 'ProductList', row: 'Product', code: 'ProductCode' };

const hasTemporary = ({ root }: NetvisorReply & { as: 'ok' }, { list, row, code }: typeof CUSTOMER_LIST): boolean => {
  const rows = child(root, list);
  return rows !== undefined && children(rows, row).some((one) => textAt(one, code) === TEMPORARY);
};

/** A resource that is switched off says so by its category; any other refusal comes from one that is open. */
function openness({ resource }: NetvisorRequest, reply: NetvisorReply): Readonly<Record<string, boolean>> {
  if (reply.as === 'ok') return { [resource]: true };
  return reply.as === 'refused' ? { [resource]: reply.category !== 'SERVICE_ACCESS_ERROR' } : {};
}

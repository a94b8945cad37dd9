import { randomUUID } from 'node:crypto';

import type { AuditEvent, Direction, RulesChanged, StreamName } from '#lib/contracts';
import { saveRule } from '#lib/contracts';
import type { AccessDecision } from '#lib/policy';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { type AccessAsk, AccessDecider } from './access-decider.js';
import type { AuthMetrics } from './auth-metrics.js';
import { entities } from './entities.js';
import { PasswordHasher } from './password.js';
import { Principals } from './principals.js';
import { RuleBook } from './rule-book.js';
import { SignIn } from './sign-in.js';

export const PASSWORD = 'a long and quiet word';
export const OPERATOR = 'operator-7';
export const ALL_SECTIONS = {
  companyRegister: 'update-keep',
  productRegister: 'replace-all',
  salesOrders: { mode: 'add-only', fetchMissingDimensions: [1, 3] },
  payroll: { dimensions: 'from-data' },
};

/** Counts what it hashes, and lets things happen meanwhile; otherwise the real one. */
export class CountingHasher extends PasswordHasher {
  verified = 0;
  meanwhile: () => Promise<void> = () => Promise.resolve();

  override async verify(password: string, stored: string | null) {
    this.verified += 1;
    const verdict = await super.verify(password, stored);
    await this.meanwhile();
    return verdict;
  }
}

class CountedMetrics implements AuthMetrics {
  readonly signIns: AccessDecision[] = [];
  decisions = 0;

  decided(): void {
    this.decisions += 1;
  }

  signedIn(decision: AccessDecision): void {
    this.signIns.push(decision);
  }

  readonly breachChecked = (): void => undefined;
}

/** The service's parts over a database of their own, without the bus: what would be sent stays in the outbox. */
export class AuthUnderTest {
  readonly hasher = new CountingHasher();
  readonly metrics = new CountedMetrics();
  readonly errors: string[] = [];
  nudges = 0;
  readonly #relay = { nudge: () => void (this.nudges += 1) };
  readonly decider: AccessDecider;
  readonly signIns: SignIn;
  readonly book: RuleBook;

  private constructor(
    readonly database: Database,
    readonly close: () => Promise<void>,
  ) {
    this.decider = new AccessDecider(database, this.metrics, this.#relay, {
      error: (_, message) => void this.errors.push(message),
    });
    this.signIns = new SignIn(database, this.hasher, this.metrics, this.#relay);
    this.book = new RuleBook(database, this.hasher, this.#relay);
  }

  /** As the owner of the server, whom row-level security does not bind, unless told. */
  static async start(urlOf = (server: TestDatabase): string => server.url): Promise<AuthUnderTest> {
    const server = await createTestDatabase();
    const database = await Database.open({ url: urlOf(server), name: 'auth spec', entities, poolSize: 20 });
    return new AuthUnderTest(database, async () => {
      await database.close();
      await server.drop();
    });
  }

  principals(operatorTokenHash: Buffer | null = null): Principals {
    return new Principals(this.database, operatorTokenHash);
  }

  /** Saves a rule as another service would ask for it: through the contract's schema. */
  async save(rule: string, id: string, body: object): Promise<void> {
    await this.book.save(
      saveRule.ask.parse({
        by: { kind: 'operator', id: OPERATOR },
        within: null,
        address: null,
        change: { rule, id, body },
      }),
    );
  }

  /** A company in an environment of its own, with its settings, and a partner user that may move one stream. */
  async furnish(stream: StreamName = 'tuoterekisteri', direction: Direction = 'import'): Promise<Furnished> {
    const environmentId = await this.environment();
    const companyId = await this.company(environmentId);
    const partnerUserId = await this.partnerUser();
    const rights = [{ stream, direction }];
    await this.save('upper-rights', partnerUserId, { rights });
    await this.save('grants', companyId, { partnerUserId, rights });
    await this.save('xml-settings', companyId, ALL_SECTIONS);
    const moment = { at: 'acceptance', client: '192.0.2.7' } as const;
    return { environmentId, companyId, partnerUserId, ask: { partnerUserId, companyId, stream, direction, moment } };
  }

  async environment(body: object = {}): Promise<string> {
    const id = randomUUID();
    await this.save('environment', id, { name: 'Tilitoimisto', ...body });
    return id;
  }

  async company(environmentId: string, body: object = {}): Promise<string> {
    const id = randomUUID();
    const fivaldiNumber = String(Math.floor(Math.random() * 1e12));
    await this.save('company', id, { environmentId, name: 'Asiakas Oy', fivaldiNumber, ...body });
    return id;
  }

  /** Named by the start of its id unless told. */
  async partnerUser(body: object = {}): Promise<string> {
    const id = randomUUID();
    await this.save('partner-user', id, { ...partnerUser(id), ...body });
    return id;
  }

  async auditEvents(action: AuditEvent['action']): Promise<AuditEvent[]> {
    const rows = await this.database.rows<{ data: AuditEvent }>(
      `select data from bus.outbox where type = 'audit.event.v1' and data ->> 'action' = $1 order by id`,
      [action],
    );
    return rows.map(({ data }) => data);
  }

  async rulesChanged(): Promise<RulesChanged[]> {
    const rows = await this.database.rows<{ data: RulesChanged }>(
      `select data from bus.outbox where type = 'auth.rules-changed.v1' order by id`,
    );
    return rows.map(({ data }) => data);
  }
}

export interface Furnished {
  readonly environmentId: string;
  readonly companyId: string;
  readonly partnerUserId: string;
  /** A question that everything allows. */
  readonly ask: AccessAsk;
}

export const userNameOf = (partnerUserId: string): string => partnerUserId.slice(0, 18);

export const partnerUser = (id: string) => ({ userName: userNameOf(id), company: 'Kumppani Oy' });

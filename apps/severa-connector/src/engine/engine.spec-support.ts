import { randomUUID } from 'node:crypto';

import pg from 'pg';

import { type AccessAnswer, type LinkSettings, linkSettingsBody } from '#lib/contracts';
import { createLog } from '#lib/service';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase, until } from '#lib/testing';

import { itemFlow, items, listedFlow, offeredFlow, TwoSystems } from './item-flow.spec-support.js';
import { LedgerBook } from './ledger-book.js';
import { Mover } from './mover.js';
import { type Patience, PATIENCE } from './patience.js';
import { RequestBudget } from './request-budget.js';
import { type HeldTurn, Turns } from './turns.js';
import type { EngineParts, Tested } from './work.js';

/** The engine on a real database, between two systems that are plain objects. */

export const QUICK: Patience = {
  ...PATIENCE,
  reading: [1, 1, 1],
  afterUnknown: (nth) => (nth > 6 ? null : 0),
  afterFailure: () => 1,
  maintenance: 1,
};

export const GREEN: Tested = { severa: { parts: [] }, netvisor: { parts: [] } };

export interface Company {
  readonly environmentId: string;
  readonly companyId: string;
  readonly partnerUserId: string;
}

/** Companies by the customer id of their credentials, which is the company's id. */
export class World {
  readonly systems = new Map<string, TwoSystems>();
  /** What the rules say; by default all is allowed. */
  say: (answer: AccessAnswer) => AccessAnswer = (answer) => answer;
  asked = 0;
  tested: Tested = GREEN;

  private constructor(
    readonly test: TestDatabase,
    readonly owner: pg.Client,
    readonly database: Database,
  ) {}

  static async open(): Promise<World> {
    const test = await createTestDatabase();
    const owner = new pg.Client({ connectionString: test.url });
    await owner.connect();
    const database = await Database.open({ url: test.as('severa-connector'), name: 'engine-spec', poolSize: 8 });
    return new World(test, owner, database);
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.owner.end();
    await this.test.drop();
  }

  async clear(): Promise<void> {
    await this.owner.query(
      `truncate severa.link, severa.run, severa.pair, severa.history, severa.flow_state, severa.met, severa.comparison,
                severa.compared, bus.outbox`,
    );
    this.systems.clear();
    this.say = (answer) => answer;
    this.tested = GREEN;
  }

  /** A company whose link is in use. */
  async company(settings: object = { customers: 'to-netvisor' }, environmentId = randomUUID()): Promise<Company> {
    const company = { environmentId, companyId: randomUUID(), partnerUserId: randomUUID() };
    const { companyId, partnerUserId } = company;
    await this.owner.query(
      `insert into severa.link (environment_id, company_id, partner_user_id, organisation_id, netvisor_host, language,
                                state, settings, changed_by, due_at, check_at)
       values ($1, $2, $3, $4, 'training', 'FI', 'active', $5, 'spec', now(), now() + interval '1 hour')`,
      [environmentId, companyId, partnerUserId, companyId.slice(0, 18), settingsOf(settings)],
    );
    await this.owner.query(
      `insert into tietovirta.rules_version (subject, version) select unnest($1::uuid[]), 1 on conflict do nothing`,
      [[environmentId, companyId, partnerUserId]],
    );
    this.systems.set(companyId, new TwoSystems());
    return company;
  }

  /** One whose source has so many items. */
  async companyWith(
    count: number,
    settings?: object,
  ): Promise<{ readonly company: Company; readonly systems: TwoSystems }> {
    const company = await this.company(settings);
    const systems = this.of(company);
    for (const [key, item] of items(count)) systems.source.set(key, item);
    return { company, systems };
  }

  /**
   * Thousands of records that have moved, two of each number, the first `count` of them in another state; without
   * statistics, as after a register's first reading.
   */
  async crowd({ environmentId, companyId }: Company, state: string, count: number): Promise<void> {
    await this.rows('alter table severa.pair set (autovacuum_enabled = false)');
    await this.rows(
      `insert into severa.pair (environment_id, company_id, flow, key, number, name, state)
       select $1, $2, $3, 'K' || lpad(n::text, 5, '0'), (n / 2)::text, 'Name ' || n,
              case when n <= $4 then $5 else 'moved' end
         from generate_series(1, 3000) as n`,
      [environmentId, companyId, itemFlow.name, count, state],
    );
  }

  of({ companyId }: Pick<Company, 'companyId'>): TwoSystems {
    return this.systems.get(companyId)!;
  }

  parts(more: Partial<EngineParts> = {}): EngineParts {
    const { database } = this;
    const credentials = (companyId: string) => ({
      severa: { clientId: companyId, clientSecret: 's', scopes: [] },
      netvisor: {
        host: 'training',
        customerId: companyId,
        customerKey: 'k',
        organisationId: 'o',
        language: 'FI',
      } as const,
    });
    return {
      database,
      turns: new Turns(database),
      book: new LedgerBook(more.database ?? database),
      flows: [itemFlow, offeredFlow, listedFlow],
      clients: {
        netvisor: { send: ({ customerId }, request) => this.systems.get(customerId)!.netvisor.send(request) },
        severa: { send: ({ clientId }, request) => this.systems.get(clientId)!.severa.send(request) },
      },
      credentialsOf: (_, companyId) => Promise.resolve(credentials(companyId)),
      budget: new RequestBudget(database),
      decide: ({ partnerUserId, companyId }) => this.decide(partnerUserId, companyId),
      test: () => Promise.resolve(this.tested),
      log: createLog('engine-spec', 'silent'),
      patience: QUICK,
      ...more,
    };
  }

  async decide(partnerUserId: string, companyId: string): Promise<AccessAnswer> {
    this.asked += 1;
    const { rows } = await this.owner.query<{ at: Date; version: string }>(
      `select clock_timestamp() as at,
              (select string_agg(v.version::text, '.' order by v.subject) from tietovirta.rules_version v
                where v.subject in (l.environment_id, l.company_id, l.partner_user_id)) as version
         from severa.link l where company_id = $1 and partner_user_id = $2`,
      [companyId, partnerUserId],
    );
    return this.say({
      decidedAt: new Date(rows[0]!.at).toISOString(),
      allowed: true,
      reasons: [],
      waits: false,
      opensAt: null,
      rulesVersion: rows[0]!.version,
      company: null,
    });
  }

  /** Takes turns until nothing is due. */
  async settle(parts: EngineParts = this.parts()): Promise<void> {
    const mover = new Mover(parts);
    for (let taken: readonly HeldTurn[] = await parts.turns.take(20); taken.length > 0;) {
      await Promise.all(taken.map((held) => mover.use(held)));
      taken = await parts.turns.take(20);
    }
  }

  /** The company's flows are due at once. */
  async again({ companyId }: Pick<Company, 'companyId'>): Promise<void> {
    await this.owner.query('update severa.flow_state set due_at = now() where company_id = $1', [companyId]);
    await this.owner.query('update severa.link set due_at = now() where company_id = $1', [companyId]);
  }

  async until(fact: () => boolean | Promise<boolean>, what: string): Promise<void> {
    await until(fact, { what });
  }

  async rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.owner.query(text, [...values])).rows as Row[];
  }

  async link({ companyId }: Pick<Company, 'companyId'>): Promise<Readonly<Record<string, unknown>>> {
    const text = 'select * from severa.link where company_id = $1';
    return (await this.rows<Record<string, unknown>>(text, [companyId]))[0]!;
  }

  /** What the audit log is told. */
  async audited(action: string): Promise<readonly object[]> {
    const text = `select data from bus.outbox where data ->> 'action' = $1 order by id`;
    const told = await this.rows<{ data: object }>(text, [action]);
    return told.map(({ data }) => data);
  }

  /** Somebody changes a rule of the company. */
  async changeRules({ companyId }: Pick<Company, 'companyId'>): Promise<void> {
    await this.owner.query('update tietovirta.rules_version set version = version + 1 where subject = $1', [companyId]);
  }

  pairs({ companyId }: Pick<Company, 'companyId'>): Promise<readonly PairRow[]> {
    return this.rows(
      `select key, state, cause, sending, attempts, severa_key, netvisor_key from severa.pair
        where company_id = $1 order by key`,
      [companyId],
    );
  }

  history({ companyId }: Pick<Company, 'companyId'>): Promise<readonly HistoryEntry[]> {
    return this.rows(
      `select key, operation, result, cause, attempt, by, severa_key, netvisor_key from severa.history
        where company_id = $1 order by history_id`,
      [companyId],
    );
  }

  async runs({ companyId }: Pick<Company, 'companyId'>): Promise<readonly RunRow[]> {
    return this.rows(
      `select state, counts, cause, reasons, opens_at, ended_at from severa.run where company_id = $1
        order by created_at, run_id`,
      [companyId],
    );
  }
}

export interface PairRow {
  readonly key: string;
  readonly state: string;
  readonly cause: string | null;
  readonly sending: string | null;
  readonly attempts: number;
  readonly severa_key: string | null;
  readonly netvisor_key: string | null;
}
export interface HistoryEntry {
  readonly key: string;
  readonly operation: string;
  readonly result: string;
  readonly cause: string | null;
  readonly attempt: number;
  readonly by: string;
}
export interface RunRow {
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly cause: string | null;
  readonly reasons: readonly string[];
  readonly opens_at: Date | null;
  readonly ended_at: Date | null;
}

const settingsOf = (parts: object): LinkSettings => linkSettingsBody.parse(parts);

import { randomBytes, randomUUID } from 'node:crypto';

import pg from 'pg';

import { type AuditEvent, type LinkBody, linkBody, type LinkFlow } from '#lib/contracts';
import { Database, Vault } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';
import {
  element,
  type KeyReply,
  type NetvisorReply,
  type NetvisorRequest,
  type SeveraCredentials,
  type SeveraReply,
} from '#lib/upstream';

import type { CheckClients } from './checks.js';
import { LinkChecks } from './checks.js';
import { CredentialDesk } from './credential-desk.js';
import { CredentialBook } from './credentials.js';
import { Links } from './links.js';
import { type FlowOfLink, LinkView } from './link-view.js';

export const BY = { kind: 'person', id: 'a1' } as const;
export const ASKER = { by: BY, address: '192.0.2.7' } as const;

/** Flows as far as people see them. */
export const FLOWS: readonly FlowOfLink[] = [
  {
    name: 'customers-to-netvisor',
    stream: 'severa-asiakasrekisteri',
    direction: 'import',
    mode: ({ customers }) => (customers === 'to-netvisor' ? 'automatic' : 'off'),
  },
  {
    name: 'sales-invoices',
    stream: 'severa-myyntilaskut',
    direction: 'import',
    mode: ({ salesInvoices }) => salesInvoices.mode,
  },
  {
    name: 'payments',
    stream: 'severa-maksutiedot',
    direction: 'export',
    mode: ({ payments }) => payments.mode,
  },
];

/** The two systems, answering as they are told. */
export class SystemsOfTest implements CheckClients {
  severaReply: SeveraReply = { as: 'ok', status: 204, body: undefined, nextPageToken: null };
  keyReply: KeyReply = { as: 'ok', version: '1' };
  netvisorReply: (request: NetvisorRequest) => Promise<NetvisorReply> = (request) =>
    Promise.resolve(emptyList(request));
  readonly asked: SeveraCredentials[] = [];
  readonly calls: string[] = [];
  /** The most calls to Netvisor that were under way at once. */
  atOnce = 0;
  #underWay = 0;

  readonly severa = {
    send: (credentials: SeveraCredentials): Promise<SeveraReply> => {
      this.asked.push(credentials);
      return Promise.resolve(this.severaReply);
    },
    checkKey: (): Promise<KeyReply> => Promise.resolve(this.keyReply),
  };

  readonly netvisor = {
    send: async (_: unknown, request: NetvisorRequest): Promise<NetvisorReply> => {
      this.calls.push(request.resource);
      this.atOnce = Math.max(this.atOnce, (this.#underWay += 1));
      try {
        return await this.netvisorReply(request);
      } finally {
        this.#underWay -= 1;
      }
    },
  };
}

export const listOf = (codes: readonly string[]): NetvisorReply => ({
  as: 'ok',
  root: element('Root', [
    element(
      'Customerlist',
      codes.map((code) => element('Customer', [element('Code', code)])),
    ),
    element(
      'ProductList',
      codes.map((code) => element('Product', [element('ProductCode', code)])),
    ),
  ]),
  inserted: null,
  transactionId: 't',
});

const emptyList = (_: NetvisorRequest): NetvisorReply => listOf([]);

/** Links over a database of their own. */
export class LinksUnderTest {
  readonly systems = new SystemsOfTest();
  readonly credentials: CredentialBook;
  readonly checks: LinkChecks;
  readonly desk: CredentialDesk;
  readonly links: Links;
  readonly view: LinkView;
  nudges = 0;
  where = { environmentId: randomUUID(), companyId: randomUUID() };

  private constructor(
    private readonly test: TestDatabase,
    readonly owner: pg.Client,
    readonly database: Database,
    vault: Vault,
  ) {
    const nudge = () => void (this.nudges += 1);
    this.credentials = new CredentialBook(database, vault, FLOWS);
    this.checks = new LinkChecks(database, this.credentials, this.systems, FLOWS, {
      turnMs: 600,
      answerMs: 300,
      laterMs: 20_000,
      people: 4,
    });
    this.desk = new CredentialDesk(database, this.credentials, this.checks, nudge);
    this.links = new Links(database, FLOWS, nudge);
    this.view = new LinkView(database, FLOWS);
  }

  static async open(): Promise<LinksUnderTest> {
    const test = await createTestDatabase();
    const owner = new pg.Client({ connectionString: test.url });
    await owner.connect();
    const database = await Database.open({ url: test.as('severa-connector'), name: 'links' });
    const keyring = { keys: new Map([['k1', randomBytes(32)]]), current: 'k1' };
    return new LinksUnderTest(test, owner, database, await Vault.open(database, keyring));
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.owner.end();
    await this.test.drop();
  }

  /** Another company, in another environment. */
  moveOn(): void {
    this.where = { environmentId: randomUUID(), companyId: randomUUID() };
  }

  body(more: object = {}): LinkBody {
    const organisationId = randomBytes(8).toString('hex');
    return linkBody.parse({ partnerUserId: randomUUID(), organisationId, ...more });
  }

  save(ifMark: string | null, more: object = {}, where = this.where): Promise<string> {
    return this.links.save({ ...where, ...ASKER, ifMark, link: this.body(more) });
  }

  show(language: 'fi' | 'sv' | 'en' = 'en') {
    return this.view.show({ ...this.where, language });
  }

  give(credentials: Parameters<CredentialDesk['save']>[0]['credentials']) {
    return this.desk.save({ ...this.where, ...ASKER, language: 'en', credentials });
  }

  async pair(flow: LinkFlow, key: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const row = { flow, key, state: 'rejected', ...more, ...this.#named };
    const names = Object.keys(row);
    await this.owner.query(
      `insert into severa.pair (${names.join(', ')}) values (${names.map((_, no) => `$${no + 1}`).join(', ')})`,
      Object.values(row),
    );
  }

  async audited(): Promise<readonly AuditEvent[]> {
    const { rows } = await this.owner.query<{ data: AuditEvent }>(
      `select data from bus.outbox where data ->> 'companyId' = $1 order by id`,
      [this.where.companyId],
    );
    return rows.map(({ data }) => data);
  }

  get #named() {
    return { environment_id: this.where.environmentId, company_id: this.where.companyId };
  }
}

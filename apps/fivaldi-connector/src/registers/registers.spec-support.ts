import { randomUUID } from 'node:crypto';
import { Buffer } from 'node:buffer';

import {
  type AccessAnswer,
  type AuditEvent,
  type DocumentStream,
  type XmlSettings,
  xmlSettingsBody,
} from '#lib/contracts';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';
import {
  acceptTransfer,
  claimTransfer,
  DocumentWriter,
  effectMark,
  findTransfer,
  releaseTransfer,
} from '#lib/transfers';

import { takeImportTurn } from '../import-turn.js';
import { RecordBook } from './record-book.js';
import { RegisterRestore } from './register-restore.js';
import { RegisterView } from './register-view.js';

const NUMBER = '500001';
const PARTNER = randomUUID();

/** Two services' doors to one database of its own, for one spec file. */
export class RegisterGround {
  private constructor(
    private readonly test: TestDatabase,
    readonly connector: Database,
    readonly gateway: Database,
  ) {}

  static async open(name: string): Promise<RegisterGround> {
    const test = await createTestDatabase();
    const connector = await Database.open({ url: test.as('fivaldi-connector'), name });
    return new RegisterGround(test, connector, await Database.open({ url: test.as('gateway'), name }));
  }

  async close(): Promise<void> {
    await Promise.all([this.connector.close(), this.gateway.close()]);
    await this.test.drop();
  }

  newCompany(): RegisterCompany {
    return new RegisterCompany(this, { environmentId: randomUUID(), companyId: randomUUID() });
  }
}

export interface CompanyPlace {
  readonly environmentId: string;
  readonly companyId: string;
}

/** One company's registers, kept by people and by imports. */
export class RegisterCompany {
  readonly person = randomUUID();
  readonly partner = PARTNER;
  readonly view: RegisterView;
  readonly book: RecordBook;
  readonly restoration: RegisterRestore;

  constructor(
    private readonly ground: RegisterGround,
    readonly place: CompanyPlace,
  ) {
    const { connector } = ground;
    this.view = new RegisterView(connector);
    this.book = new RecordBook(connector, () => undefined);
    this.restoration = new RegisterRestore(connector, () => undefined);
  }

  get by() {
    const by = { kind: 'person', id: this.person } as const;
    return { ...this.place, by, address: '192.0.2.1', language: 'en' } as const;
  }

  record(register: string, key: string) {
    return { ...this.by, register, key };
  }

  /** Makes a record by hand; answers with its mark. */
  make(register: string, key: string, fields: Record<string, string | null>, children: Children = {}): Promise<string> {
    return this.book.put({ ...this.record(register, key), ifMark: null, record: { fields, children } });
  }

  async markOf(register: string, key: string): Promise<string> {
    return (await this.view.show({ ...this.place, register, key, sensitive: 'shown' })).mark;
  }

  async fields(register: string, key: string): Promise<Record<string, string>> {
    const { record } = await this.view.show({ ...this.place, register, key, sensitive: 'shown' });
    const given = Object.entries(record.fields).filter(([, value]) => value !== null);
    return Object.fromEntries(given) as Record<string, string>;
  }

  async children(register: string, key: string) {
    return (await this.view.show({ ...this.place, register, key, sensitive: 'shown' })).record.children;
  }

  async versions(register: string, key: string) {
    return (await this.view.versions({ ...this.place, register, key, sensitive: 'shown', limit: 50 })).versions;
  }

  restore(transferId: string, { dryRun = false, after = 0, limit = 50 } = {}) {
    return this.restoration.restore({ ...this.by, transferId, dryRun, after, limit });
  }

  /** Imports as the connector does, and confirms what the brake holds. Answers with the transfer's id. */
  async import(
    stream: DocumentStream,
    records: string,
    settings: Partial<XmlSettings> = {},
    dryRun = false,
  ): Promise<string> {
    const id = await this.accept(stream, records, dryRun);
    if ((await this.carryOut(stream, settings)) === 'held') {
      const { effect } = (await findTransfer(this.ground.gateway, id))!;
      const by = { actor: { kind: 'person', id: this.person }, address: null } as const;
      await this.ground.gateway.transaction((sql) => releaseTransfer(sql, id, effectMark(id, effect!), by), this.scope);
      await this.carryOut(stream, settings);
    }
    return id;
  }

  /** Audit events that wait to be sent, the oldest first. */
  async events(): Promise<AuditEvent[]> {
    const rows = await this.ground.connector.rows<{ data: AuditEvent }>(
      `select data from bus.outbox where type = 'audit.event.v1' order by id`,
    );
    return rows.map(({ data }) => data).filter(({ companyId }) => companyId === this.place.companyId);
  }

  get scope() {
    return { scope: { tenant: this.place.environmentId } };
  }

  private async accept(stream: DocumentStream, records: string, dryRun: boolean): Promise<string> {
    const { environmentId } = this.place;
    const writer = new DocumentWriter(this.ground.gateway, { environmentId, gzip: false, charset: null });
    await writer.write(Buffer.from(`<FivaldiXML><FVBusinessId>${NUMBER}</FVBusinessId>${records}</FivaldiXML>`));
    const document = await writer.finish();
    const accepted = await this.ground.gateway.transaction(
      (sql) =>
        acceptTransfer(sql, {
          ...this.place,
          partnerUserId: this.partner,
          stream,
          direction: 'import',
          dryRun,
          document,
          address: null,
          idempotencyKey: randomUUID(),
          fingerprint: document.sha256,
        }),
      this.scope,
    );
    if (accepted.as !== 'new') throw new Error('The document was not new');
    return accepted.transferId;
  }

  private async carryOut(stream: DocumentStream, settings: Partial<XmlSettings>): Promise<string> {
    const [lane] = await this.ground.connector.rows<{ laneId: string; ticket: string }>(
      'select id as "laneId", ticket from transfers.lane where company_id = $1 and ticket is not null',
      [this.place.companyId],
      this.scope,
    );
    const taken = await claimTransfer(this.ground.connector, lane!, false);
    if (taken.as !== 'claimed' || taken.claim.document === null) throw new Error(`Nothing to import: ${taken.as}`);
    const turn = await takeImportTurn(
      this.ground.connector,
      taken.claim,
      this.access(settings),
      stream !== 'perustiedot',
    );
    if (turn?.as !== 'ended') throw new Error(`Not imported: ${JSON.stringify(turn)}`);
    return turn.end.state;
  }

  private access(settings: Partial<XmlSettings>): AccessAnswer {
    const given = {
      companyRegister: 'update-all',
      productRegister: 'update-all',
      salesOrders: { mode: 'update-all', createMissingProducts: true },
      payroll: { dimensions: 'from-data' },
      ...settings,
    };
    return {
      decidedAt: new Date().toISOString(),
      allowed: true,
      reasons: [],
      waits: false,
      opensAt: null,
      rulesVersion: '1',
      company: {
        environmentId: this.place.environmentId,
        fivaldiNumber: NUMBER,
        xmlSettings: xmlSettingsBody.parse(given),
      },
    };
  }
}

type Children = Record<string, Record<string, string | null>[]>;

import { randomUUID } from 'node:crypto';

import pg from 'pg';

import type { InstallationOptions } from '../../scripts/local/installation.ts';
import type { ImportOptions, ShownTransfer } from '../../scripts/local/api-client.ts';
import { addPartner, type DemoCompany, type DemoPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import { fivaldiXml } from './documents.ts';
import { install, type Installed } from './installed.ts';

export interface Right {
  readonly stream: string;
  readonly direction: 'import' | 'export';
}

const to = (direction: Right['direction'], ...streams: readonly string[]): readonly Right[] =>
  streams.map((stream) => ({ stream, direction }));

/** Every right that there is, by the seed's table of streams and directions. */
export const EVERY_RIGHT: readonly Right[] = [
  ...to('import', 'palkat', 'perustiedot', 'tilaukset', 'tuoterekisteri', 'yritysrekisteri'),
  ...to('export', 'kiha', 'projektit', 'tilaukset', 'tilaushistoria', 'tuoterekisteri', 'yritysrekisteri'),
];

export const without = (stream: string): readonly Right[] => EVERY_RIGHT.filter((right) => right.stream !== stream);

const SETTINGS = {
  companyRegister: 'update-all',
  productRegister: 'update-all',
  salesOrders: { mode: 'update-all' },
  payroll: { dimensions: 'from-data' },
};

/** An accounting firm of one spec file: an installation, companies, and a partner who may do whatever can be done. */
export class Firm {
  readonly environment: string;
  readonly installed: Installed;
  readonly partner: DemoPartner;
  readonly database: pg.Client;

  private constructor(environment: string, installed: Installed, partner: DemoPartner, database: pg.Client) {
    this.environment = environment;
    this.installed = installed;
    this.partner = partner;
    this.database = database;
  }

  static async open(options: Partial<InstallationOptions> = {}): Promise<Firm> {
    const installed = await install(options);
    const environment = randomUUID();
    await installed.operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    const partner = await addPartner(installed.operator, 'Kumppani');
    await installed.operator.saveRule('upper-rights', partner.id, { rights: EVERY_RIGHT });
    const database = new pg.Client({ connectionString: installed.databaseUrl });
    await database.connect();
    return new Firm(environment, installed, partner, database);
  }

  async close(): Promise<void> {
    await this.database.end();
    await this.installed.stop();
  }

  /** A new company with these XML settings. */
  async company(settings: object = {}, rights = EVERY_RIGHT): Promise<DemoCompany> {
    const { operator } = this.installed;
    const company = await onboardCompany(operator, 'Yritys', { ...SETTINGS, ...settings }, this.environment);
    await this.grant(company, rights);
    return company;
  }

  grant(company: DemoCompany, rights: readonly Right[]): Promise<void> {
    return grant(this.installed.operator, this.partner, company, rights);
  }

  /** Says when the partner may do anything for the company; `null` is always, an empty list is never. */
  async admit(company: DemoCompany, times: readonly object[] | null): Promise<void> {
    const body = { companyId: company.id, partnerUserIds: [this.partner.id], times };
    await this.installed.operator.saveRule('restriction-group', `ajat-${company.number}`, body);
  }

  /** The answer to a document of these records. */
  offer(company: DemoCompany, stream: string, records: string, options: ImportOptions = {}) {
    return this.partner.client.importDocument(company.id, stream, fivaldiXml(company.number, records), options);
  }

  /** What became of it, once it has ended or is held. */
  async bring(company: DemoCompany, stream: string, records: string, options?: ImportOptions): Promise<ShownTransfer> {
    const { status, body } = await this.offer(company, stream, records, options);
    if (status !== 202) throw new Error(`${status} instead of 202: ${JSON.stringify(body)}`);
    return this.partner.client.settled(body.id);
  }

  /** One field of each record that a register holds, by key. */
  async held(company: DemoCompany, register: string, key: string, field: string): Promise<Record<string, unknown>> {
    const { rows } = await this.database.query<{ key: string; value: string | null }>(
      `select ${key} as key, ${field}::text as value from fivaldi.${register}_record
        where company_id = $1 and deleted_at is null`,
      [company.id],
    );
    return Object.fromEntries(rows.map((row) => [row.key, row.value]));
  }

  /** The rows of a register's records, by record and number. */
  async rows(company: DemoCompany, register: string, key: string): Promise<Record<string, unknown>> {
    const { rows } = await this.database.query<{ key: string; rows: object }>(
      `select ${key} as key, coalesce(children -> 'rows', '{}') as rows from fivaldi.${register}_record
        where company_id = $1 and deleted_at is null`,
      [company.id],
    );
    return Object.fromEntries(rows.map((row) => [row.key, row.rows]));
  }
}

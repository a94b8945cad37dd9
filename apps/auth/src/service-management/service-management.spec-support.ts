import { randomUUID } from 'node:crypto';

import { type Direction, saveRule, type StreamName } from '#lib/contracts';
import { AppError } from '#lib/errors';

import { AuthUnderTest } from '../auth.spec-support.js';
import { Companies } from './companies.js';
import { GrantMatrix } from './grant-matrix.js';
import { PartnerUsersInCompany } from './partner-users-in-company.js';
import { RestrictionGroups } from './restriction-groups.js';
import { XmlSettingsBook } from './xml-settings-book.js';

/** A main user [pääkäyttäjä], and where they sit. */
export const MAIN_USER = { kind: 'person', id: '7b0e6a52-6c55-4f8e-9a50-0b6f3a0c1d2e' } as const;
export const THERE = '192.0.2.33';
export const ASKED = { by: MAIN_USER, address: THERE } as const;

/** Service Management over a database of its own. */
export class ServiceManagementUnderTest {
  nudges = 0;
  readonly companies: Companies;
  readonly partnerUsers: PartnerUsersInCompany;
  readonly matrix: GrantMatrix;
  readonly groups: RestrictionGroups;
  readonly xmlSettings: XmlSettingsBook;

  private constructor(readonly auth: AuthUnderTest) {
    const { database, book } = auth;
    this.companies = new Companies(database);
    this.partnerUsers = new PartnerUsersInCompany(database);
    this.matrix = new GrantMatrix(database, { nudge: () => void (this.nudges += 1) });
    this.groups = new RestrictionGroups(database, book);
    this.xmlSettings = new XmlSettingsBook(database, book);
  }

  static async start(): Promise<ServiceManagementUnderTest> {
    return new ServiceManagementUnderTest(await AuthUnderTest.start());
  }

  /** A main user saves a rule of their environment. */
  saveWithin(within: string, rule: string, id: string, body: object, ifMark?: string): Promise<string> {
    return this.auth.book.save(
      saveRule.ask.parse({ ...ASKED, within, change: { rule, id, body }, ...(ifMark !== undefined && { ifMark }) }),
    );
  }

  /** An environment with a company and a partner user for all environments that has these upper rights. */
  async furnish(...rights: readonly string[]): Promise<Scene> {
    const environmentId = await this.auth.environment();
    const companyId = await this.auth.company(environmentId);
    const partnerUserId = await this.auth.partnerUser();
    await this.auth.save('upper-rights', partnerUserId, { rights: rightsOf(...rights) });
    return { environmentId, companyId, partnerUserId };
  }

  /** As if the partner user had last signed in from there. */
  async signedInFrom(partnerUserId: string, address: string): Promise<void> {
    await this.auth.database.rows(
      'insert into auth.known_address (partner_user_id, address, last_used_at) values ($1, $2, clock_timestamp())',
      [partnerUserId, address],
    );
  }
}

export interface Scene {
  readonly environmentId: string;
  readonly companyId: string;
  readonly partnerUserId: string;
}

/** Rights by their short names: `palkat.import`. */
export const rightsOf = (...names: readonly string[]): { stream: StreamName; direction: Direction }[] =>
  names.map((name) => {
    const [stream, direction] = name.split('.');
    return { stream: stream as StreamName, direction: direction as Direction };
  });

/** Kind, code and details of a refusal. */
export async function refusal(asking: Promise<unknown>): Promise<{ kind: string; code: string; details: object }> {
  const error: unknown = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('it was not refused', { cause: error });
  const { kind, code, details } = error;
  return { kind, code, details };
}

export const absent = randomUUID();

import { randomUUID } from 'node:crypto';
import { type DemoCompany, IMPORT_RIGHTS, onboardCompany, type XML_SETTINGS } from '../scripts/demo/company.ts';
import type { ApiClient } from '../scripts/local/api-client.ts';

type Rights = typeof IMPORT_RIGHTS;

/** A token lives ten minutes; a new one is fetched well before. */
const TOKEN_USED_FOR = 7 * 60_000;

/** A partner's machine that stays signed in. */
export class Partner {
  readonly id = randomUUID();
  private readonly userName = `bench-${this.id.slice(0, 8)}`;
  private readonly password = randomUUID();
  private readonly operator: ApiClient;
  private session: { readonly client: ApiClient; readonly since: number } | undefined;

  private constructor(operator: ApiClient) {
    this.operator = operator;
  }

  /** Created by the operator, with these upper rights, and signed in. */
  static async create(operator: ApiClient, rights: Rights = IMPORT_RIGHTS): Promise<Partner> {
    const partner = new Partner(operator);
    const { id, userName, password } = partner;
    await operator.saveRule('partner-user', id, { userName, company: 'Kuormittaja Oy', password });
    await operator.saveRule('upper-rights', id, { rights });
    await partner.renew();
    return partner;
  }

  /** Signed in for some minutes to come. */
  get client(): ApiClient {
    if (this.session === undefined) throw new Error(`${this.userName} is not signed in`);
    if (performance.now() - this.session.since > TOKEN_USED_FOR) void this.renew();
    return this.session.client;
  }

  private async renew(): Promise<void> {
    // Noted first: the old token is still good for the requests that come while this one is under way.
    if (this.session) this.session = { ...this.session, since: performance.now() };
    const client = await this.operator.signIn(this.userName, this.password);
    this.session = { client, since: performance.now() };
  }
}

/** A client company and the partner that has rights there. */
export interface BenchCompany extends DemoCompany {
  readonly environmentId: string;
  readonly partner: Partner;
}

/** What its companies have, where it is not what most of them have: imports of both registers, no options. */
export interface Furnishing {
  readonly rights?: Rights;
  readonly settings?: Partial<typeof XML_SETTINGS>;
}

/** Companies of a firm that are put in place at the same time. */
const AT_ONCE = 8;

/** The firm, its partner and its companies, put in place through the gateway. */
export async function onboardFirm(
  operator: ApiClient,
  companies: number,
  { rights = IMPORT_RIGHTS, settings = {} }: Furnishing = {},
): Promise<BenchCompany[]> {
  const environmentId = randomUUID();
  await operator.saveRule('environment', environmentId, { name: `Tilitoimisto ${environmentId.slice(0, 8)}` });
  const partner = await Partner.create(operator, rights);
  const onboarded: BenchCompany[] = [];
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < companies) {
      begun += 1;
      const company = await onboardCompany(operator, `Asiakas ${begun} Oy`, settings, environmentId);
      await operator.saveRule('grants', company.id, { partnerUserId: partner.id, rights });
      onboarded.push({ ...company, environmentId, partner });
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, companies) }, worker));
  return onboarded;
}

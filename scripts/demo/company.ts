import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../local/api-client.ts';

/** The firm of the demonstration; the same on every run, so that a second start finds it. */
export const ENVIRONMENT = '0190a7c0-0000-7000-8000-000000000001';

export interface DemoCompany {
  readonly id: string;
  readonly number: string;
}

export interface DemoPartner {
  readonly id: string;
  readonly userName: string;
  readonly client: ApiClient;
}

export type Right = { readonly stream: string; readonly direction: 'import' | 'export' };
export const IMPORT_RIGHTS: readonly Right[] = [
  { stream: 'tuoterekisteri', direction: 'import' },
  { stream: 'yritysrekisteri', direction: 'import' },
];

export const XML_SETTINGS = {
  companyRegister: 'update-all',
  productRegister: 'update-all',
  salesOrders: { mode: 'add-only' },
  payroll: { dimensions: 'data-then-employee' },
};

/** A new client company of the firm, with its XML settings saved. */
export async function onboardCompany(
  operator: ApiClient,
  name: string,
  settings: Partial<typeof XML_SETTINGS> = {},
  environmentId = ENVIRONMENT,
): Promise<DemoCompany> {
  const company = { id: randomUUID(), number: String(100_000_000 + Math.floor(Math.random() * 899_999_999)) };
  await operator.saveRule('company', company.id, { environmentId, name, fivaldiNumber: company.number });
  await operator.saveRule('xml-settings', company.id, { ...XML_SETTINGS, ...settings });
  return company;
}

/** A new partner user, signed in, with the operator's upper rights; for both registers, unless told. */
export async function addPartner(
  operator: ApiClient,
  company: string,
  rights: readonly Right[] = IMPORT_RIGHTS,
): Promise<DemoPartner> {
  const id = randomUUID();
  const userName = `demo-${id.slice(0, 8)}`;
  const password = `${randomUUID()}`;
  await operator.saveRule('partner-user', id, { userName, company, password });
  await operator.saveRule('upper-rights', id, { rights });
  return { id, userName, client: await operator.signIn(userName, password) };
}

/** The main user's grant: `lisäys` on these streams of this company. */
export async function grant(
  operator: ApiClient,
  partner: DemoPartner,
  company: DemoCompany,
  rights: readonly Right[] = IMPORT_RIGHTS,
): Promise<void> {
  await operator.saveRule('grants', company.id, { partnerUserId: partner.id, rights });
}

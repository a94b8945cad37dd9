import { randomBytes } from 'node:crypto';
import { SandboxControl } from './sandbox-control.ts';
import type { SandboxProcess } from './sandbox-process.ts';

/** What Severa asks of whoever reads and writes all that a link moves. */
const SCOPES = [
  'customers',
  'projects',
  'settings',
  'invoices',
  'files',
  'hours',
  'travels',
  'fees',
  'users',
  'activities',
].flatMap((name) => [`${name}:read`, `${name}:write`]);

/** One company in both systems, with what opens them. */
export interface LinkedCompany {
  readonly organisationId: string;
  readonly netvisor: { readonly customerId: string; readonly customerKey: string };
  readonly severa: { readonly clientId: string; readonly clientSecret: string; readonly key: string };
}

/** What stands in for Severa and Netvisor beside an installation, and what a test may do there. */
export class LocalLinkedSystems {
  readonly netvisor: SandboxControl;
  readonly severa: SandboxControl;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(
    { netvisor, severa }: Required<Pick<SandboxProcess, 'netvisor' | 'severa'>>,
    partner: { readonly id: string; readonly key: string },
  ) {
    this.netvisor = new SandboxControl(netvisor.controlUrl);
    this.severa = new SandboxControl(severa.controlUrl);
    this.#environment = {
      NETVISOR_PRODUCTION_URL: netvisor.url,
      NETVISOR_TRAINING_URL: netvisor.url,
      NETVISOR_PARTNER_ID: partner.id,
      NETVISOR_PARTNER_KEY: partner.key,
      SEVERA_URL: severa.url,
      SEVERA_SOAP_URL: severa.soapUrl,
    };
  }

  /** What the Severa connector is told, so that its links lead here. */
  get environment(): Readonly<Record<string, string>> {
    return this.#environment;
  }

  /** Makes the company in both systems. */
  async addCompany(name: string, organisationId: string): Promise<LinkedCompany> {
    const random = () => randomBytes(16).toString('hex');
    const company: LinkedCompany = {
      organisationId,
      netvisor: { customerId: `TV_${random().slice(0, 12)}`, customerKey: random() },
      severa: { clientId: `tv_${random().slice(0, 12)}`, clientSecret: random(), key: random() },
    };
    await this.netvisor.tell('POST', 'companies', { organisationId, ...company.netvisor });
    await this.severa.tell('POST', 'organisations', { name, scopes: SCOPES, ...company.severa });
    return company;
  }
}

import { randomUUID } from 'node:crypto';

import { expect } from '@jest/globals';

import { addPartner, type DemoCompany, type DemoPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import { CompanyLink, LINK_RIGHTS, PHASES } from '../../scripts/demo/company-link.ts';
import { LinkedBooks } from '../../scripts/demo/linked-books.ts';
import type { ApiClient } from '../../scripts/local/api-client.ts';
import type { LocalLinkedSystems } from '../../scripts/local/local-linked-systems.ts';
import { install, type Installed } from './installed.ts';
import { personAtWork } from './signed-in.ts';

export const READY = 'Valmis lähetettäväksi Netvisoriin';
export const SENT = 'Lasku lähetetty Netvisoriin';
export const PAID = 'Maksettu';

/** A company with its link, and what it has in both systems. */
export interface Linked {
  readonly company: DemoCompany;
  readonly link: CompanyLink;
  readonly books: LinkedBooks;
}

export type SettingsOf = (books: LinkedBooks) => Readonly<Record<string, unknown>>;

const STANDS = {
  customers: 'to-netvisor',
  products: 'to-netvisor',
  dimensions: { projects: null, businessUnits: null },
};

/** What moves invoices, from the status that is ready to the one that is sent. */
export const invoicesMove =
  (mode: 'on-demand' | 'automatic', more: object = {}): SettingsOf =>
  (books) => ({ salesInvoices: { mode, readyStatus: books.status(READY), sentStatus: books.status(SENT), ...more } });

/** An accounting firm of one spec file: an installation with both sandboxes, and a partner user that links act as. */
export class LinkGround {
  readonly installed: Installed;
  readonly environment: string;
  readonly systems: LocalLinkedSystems;
  readonly partner: DemoPartner;
  readonly mainUser: ApiClient;

  private constructor(installed: Installed, environment: string, partner: DemoPartner, mainUser: ApiClient) {
    if (!installed.linked) throw new Error('There are no sandboxes of Severa and Netvisor');
    this.installed = installed;
    this.environment = environment;
    this.systems = installed.linked;
    this.partner = partner;
    this.mainUser = mainUser;
  }

  static async open(): Promise<LinkGround> {
    const installed = await install({ withLinkedSystems: true });
    const environment = randomUUID();
    const { operator } = installed;
    await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    const partner = await addPartner(operator, 'Severa-siirto', LINK_RIGHTS);
    const { client } = await personAtWork(operator, [
      { role: 'main-user', environmentId: environment, companyId: null },
    ]);
    return new LinkGround(installed, environment, partner, client);
  }

  /** Somebody with these roles in the whole environment. */
  async person(...roles: readonly string[]): Promise<ApiClient> {
    const held = roles.map((role) => ({ role, environmentId: this.environment, companyId: null }));
    return (await personAtWork(this.installed.operator, held)).client;
  }

  /** A company that is in both systems, and is not linked yet. */
  async unlinked(): Promise<Linked> {
    const { operator } = this.installed;
    const company = await onboardCompany(operator, 'Yritys', {}, this.environment);
    await grant(operator, this.partner, company, LINK_RIGHTS);
    const books = await LinkedBooks.open(this.systems, 'Yritys');
    return { company, books, link: new CompanyLink(this.mainUser, this.environment, company.id) };
  }

  /** Changes what moves. */
  async set({ link, books }: Linked, settings: Readonly<Record<string, unknown>>): Promise<void> {
    const { organisationId } = books.company;
    await link.save({ partnerUserId: this.partner.id, organisationId, settings });
  }

  /** A company whose link is made, with good credentials; nothing moves yet. */
  async prepared(settingsOf: SettingsOf = () => ({})): Promise<Linked> {
    const linked = await this.unlinked();
    await this.set(linked, { ...STANDS, ...settingsOf(linked.books) });
    const checks = await linked.link.giveAll(linked.books.company);
    expect(checks).toMatchObject({ severa: { light: 'green' }, netvisor: { light: 'green' } });
    return linked;
  }

  /** *Aloita käyttö*. */
  async start(linked: Linked): Promise<void> {
    await linked.link.acknowledge(...PHASES);
    await linked.link.turn('start');
  }

  /** No two calls of one company were ever under way together in Netvisor. */
  async overlaps(): Promise<number> {
    const companies = await this.systems.netvisor.tell<readonly { overlaps: number }[]>('GET', 'companies');
    return companies.reduce((sum, { overlaps }) => sum + overlaps, 0);
  }

  close(): Promise<void> {
    return this.installed.stop();
  }
}

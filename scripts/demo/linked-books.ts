import type { LinkedCompany, LocalLinkedSystems } from '../local/local-linked-systems.ts';

type Given = Readonly<Record<string, unknown>>;
/** A record of Severa's, as the sandbox has it. */
export type SeveraRecord = Given & { readonly guid: string };

/** A line of Netvisor's journal: a call that wrote, or one that came while another was under way. */
export interface NetvisorWrite {
  readonly organisation: string;
  readonly resource: string;
  readonly method: string;
  readonly reference: string | null;
  readonly applied: boolean;
  readonly overlap: boolean;
  readonly refused: string | null;
}

/** A line of Severa's journal: a call that changed something. */
export interface SeveraWrite {
  readonly clientId: string;
  readonly method: string;
  readonly path: string;
  readonly times: number;
}

export interface NetvisorInvoice {
  readonly key: number;
  readonly number: string;
  readonly status: string;
  readonly sum: string;
  readonly openSum: string;
  readonly lines: readonly Given[];
  readonly attachments: readonly { readonly fileName: string; readonly bytes: number }[];
}

export interface NetvisorState {
  readonly overlaps: number;
  readonly customers: readonly { readonly key: number; readonly fields: Readonly<Record<string, string>> }[];
  readonly products: readonly { readonly key: number; readonly fields: Readonly<Record<string, string>> }[];
  readonly dimensions: readonly { readonly name: string; readonly items: readonly { readonly name: string }[] }[];
  readonly salesInvoices: readonly NetvisorInvoice[];
  readonly workdays: readonly Given[];
  readonly tripExpenses: readonly Given[];
}

/** What one company has in the sandboxes of both systems: put there, read and changed past every interface. */
export class LinkedBooks {
  readonly company: LinkedCompany;
  /** Guids of Severa's invoice statuses, by their names. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly #systems: LocalLinkedSystems;

  private constructor(systems: LocalLinkedSystems, company: LinkedCompany, statuses: Readonly<Record<string, string>>) {
    this.#systems = systems;
    this.company = company;
    this.statuses = statuses;
  }

  /** A company that is new in both systems, with a business id of its own. */
  static async open(systems: LocalLinkedSystems, name: string): Promise<LinkedBooks> {
    const company = await systems.addCompany(name, businessId());
    const { invoiceStatuses } = await systems.severa.tell<{ invoiceStatuses: Record<string, string> }>(
      'GET',
      `organisations/${company.severa.clientId}`,
    );
    return new LinkedBooks(systems, company, invoiceStatuses);
  }

  status(name: string): string {
    const guid = this.statuses[name];
    if (guid === undefined) throw new Error(`Severa's sandbox has no invoice status ${name}`);
    return guid;
  }

  /** Makes records in Severa. */
  async inSevera(register: string, ...records: readonly Given[]): Promise<readonly SeveraRecord[]> {
    return this.#severa('POST', register, records);
  }

  async changeInSevera(register: string, guid: string, fields: Given): Promise<void> {
    await this.#severa('PATCH', `${register}/${guid}`, fields);
  }

  async removeFromSevera(register: string, guid: string): Promise<void> {
    await this.#severa('DELETE', `${register}/${guid}`);
  }

  async ofSevera(register: string): Promise<readonly SeveraRecord[]> {
    return this.#severa('GET', register);
  }

  /** Makes records in Netvisor; answers with their keys. */
  async inNetvisor(register: string, ...records: readonly Given[]): Promise<readonly number[]> {
    return (await this.#netvisor<{ keys: number[] }>('POST', register, records)).keys;
  }

  async removeFromNetvisor(register: 'customers' | 'products', key: number): Promise<void> {
    await this.#netvisor('DELETE', `${register}/${key}`);
  }

  /** All that Netvisor has of the company. */
  async ofNetvisor(): Promise<NetvisorState> {
    return this.#netvisor('GET', 'state');
  }

  /** The last day that is locked in Netvisor. */
  async lockNetvisor(date: string | null): Promise<void> {
    await this.#netvisor('PUT', 'period-lock', { date });
  }

  /** Every call that wrote so far, of both systems. */
  async writes(): Promise<{ readonly netvisor: readonly NetvisorWrite[]; readonly severa: readonly SeveraWrite[] }> {
    const { netvisor, severa } = this.#systems;
    const [there, here] = await Promise.all([
      netvisor.tell<readonly NetvisorWrite[]>('GET', 'journal'),
      severa.tell<readonly SeveraWrite[]>('GET', 'journal'),
    ]);
    return {
      netvisor: there.filter(({ organisation }) => organisation === this.company.organisationId),
      severa: here.filter(({ clientId }) => clientId === this.company.severa.clientId),
    };
  }

  #severa<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#systems.severa.tell(method, `organisations/${this.company.severa.clientId}/${path}`, body);
  }

  #netvisor<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#systems.netvisor.tell(method, `companies/${this.company.organisationId}/${path}`, body);
  }
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2];

/** A Finnish business id [Y-tunnus] whose check digit holds. */
function businessId(): string {
  const digits = String(1_000_000 + Math.floor(Math.random() * 8_999_999));
  const rest = [...digits].reduce((sum, digit, at) => sum + Number(digit) * (WEIGHTS[at] ?? 0), 0) % 11;
  return rest === 1 ? businessId() : `${digits}-${rest === 0 ? 0 : 11 - rest}`;
}

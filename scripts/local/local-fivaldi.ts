import { randomUUID } from 'node:crypto';
import type { JournalEntry } from '../../apps/sandbox/src/journal.ts';
import { SandboxControl } from './sandbox-control.ts';
import type { Served } from './sandbox-process.ts';

/** What stands in for Fivaldi beside an installation, and what a test may do there. */
export class LocalFivaldi extends SandboxControl {
  readonly partner: { readonly id: string; readonly secret: string };
  readonly #url: string;

  constructor({ url, controlUrl }: Served, partner: LocalFivaldi['partner']) {
    super(controlUrl);
    this.#url = url;
    this.partner = partner;
  }

  /** What the connector is told, so that it delivers here. */
  get environment(): Readonly<Record<string, string>> {
    const { id, secret } = this.partner;
    return { FIVALDI_URL: this.#url, FIVALDI_PARTNER_ID: id, FIVALDI_PARTNER_SECRET: secret };
  }

  /** Makes a company there; answers with its cuid. */
  async addCompany(): Promise<string> {
    const cuid = randomUUID().replaceAll('-', '');
    await this.tell('POST', 'companies', [{ cuid }]);
    return cuid;
  }

  /** Every call for this company so far, in their order. */
  async calls(cuid: string): Promise<readonly JournalEntry[]> {
    const journal = await this.tell<readonly JournalEntry[]>('GET', 'journal');
    return journal.filter((entry) => entry.cuid === cuid);
  }
}

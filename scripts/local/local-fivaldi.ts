import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { JournalEntry } from '../../apps/sandbox/src/journal.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

const PARTNER = 'ws-tietovirta';

/** A sandbox of Fivaldi's in a process of its own, with the partner that this installation is there. */
export async function startLocalFivaldi(checkout: string, root: string, secret: string): Promise<LocalFivaldi> {
  const partner = { id: PARTNER, secret };
  const process = await startSandboxProcess({ checkout, journalFile: join(root, 'fivaldi-journal.jsonl'), partner });
  return new LocalFivaldi(process, partner);
}

/** What stands in for Fivaldi beside an installation, and what a test may do there. */
export class LocalFivaldi {
  readonly partner: { readonly id: string; readonly secret: string };
  readonly #process: SandboxProcess;

  constructor(process: SandboxProcess, partner: LocalFivaldi['partner']) {
    this.#process = process;
    this.partner = partner;
  }

  /** What the connector is told, so that it delivers here. */
  get environment(): Readonly<Record<string, string>> {
    const { id, secret } = this.partner;
    return { FIVALDI_URL: this.#process.url, FIVALDI_PARTNER_ID: id, FIVALDI_PARTNER_SECRET: secret };
  }

  /** Makes a company there; answers with its cuid. */
  async addCompany(): Promise<string> {
    const cuid = randomUUID().replaceAll('-', '');
    await this.tell('POST', 'companies', [{ cuid }]);
    return cuid;
  }

  /** Every call for this company so far, in their order. */
  async calls(cuid: string): Promise<readonly JournalEntry[]> {
    const journal = (await this.tell('GET', 'journal')) as readonly JournalEntry[];
    return journal.filter((entry) => entry.cuid === cuid);
  }

  /** A control route of the sandbox, as `docs/reference/sandbox.md` has them. */
  async tell(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#process.controlUrl}/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The sandbox did not ${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#process.ended;
  }
}

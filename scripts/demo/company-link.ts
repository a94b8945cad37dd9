import { randomUUID } from 'node:crypto';
import { until } from '../../libs/testing/src/until.ts';
import type { Answer, ApiClient } from '../local/api-client.ts';
import type { LinkedCompany } from '../local/local-linked-systems.ts';
import type { Right } from './company.ts';

/** Every stream that moves over a link, in each direction that there is. */
export const LINK_RIGHTS: readonly Right[] = [
  ...['asiakasrekisteri', 'tuoterekisteri', 'laskentakohteet', 'myyntilaskut', 'matkalaskut', 'tyomerkinnat'].map(
    (name): Right => ({ stream: `severa-${name}`, direction: 'import' }),
  ),
  ...['asiakasrekisteri', 'tuoterekisteri', 'ostolaskurivit', 'maksutiedot'].map((name): Right => ({
    stream: `severa-${name}`,
    direction: 'export',
  })),
];

export const PHASES = [
  'prepare-in-severa',
  'netvisor-credentials',
  'customers',
  'products',
  'dimensions',
  'transfer-history',
] as const;
export type Phase = (typeof PHASES)[number];

/** Why something does not move, as people are told. */
export interface Explained {
  readonly code: string;
  readonly owner: string;
  readonly what: string;
  readonly remedy: string;
}

export interface ShownCheck {
  readonly light: 'green' | 'yellow' | 'none';
  readonly parts: readonly {
    readonly credential: string;
    readonly light: string;
    readonly cause: Explained | null;
    readonly message: string | null;
  }[];
}
export type ShownChecks = Readonly<Record<'severa' | 'netvisor', ShownCheck>>;

export interface ShownLink {
  readonly state: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly paused: Explained | null;
  readonly credentials: readonly { readonly system: string; readonly identity: string | null }[];
  readonly checks: ShownChecks;
  readonly phases: readonly {
    readonly phase: Phase;
    readonly title: string;
    readonly light: string;
    readonly acknowledged: { readonly by: string } | null;
  }[];
  readonly start: { readonly allowed: boolean; readonly objections: readonly { code: string; what: string }[] };
  readonly flows: readonly {
    readonly flow: string;
    readonly mode: string;
    readonly records: Readonly<Record<string, number>>;
  }[];
}

export interface ShownRun {
  readonly runId: string;
  readonly flow: string;
  readonly trigger: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly cause: Explained | null;
  readonly reasons: readonly string[];
  readonly opensAt: string | null;
  readonly endedAt: string | null;
}

export interface ShownRecord {
  readonly key: string;
  readonly number: string | null;
  readonly name: string | null;
  readonly netvisorKey: string | null;
  readonly severaKey: string | null;
  readonly objections: readonly (Explained & { readonly field: string | null; readonly message: string | null })[];
  readonly preview: Readonly<Record<string, unknown>> | null;
}

export interface HistoryRow {
  readonly companyId: string;
  readonly runId: string | null;
  readonly flow: string;
  readonly key: string;
  readonly number: string | null;
  readonly name: string | null;
  readonly operation: string;
  readonly result: string;
  readonly cause: Explained | null;
  readonly message: string | null;
  readonly severaKey: string | null;
  readonly netvisorKey: string | null;
  readonly by: string;
}

export interface ShownComparison {
  readonly state: string;
  readonly report: {
    readonly counts: Readonly<Record<string, number>>;
    readonly samples: Readonly<Record<string, readonly { number: string | null; name: string; cause?: string }[]>>;
  };
  readonly causes: readonly Explained[];
}

/** A person at work on a company's link, over the gateway. */
export class CompanyLink {
  readonly client: ApiClient;
  readonly environmentId: string;
  readonly companyId: string;

  constructor(client: ApiClient, environmentId: string, companyId: string) {
    this.client = client;
    this.environmentId = environmentId;
    this.companyId = companyId;
  }

  /** The same link in another person's hands. */
  by(client: ApiClient): CompanyLink {
    return new CompanyLink(client, this.environmentId, this.companyId);
  }

  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    const at = `/v1/environments/${this.environmentId}/companies/${this.companyId}/link${path}`;
    return this.client.call<Body>(method, at, {
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async show(language = 'fi'): Promise<ShownLink> {
    return this.#good(await this.call<ShownLink>('GET', '', undefined, { 'accept-language': language }));
  }

  /** Makes the link, or changes it as it was read at that moment. */
  async save(link: {
    readonly partnerUserId: string;
    readonly organisationId: string;
    readonly settings: object;
  }): Promise<void> {
    const etag = (await this.call('GET', '')).headers.get('etag');
    this.#good(await this.call('PUT', '', link, etag === null ? { 'if-none-match': '*' } : { 'if-match': etag }));
  }

  async give(credentials: object, language = 'fi'): Promise<ShownChecks> {
    const headers = { 'accept-language': language };
    return this.#good(await this.call<{ checks: ShownChecks }>('POST', '/credentials', credentials, headers)).checks;
  }

  /** All that the company has in both systems; answers with the last test. */
  async giveAll({ severa: { key, ...client }, netvisor }: LinkedCompany): Promise<ShownChecks> {
    await this.give({ system: 'severa', ...client });
    await this.give({ system: 'severa-key', key });
    return this.give({ system: 'netvisor', ...netvisor });
  }

  async acknowledge(...phases: readonly Phase[]): Promise<void> {
    for (const phase of phases) this.#good(await this.call('PUT', `/phases/${phase}/acknowledgement`));
  }

  /** *Aloita käyttö*, or its opposite. */
  async turn(as: 'start' | 'stop'): Promise<void> {
    this.#good(await this.call('POST', `/${as}`));
  }

  /** The comparison report, once it is there. */
  async compare(flow: string): Promise<ShownComparison> {
    this.#good(await this.call('POST', `/comparisons/${flow}`));
    return until(
      async () => {
        const { body } = await this.call<ShownComparison>('GET', `/comparisons/${flow}`, undefined, {
          'accept-language': 'fi',
        });
        return body.state !== 'due' && body;
      },
      { within: 30_000, what: `a comparison of ${flow}` },
    );
  }

  /** Asks for a run, and gives its id. */
  async ask(flow: string, records: string | readonly string[] = 'changed'): Promise<string> {
    const headers = { 'idempotency-key': randomUUID() };
    return this.#good(await this.call<{ runId: string }>('POST', '/runs', { flow, records }, headers)).runId;
  }

  /** The run that was asked for, once it has ended. */
  async run(flow: string, records: string | readonly string[] = 'changed', within = 30_000): Promise<ShownRun> {
    const id = await this.ask(flow, records);
    const isOver = ({ runId, endedAt }: ShownRun): boolean => runId === id && endedAt !== null;
    return until(async () => (await this.runs(flow)).find(isOver), { within, what: `a run of ${flow} to end` });
  }

  /** The flow's last run, once none is open: a link that was just started runs by itself. */
  async settled(flow: string, within = 30_000): Promise<ShownRun> {
    return until(
      async () => {
        const [last] = await this.runs(flow);
        return last !== undefined && last.endedAt !== null && last;
      },
      { within, what: `every run of ${flow} to end` },
    );
  }

  /** Newest first. */
  async runs(flow: string): Promise<readonly ShownRun[]> {
    return this.#good(await this.call<{ runs: ShownRun[] }>('GET', `/runs?flow=${flow}`)).runs;
  }

  async records(flow: string, state: string, language = 'fi'): Promise<readonly ShownRecord[]> {
    const path = `/flows/${flow}/records?state=${state}&limit=200`;
    const headers = { 'accept-language': language };
    return this.#good(await this.call<{ records: ShownRecord[] }>('GET', path, undefined, headers)).records;
  }

  /** Newest first. */
  async history(query: Readonly<Record<string, string>> = {}, language = 'fi'): Promise<readonly HistoryRow[]> {
    const path = `/history?${new URLSearchParams({ limit: '200', ...query }).toString()}`;
    return this.#good(await this.call<{ rows: HistoryRow[] }>('GET', path, undefined, { 'accept-language': language }))
      .rows;
  }

  /** Lets records go on that stand still; answers with how many. */
  async retry(which: object, as: 'again' | 'done' = 'again'): Promise<number> {
    return this.#good(await this.call<{ records: number }>('POST', '/retries', { as, which })).records;
  }

  #good<Body>({ status, body }: Answer<Body>): Body {
    if (status >= 300) throw new Error(`The link answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }
}

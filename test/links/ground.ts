import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';

import pg from 'pg';

import { LedgerBook } from '../../apps/severa-connector/src/engine/ledger-book.ts';
import { Mover } from '../../apps/severa-connector/src/engine/mover.ts';
import { RequestBudget } from '../../apps/severa-connector/src/engine/request-budget.ts';
import { Turns } from '../../apps/severa-connector/src/engine/turns.ts';
import type { EngineParts } from '../../apps/severa-connector/src/engine/work.ts';
import { FLOWS } from '../../apps/severa-connector/src/flows/index.ts';
import { type NetvisorSandbox, startNetvisorSandbox } from '../../apps/sandbox/src/netvisor/netvisor-sandbox.ts';
import { type SeveraSandbox, startSeveraSandbox } from '../../apps/sandbox/src/severa/severa-sandbox.ts';
import { type AccessAnswer, linkSettingsBody } from '../../libs/contracts/src/index.ts';
import { createLog } from '../../libs/service/src/index.ts';
import { Database } from '../../libs/store/src/index.ts';
import { createTestDatabase, type TestDatabase, until } from '../../libs/testing/src/index.ts';
import { DEFAULT_LIMITS, NetvisorClient, SeveraClient } from '../../libs/upstream/src/index.ts';
import { SandboxControl } from '../../scripts/local/sandbox-control.ts';
import { credentialsOf, IMPATIENT, PARTNER } from './installation.ts';
import type { Said, Told } from './worker.ts';

export const CHECKOUT = join(import.meta.dirname, '..', '..');

/** Long enough for a machine that is busy, short enough for an answer that never comes. */
const LIMITS = { ...DEFAULT_LIMITS, headers: 1_500, body: 1_500 };

export interface Company {
  readonly environmentId: string;
  readonly companyId: string;
  readonly partnerUserId: string;
  /** Its name in Netvisor's sandbox. */
  readonly netvisor: string;
  /** The same in Severa's. */
  readonly severa: string;
  /** Guids of Severa's statuses of invoices, by name. */
  readonly statuses: Readonly<Record<string, string>>;
}

/** What the engine is made of, around the requests to the two systems. */
export type Around = (clients: EngineParts['clients']) => EngineParts['clients'];

/** One process's worth of the engine: its own connections to the database and to both systems. */
export interface Engine {
  /** Uses the turns that can be had; whether there were any. */
  turn(): Promise<boolean>;
}

/** A database, both sandboxes and as many engines as a test wants, all on this machine. */
export class LinkGround {
  readonly netvisor: SandboxControl;
  readonly severa: SandboxControl;
  #closing: (() => Promise<void> | void)[] = [];
  /** What the rules say; by default all is allowed. */
  permission: (answer: AccessAnswer) => AccessAnswer = (answer) => answer;

  private constructor(
    readonly owner: pg.Client,
    private readonly test: TestDatabase,
    private readonly sandboxes: { readonly netvisor: NetvisorSandbox; readonly severa: SeveraSandbox },
  ) {
    this.netvisor = new SandboxControl(sandboxes.netvisor.controlUrl);
    this.severa = new SandboxControl(sandboxes.severa.controlUrl);
  }

  static async open(): Promise<LinkGround> {
    const [netvisor, severa, test] = await Promise.all([
      startNetvisorSandbox({ partner: PARTNER }),
      startSeveraSandbox(),
      createTestDatabase(),
    ]);
    const owner = new pg.Client({ connectionString: test.url });
    await owner.connect();
    return new LinkGround(owner, test, { netvisor, severa });
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
    await this.owner.end();
    await this.test.drop();
    await this.sandboxes.netvisor.close();
    await this.sandboxes.severa.close();
  }

  /** As at the start, for companies to come. */
  async clear(): Promise<void> {
    this.permission = (answer) => answer;
    await this.netvisor.tell('DELETE', 'faults');
    await this.severa.tell('DELETE', 'faults');
    await this.netvisor.tell('PUT', 'latency', { ms: 0 });
    await this.owner.query(
      'truncate severa.link, severa.run, severa.pair, severa.history, severa.flow_state, bus.outbox',
    );
  }

  /** A company whose link is in use, and due. `settings` is told the guids of Severa's statuses. */
  async company(settings: object | ((statuses: Company['statuses']) => object)): Promise<Company> {
    const ids = { environmentId: randomUUID(), companyId: randomUUID(), partnerUserId: randomUUID() };
    const { severa, netvisor } = credentialsOf(ids.companyId);
    const { organisationId, customerId, customerKey } = netvisor;
    await this.netvisor.tell('POST', 'companies', { organisationId, customerId, customerKey });
    const { clientId, clientSecret, scopes } = severa;
    const made = { clientId, clientSecret, scopes, name: 'Esimerkki Oy' };
    const { guid, invoiceStatuses: statuses } = await this.severa.tell<{
      guid: string;
      invoiceStatuses: Record<string, string>;
    }>('POST', 'organisations', made);
    const body = linkSettingsBody.parse(typeof settings === 'function' ? settings(statuses) : settings);
    await this.owner.query(
      `insert into tietovirta.rules_version (subject, version) select unnest($1::uuid[]), 1 on conflict do nothing`,
      [Object.values(ids)],
    );
    await this.owner.query(
      `insert into severa.link (environment_id, company_id, partner_user_id, organisation_id, netvisor_host, language,
                                state, settings, changed_by, due_at, check_at)
       values ($1, $2, $3, $4, 'training', 'FI', 'active', $5, 'spec', now(), now() + interval '1 day')`,
      [...Object.values(ids), organisationId, body],
    );
    return { ...ids, netvisor: organisationId, severa: guid, statuses };
  }

  /** Records of one register, made in Severa; answers with them. */
  async inSevera(company: Company, register: string, records: readonly object[]): Promise<readonly { guid: string }[]> {
    const made: { guid: string }[] = [];
    for (let from = 0; from < records.length; from += 1_000) {
      const some = records.slice(from, from + 1_000);
      made.push(
        ...(await this.severa.tell<{ guid: string }[]>('POST', `organisations/${company.severa}/${register}`, some)),
      );
    }
    return made;
  }

  async inNetvisor(company: Company, register: string, records: readonly object[]): Promise<void> {
    await this.netvisor.tell('POST', `companies/${company.netvisor}/${register}`, records);
  }

  /** An engine in this process. */
  async engine(around: Around = (clients) => clients): Promise<Engine> {
    const database = await Database.open({ url: this.test.as('severa-connector'), name: 'links', poolSize: 8 });
    const budget = new RequestBudget(database);
    const { url } = this.sandboxes.netvisor;
    const netvisor = new NetvisorClient({
      urls: { production: url, training: url },
      sender: 'Tietovirta',
      partnerId: PARTNER.id,
      partnerKey: PARTNER.key,
      limits: LIMITS,
    });
    const { url: severaUrl, soapUrl } = this.sandboxes.severa;
    const pace = (clientId: string): Promise<void> => budget.pace(clientId);
    const severa = new SeveraClient({ url: severaUrl, soapUrl, pace, limits: LIMITS });
    this.#closing.push(() => (netvisor.close(), severa.close(), database.close()));
    const turns = new Turns(database);
    const mover = new Mover({
      database,
      turns,
      book: new LedgerBook(database),
      flows: FLOWS,
      clients: around({ netvisor, severa }),
      credentialsOf: (_, companyId) => Promise.resolve(credentialsOf(companyId)),
      budget,
      decide: (question) => this.decide(question),
      test: () => Promise.resolve({ severa: { parts: [] }, netvisor: { parts: [] } }),
      log: createLog('spec', 'silent'),
      patience: IMPATIENT,
    });
    return {
      turn: async () => {
        const taken = await turns.take(32);
        await Promise.all(taken.map((held) => mover.use(held)));
        return taken.length > 0;
      },
    };
  }

  /** The engine as a process of its own, of the build below `checkout`, with so many links in its hands at once. */
  process(
    options: {
      readonly checkout?: string;
      readonly env?: NodeJS.ProcessEnv;
      readonly links?: number;
    } = {},
  ): ChildProcess {
    const { checkout = CHECKOUT, env = {}, links = 1 } = options;
    const { netvisor, severa } = this.sandboxes;
    const words = [this.test.as('severa-connector'), netvisor.url, severa.url, severa.soapUrl, String(links)];
    const script = join(checkout, 'test', 'links', 'worker.ts');
    const worker = fork(script, words, {
      env: { ...process.env, NODE_ENV: 'test', ...env },
      execArgv: ['--max-old-space-size=192', '--max-semi-space-size=8'],
      silent: true,
    });
    // What nobody reads would fill up, and the process with it wait.
    worker.stdout?.resume();
    worker.stderr?.resume();
    worker.on('message', (said: Said) => {
      if (!('ask' in said)) return;
      void this.decide(said.question).then((answer) => tell(worker, { to: said.ask, answer }));
    });
    return worker;
  }

  /** The same, once it works. */
  async working(...options: Parameters<LinkGround['process']>): Promise<ChildProcess> {
    const worker = this.process(...options);
    await new Promise<void>((resolve) => {
      worker.on('message', (said: Said) => 'started' in said && resolve());
    });
    return worker;
  }

  /** What a process has needed at the most, in bytes. */
  async peakBytes(worker: ChildProcess): Promise<number> {
    const answered = new Promise<number>((resolve) => {
      worker.on('message', (said: Said) => 'peakBytes' in said && resolve(said.peakBytes));
    });
    tell(worker, { ask: 'peakBytes' });
    return answered;
  }

  async decide({ partnerUserId, companyId }: Parameters<EngineParts['decide']>[0]): Promise<AccessAnswer> {
    const { rows } = await this.owner.query<{ at: Date; version: string }>(
      `select clock_timestamp() as at,
              (select string_agg(v.version::text, '.' order by v.subject) from tietovirta.rules_version v
                where v.subject in (l.environment_id, l.company_id, l.partner_user_id)) as version
         from severa.link l where company_id = $1 and partner_user_id = $2`,
      [companyId, partnerUserId],
    );
    return this.permission({
      decidedAt: (rows[0]?.at ?? new Date()).toISOString(),
      allowed: true,
      reasons: [],
      waits: false,
      opensAt: null,
      rulesVersion: rows[0]?.version ?? null,
      company: null,
    });
  }

  /** As if the time had passed that a dead worker's turn lasts. */
  async endLeases(): Promise<void> {
    await this.owner.query(
      `update severa.link set leased_until = clock_timestamp() - interval '1 second' where leased_until is not null`,
    );
  }

  /** Every flow is due at once. */
  async again(): Promise<void> {
    await this.owner.query('update severa.flow_state set due_at = now()');
    await this.owner.query('update severa.link set due_at = now()');
  }

  /** Lets engines work until nothing is due. */
  async drain(engines: readonly Engine[], within = 60_000): Promise<void> {
    await this.work(
      engines,
      until(() => this.#isQuiet(), { within, what: 'every link to come to rest' }),
    );
  }

  /** Lets engines work until something else is so. */
  async work(engines: readonly Engine[], over: Promise<unknown>): Promise<void> {
    let done = false;
    const work = async (engine: Engine): Promise<void> => {
      while (!done) if (!(await engine.turn())) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const working = engines.map(work);
    try {
      await Promise.race([Promise.all(working), over]);
    } finally {
      done = true;
      await Promise.all(working);
    }
  }

  /** Whether every link comes to rest in time. */
  async quiet(within = 30_000): Promise<boolean> {
    return until(() => this.#isQuiet(), { within, what: 'every link to come to rest' }).catch(() => false);
  }

  async #isQuiet(): Promise<boolean> {
    const { rows } = await this.owner.query(
      `select from severa.link
        where leased_until is not null or (due_at < clock_timestamp() + interval '10 seconds') limit 1`,
    );
    return rows.length === 0;
  }

  async pairs({ companyId }: Pick<Company, 'companyId'>): Promise<readonly PairRow[]> {
    const { rows } = await this.owner.query<PairRow>(
      `select flow, key, number, state, cause, message, sending from severa.pair where company_id = $1
        order by flow, number, key`,
      [companyId],
    );
    return rows;
  }
}

export interface PairRow {
  readonly flow: string;
  readonly key: string;
  readonly number: string | null;
  readonly state: string;
  readonly cause: string | null;
  readonly message: string | null;
  readonly sending: string | null;
}

const tell = (worker: ChildProcess, told: Told): void => {
  if (worker.connected) worker.send(told);
};

/** Ends a process that may have ended by itself. */
export async function killed(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGKILL');
  await ended;
}

import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { Connections } from '../../apps/fivaldi-connector/src/delivery/connections.ts';
import { Deliverer } from '../../apps/fivaldi-connector/src/delivery/deliverer.ts';
import { type Marking, markForDelivery } from '../../apps/fivaldi-connector/src/delivery/marking.ts';
import type { Patience } from '../../apps/fivaldi-connector/src/delivery/patience.ts';
import type { Permission } from '../../apps/fivaldi-connector/src/delivery/permit-delivery.ts';
import { Turns } from '../../apps/fivaldi-connector/src/delivery/turns.ts';
import { type Sandbox, startSandbox } from '../../apps/sandbox/src/sandbox.ts';
import { createLog } from '../../libs/service/src/index.ts';
import { Database } from '../../libs/store/src/index.ts';
import { createTestDatabase, type TestDatabase, until } from '../../libs/testing/src/index.ts';
import { DEFAULT_LIMITS, FivaldiClient } from '../../libs/upstream/src/index.ts';

const PARTNER = { id: 'ws-example', secret: 'test-secret-do-not-use-0000000000' };

type Send = FivaldiClient['send'];

export interface Company {
  readonly environmentId: string;
  readonly companyId: string;
  readonly cuid: string;
}

export interface DeliveryRow {
  readonly key: string;
  readonly state: string;
  readonly cause: string | null;
  readonly complaints: readonly { text: string; field?: string }[] | null;
  readonly known: { id: string | null } | null;
  readonly differences: readonly object[] | null;
}

/** A database, a sandbox of Fivaldi's and as many connectors as a test wants, all on this machine. */
export class DeliveryGround {
  #databases: Database[] = [];
  #clients: FivaldiClient[] = [];
  #clock: { ahead: number };
  permission: Permission = { as: 'allowed', stands: () => Promise.resolve(true) };
  /** So many requests in a row of which nobody knows, and a person has to look. Faults drawn by lot end with nobody. */
  givesUpAfter = Infinity;

  /** Nothing is waited for longer than it takes: what it waits for is a fact of the database or the sandbox. */
  readonly #patience: Patience = {
    dependency: 20,
    connection: 20,
    afterUnknown: (attempt) => (attempt > this.givesUpAfter ? null : 20),
  };

  private constructor(
    readonly sandbox: Sandbox,
    readonly owner: pg.Client,
    readonly connections: Connections,
    private readonly test: TestDatabase,
    clock: { ahead: number },
  ) {
    this.#clock = clock;
  }

  static async open(limit = { rate: 1_000, capacity: 2_000 }): Promise<DeliveryGround> {
    const journalFile = join(mkdtempSync(join(tmpdir(), 'delivery-')), 'journal.jsonl');
    const clock = { ahead: 0 };
    const now = () => new Date(Date.now() + clock.ahead);
    const sandbox = await startSandbox({ journalFile, partners: [{ ...PARTNER, limit }], now });
    const test = await createTestDatabase();
    const owner = new pg.Client({ connectionString: test.url });
    await owner.connect();
    const database = await Database.open({ url: test.as('fivaldi-connector'), name: 'people' });
    const connections = new Connections(database, () => undefined);
    const ground = new DeliveryGround(sandbox, owner, connections, test, clock);
    ground.#databases.push(database);
    const turns = new Turns(database, PARTNER.id);
    await turns.open();
    await owner.query('update fivaldi.request_budget set rate = $1, capacity = $2', [limit.rate, limit.capacity]);
    return ground;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await Promise.all(this.#databases.map((database) => database.close()));
    await this.owner.end();
    await this.test.drop();
    await this.sandbox.stop();
  }

  async database(): Promise<Database> {
    const database = await Database.open({ url: this.test.as('fivaldi-connector'), name: 'delivery' });
    this.#databases.push(database);
    return database;
  }

  /** One process's worth: its own connections to the database and to Fivaldi. */
  async connector(
    around: (send: Send) => Send = (send) => send,
    through: (database: Database) => Database = (database) => database,
  ): Promise<Deliverer> {
    const database = through(await this.database());
    const client = this.client();
    const permit = () => Promise.resolve(this.permission);
    const turns = new Turns(database, PARTNER.id);
    const sending = { send: around((request) => client.send(request)) };
    return new Deliverer({
      database,
      turns,
      client: sending,
      permit,
      log: createLog('spec', 'silent'),
      patience: this.#patience,
    });
  }

  /** Whoever else uses Fivaldi, with the same credentials. */
  client(): FivaldiClient {
    const client = new FivaldiClient({
      url: this.sandbox.url,
      partnerId: PARTNER.id,
      partnerSecret: PARTNER.secret,
      limits: { ...DEFAULT_LIMITS, headers: 400, body: 400, answerBytes: 1_000_000 },
    });
    this.#clients.push(client);
    return client;
  }

  /** What a process of its own needs to deliver to the same sandbox. */
  get workerArguments(): readonly string[] {
    return [this.test.as('fivaldi-connector'), this.sandbox.url, PARTNER.id, PARTNER.secret];
  }

  /** As if the time had passed that a dead worker's turn lasts. */
  async endLeases(): Promise<void> {
    await this.owner.query(
      `update fivaldi.connection set leased_until = clock_timestamp() - interval '1 second' where leased_until is not null`,
    );
  }

  /** Fivaldi tells a change by its second: what is changed there from now on is told from what was before. */
  nextSecond(): void {
    this.#clock.ahead += 1_000;
  }

  /** Makes it time for one of Fivaldi's lists. */
  async look({ companyId }: Company, list: 'product' | 'company' | 'order' | 'order:open'): Promise<void> {
    await this.owner.query(
      `update fivaldi.connection
          set pull_at = clock_timestamp(),
              asked_at = (select jsonb_object_agg(name, case name when $2 then '2000-01-01'::timestamptz else now() end)
                            from unnest('{product,company,order,order:open}'::text[]) as name)
        where company_id = $1`,
      [companyId, list],
    );
  }

  /** A company that has connected Fivaldi. */
  async company(target = 'myynninhallinta', seed: Parameters<Sandbox['addCompany']>[0] = {}): Promise<Company> {
    const employees = [{ personalInformation: { employeeId: '1001' } }];
    const { cuid } = this.sandbox.addCompany({ ...seed, payroll: { employees, payCodes: [{ payCodeId: '100' }] } });
    const company = { environmentId: randomUUID(), companyId: randomUUID(), cuid };
    await this.owner.query(
      `insert into fivaldi.connection (environment_id, company_id, cuid, target, active, changed_by)
       values ($1, $2, $3, $4, true, 'spec')`,
      [company.environmentId, company.companyId, cuid, target],
    );
    return company;
  }

  /** Writes records as an import would, and marks them for delivery in the same transaction. */
  async write(
    { environmentId, companyId }: Company,
    register: Marking['register'],
    records: readonly Readonly<Record<string, unknown>>[],
  ): Promise<number> {
    const transferId = randomUUID();
    const [first = {}] = records;
    const columns = Object.keys(first);
    const key = columns[0] ?? '';
    await this.owner.query(
      `insert into fivaldi.${register}_record (environment_id, company_id, ${columns.join(', ')}, imported, written_by)
       select $1, $2, ${columns.map((name) => `r.${name}`).join(', ')}, true, $4
         from jsonb_populate_recordset(null::fivaldi.${register}_record, $3) r
       on conflict (environment_id, company_id, ${key}) do update
         set ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}, written_by = excluded.written_by`,
      [environmentId, companyId, JSON.stringify(records), transferId],
    );
    await this.owner.query(
      `insert into transfers.item (environment_id, transfer_id, register, no, key, outcome)
       select $1, $2, $3, r.no, r.record ->> $4, 'created' from jsonb_array_elements($5) with ordinality r (record, no)`,
      [environmentId, transferId, register, key, JSON.stringify(records)],
    );
    const [database] = this.#databases;
    return database!.transaction(
      (sql) => markForDelivery(sql, { environmentId, companyId, register, written: { transferId } }),
      { scope: { tenant: environmentId } },
    );
  }

  async rows({ companyId }: Company): Promise<readonly DeliveryRow[]> {
    const { rows } = await this.owner.query<DeliveryRow>(
      'select key, state, cause, complaints, known, differences from fivaldi.delivery where company_id = $1 order by register, key',
      [companyId],
    );
    return rows;
  }

  /** Lets the connectors work until nothing is due; answers with how many requests reached the sandbox meanwhile. */
  async drain(...connectors: readonly Deliverer[]): Promise<void> {
    let done = false;
    const work = async (connector: Deliverer): Promise<void> => {
      while (!done) {
        const handed = await connector.turn();
        if (handed.as === 'turn') continue;
        await new Promise((resolve) => setTimeout(resolve, handed.as === 'wait' ? handed.milliseconds : 5));
      }
    };
    const working = connectors.map(work);
    try {
      await Promise.race([
        Promise.all(working),
        until(() => this.#isQuiet(), { within: 20_000, what: 'every delivery to end' }),
      ]);
    } finally {
      done = true;
      await Promise.all(working);
    }
  }

  /** Whether everything due has ended in time. */
  async quiet(within = 20_000): Promise<boolean> {
    return until(() => this.#isQuiet(), { within, what: 'every delivery to end' }).catch(() => false);
  }

  async #isQuiet(): Promise<boolean> {
    const { rows } = await this.owner.query(
      `select from fivaldi.delivery d join fivaldi.connection c using (environment_id, company_id)
        where d.state in ('due', 'sending', 'unknown') and c.paused is null
          and d.next_try_at < clock_timestamp() + interval '10 seconds'
       union all
       select from fivaldi.newcomer where next_try_at < clock_timestamp() + interval '10 seconds'
       union all
       select from fivaldi.connection where pull_at < clock_timestamp() limit 1`,
    );
    return rows.length === 0;
  }
}

import pg from 'pg';
import { until } from '../../libs/testing/src/until.ts';
import {
  addPartner,
  type DemoPartner,
  ENVIRONMENT,
  grant,
  onboardCompany,
  type XML_SETTINGS,
} from '../../scripts/demo/company.ts';
import { ApiClient, type ImportOptions } from '../../scripts/local/api-client.ts';
import type { Service, ServiceProcess } from '../../scripts/local/service-processes.ts';
import { type Violation, violation, violationsIn } from './checker.ts';
import { breakGround, CHECKOUT, type Ground, type Servers } from './ground.ts';
import { type Parcel, Sender, type SentParcel, type Standing } from './parcel.ts';

/** Another firm, whose rules concern nobody: a change of them has no waiting document decided anew. */
const ELSEWHERE = '0190a7c0-0000-7000-8000-0000000000ff';

/** Reached only when something is wrong, also on a busy machine. */
const PATIENCE = 60_000;

/** An installation with one partner, on which services are killed and revived while documents are under way. */
export class Stage {
  readonly ground: Ground;
  readonly operator: ApiClient;
  readonly partner: DemoPartner;
  readonly database: pg.Pool;
  /** Attempts that were not answered with 202: what the partner has noticed of the faults. */
  unanswered = 0;
  /** When the services were ready, on the clock of `performance`. */
  readonly opened = performance.now();
  #marks = 0;

  private constructor(ground: Ground, operator: ApiClient, partner: DemoPartner) {
    this.ground = ground;
    this.operator = operator;
    this.partner = partner;
    this.database = new pg.Pool({ connectionString: ground.servers.databaseUrl, max: 4 });
    // A database that is killed under an idle connection is what a test is about, and no failure of it.
    this.database.on('error', () => undefined);
  }

  /** Starts the services of the build below `checkout`. */
  static async open(servers: Servers, checkout = CHECKOUT): Promise<Stage> {
    const ground = await breakGround(servers, checkout);
    try {
      const operator = new ApiClient(ground.installation.url, ground.installation.operatorToken);
      await operator.saveRule('environment', ENVIRONMENT, { name: 'Tilitoimisto Esimerkki Oy' });
      return new Stage(ground, operator, await addPartner(operator, 'Kumppani Oy'));
    } catch (error) {
      await ground.clear();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.database.end();
    await this.ground.clear();
  }

  /** A new company that the partner may send to, with an empty register. */
  async sender(settings: Partial<typeof XML_SETTINGS> = {}): Promise<Sender> {
    const company = await onboardCompany(this.operator, 'Kahvila Koivu Oy', settings);
    await grant(this.operator, this.partner, company);
    return new Sender(company);
  }

  /** Sends the same request under the same key until it is answered with 202, as a partner's program does. */
  async send(parcel: Parcel, stands: Standing = 'succeeded', options: ImportOptions = {}): Promise<SentParcel> {
    const { company, bytes, key } = parcel;
    const attempt = () =>
      this.partner.client
        .importDocument(company.id, 'tuoterekisteri', bytes, { ...options, key })
        .catch(() => undefined);
    const transferId = await until(
      async () => {
        const answer = await attempt();
        if (answer?.status === 202) return answer.body.id;
        this.unanswered += 1;
        if (answer === undefined || answer.status >= 500) return false;
        throw new Error(`${answer.status} instead of 202: ${JSON.stringify(answer.body)}`);
      },
      { within: PATIENCE, what: 'a 202' },
    );
    return { ...parcel, transferId, stands };
  }

  /** Stops the service in good order. */
  async stop(service: Service): Promise<void> {
    const running = this.process(service);
    running.kill('SIGTERM');
    await running.ended;
  }

  /** Starts a service that has ended; with `crashAt` it kills itself when it gets there. */
  revive(service: Service, crashAt?: string): Promise<ServiceProcess> {
    return this.ground.installation.restart(service, crashAt === undefined ? {} : { CRASH_AT: crashAt });
  }

  process(service: Service): ServiceProcess {
    const process = this.ground.installation.processes.get(service);
    if (process === undefined) throw new Error(`${service} was never started`);
    return process;
  }

  /** Whether everything came to rest in time: what was sent has ended, nothing is under way, the log was written. */
  async quiet(parcels: readonly SentParcel[], within = PATIENCE): Promise<boolean> {
    const deadline = performance.now() + within;
    const left = (): number => Math.max(0, deadline - performance.now());
    try {
      await until(() => this.#atRest(parcels), { within: left(), what: 'rest' });
      const mark = await this.#leaveMark(left());
      await until(() => this.#logged(mark), { within: left(), what: 'the log' });
      return true;
    } catch {
      return false;
    }
  }

  /**
   * The connector has acted on every change of a rule up to now. It takes one change at a time, so when the mark that
   * `quiet` leaves is out of the queue, all before it are done.
   */
  async rulesKnown(): Promise<void> {
    await this.quiet([]);
    await this.ground.withBroker((hand) =>
      until(async () => (await hand.waitingChanges()) === 0, { what: 'the rules to be known' }),
    );
  }

  /** Every difference between what was sent and what is there now. */
  async violations(parcels: readonly SentParcel[]): Promise<readonly Violation[]> {
    const found = [...(await violationsIn(this.database, parcels))];
    const parked = await this.ground.withBroker((hand) => hand.parked());
    if (parked > 0) found.push(violation('message.parked', `${parked} messages are parked`));
    const { body } = await this.operator.call('GET', `/v1/audit/verification?environmentId=${ENVIRONMENT}`);
    if (body['whole'] !== true) found.push(violation('chain.broken', JSON.stringify(body)));
    return found;
  }

  async #atRest(parcels: readonly SentParcel[]): Promise<boolean> {
    const { rows } = await this.database.query<{ rest: boolean }>(
      `select (select count(*) from transfers.transfer where state in ('queued', 'running')) = 0
          and (select count(*) from transfers.transfer where id = any($1::uuid[])) = $2
          and (select count(*) from transfers.lane where ticket is not null) = 0
          and (select count(*) from bus.outbox) = 0 as rest`,
      [parcels.map(({ transferId }) => transferId), parcels.length],
    );
    return rows[0]?.rest === true;
  }

  /** A change of a rule, told to the log after everything that was told before. */
  async #leaveMark(within: number): Promise<string> {
    const name = `Tilitoimisto ${++this.#marks}`;
    const save = () =>
      this.operator.saveRule('environment', ELSEWHERE, { name }).then(
        () => true,
        () => false,
      );
    await until(save, { within, what: 'a rule to be saved' });
    return name;
  }

  async #logged(mark: string): Promise<boolean> {
    const { rows } = await this.database.query<{ logged: boolean }>(
      `select exists (select from audit.entry
                       where action = 'environment.saved' and details -> 'after' ->> 'name' = $1)
          and (select count(*) from bus.outbox) = 0 as logged`,
      [mark],
    );
    return rows[0]?.logged === true;
  }
}

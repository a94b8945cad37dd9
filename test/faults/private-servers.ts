import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../../libs/testing/src/until.ts';
import type { LocalService } from '../../scripts/local/local-service.ts';
import { startPostgres } from '../../scripts/local/postgres.ts';
import { commandOf } from '../../scripts/local/process.ts';
import { startRabbitmq } from '../../scripts/local/rabbitmq.ts';
import { CHECKOUT, type Servers } from './ground.ts';

const LOCAL = join(CHECKOUT, '.local');
const say = (): void => undefined;

/** A PostgreSQL and a RabbitMQ that nobody else uses, so that they may be killed. */
export class PrivateServers implements Servers {
  readonly databaseUrl: string;
  readonly rabbitmqUrl: string;
  readonly #folder: string;
  #database: LocalService;
  #broker: LocalService;

  private constructor(folder: string, database: LocalService, broker: LocalService) {
    this.#folder = folder;
    this.#database = database;
    this.#broker = broker;
    this.databaseUrl = database.url;
    this.rabbitmqUrl = broker.url;
  }

  static async start(): Promise<PrivateServers> {
    const folder = join(LOCAL, `faults-servers-${randomBytes(4).toString('hex')}`);
    const [database, broker] = await Promise.all([postgresIn(folder), rabbitmqIn(folder)]);
    return new PrivateServers(folder, database, broker);
  }

  /** Kills the server that has the connections of all others, and starts it again on the same data and port. */
  async crashDatabase(): Promise<void> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ file: string }>(`select pg_read_file('postmaster.pid') as file`);
    await kill(Number.parseInt(rows[0]?.file ?? '', 10));
    await client.end().catch(() => undefined);
    this.#database = await postgresIn(this.#folder, portOf(this.databaseUrl));
  }

  /** Kills the node, and starts it again on the same data and port. */
  async crashBroker(): Promise<void> {
    const state = readFileSync(join(this.#folder, 'rabbitmq', 'node.json'), 'utf8');
    await kill((JSON.parse(state) as { pid: number }).pid);
    this.#broker = await rabbitmqIn(this.#folder, portOf(this.rabbitmqUrl));
  }

  readonly clear = async (): Promise<void> => {
    await Promise.all([this.#database.stop(), this.#broker.stop()]);
    rmSync(this.#folder, { recursive: true, force: true });
  };
}

function postgresIn(folder: string, port?: number): Promise<LocalService> {
  return startPostgres({ directory: join(folder, 'postgres'), say, ...(port !== undefined && { port }) });
}

function rabbitmqIn(folder: string, port?: number): Promise<LocalService> {
  const program = join(LOCAL, 'rabbitmq-program');
  return startRabbitmq({ directory: join(folder, 'rabbitmq'), program, say, ...(port !== undefined && { port }) });
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(() => commandOf(pid) === undefined, { what: `process ${pid} to be gone` });
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

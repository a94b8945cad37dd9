import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { ApiClient } from '../scripts/local/api-client.ts';
import { databaseAt, dropDatabases, execute } from '../scripts/local/databases.ts';
import { type Installation, startInstallation } from '../scripts/local/installation.ts';
import { startLocalServices } from '../scripts/local/services.ts';

/** What a part of the benchmark stands on: servers of its own, a fresh database, the four services. */
export interface Ground {
  /** Sizes for a look at whether everything works; its figures say nothing. */
  readonly quick: boolean;
  /** For files of this run. */
  readonly directory: string;
  readonly databaseUrl: string;
  readonly rabbitmqUrl: string;
  readonly namespace: string;
  readonly installation: Installation;
  readonly operator: ApiClient;
  /** Beside the services' own connections, for floors and for looking. */
  readonly pool: pg.Pool;
  readonly say: (sentence: string) => void;
}

export interface GroundOptions {
  readonly checkout: string;
  readonly quick: boolean;
  readonly say: (sentence: string) => void;
  /** With stand-ins of Severa and Netvisor, where links lead. */
  readonly withLinkedSystems?: boolean;
}

const DATABASES = 'tietovirta_bench_';

/** Places for links in the connector; its own default where nobody says. */
export const LINK_WORKERS = Number(process.env['LINK_WORKERS'] || 40);

/** Begins a run. What it starts and creates is gone after `stop`, its logs apart. */
export async function prepareGround({
  checkout,
  quick,
  say,
  withLinkedSystems = false,
}: GroundOptions): Promise<{ ground: Ground; stop: () => Promise<void> }> {
  const directory = join(checkout, '.local', 'bench');
  const services = await startLocalServices({ root: directory, say, emptyBroker: true });
  const server = services.databaseUrl;
  const name = DATABASES + randomBytes(4).toString('hex');
  const stops: (() => Promise<unknown>)[] = [() => services.stop()];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    // What a run that was killed left behind; on somebody else's server it could be another run's, at work.
    if (!process.env['DATABASE_URL']) await dropDatabases(server, DATABASES);
    await execute(server, `create database ${name}`);
    stops.push(() => dropDatabases(server, name));

    const databaseUrl = databaseAt(server, name);
    const { rabbitmqUrl } = services;
    const namespace = `${name.replaceAll('_', '-')}.`;
    const place = { databaseUrl, rabbitmqUrl, namespace, directory };
    // As in production: no line of the log for each request.
    const env = { NODE_ENV: 'production', LOG_LEVEL: 'warn' };
    // In production a link leads to https:// alone, and the stand-ins are none.
    const envOf = { 'severa-connector': { NODE_ENV: 'test', LINK_WORKERS: String(LINK_WORKERS) } };
    const systems = withLinkedSystems && { withLinkedSystems, envOf };
    const installation = await startInstallation({ checkout, root: directory, ...place, env, ...systems, say });
    stops.push(() => installation.stop());
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 20, options: '-c jit=off' });
    stops.push(() => pool.end());
    await pool.query('create schema bench');
    const operator = new ApiClient(installation.url, installation.operatorToken);
    return { ground: { ...place, quick, installation, operator, pool, say }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

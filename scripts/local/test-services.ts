import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { databaseAt, dropDatabases, execute } from './databases.ts';
import { AlreadyRunning } from './lock.ts';
import { run } from './process.ts';
import { servicePasswords, serviceUrls } from './service-roles.ts';
import { type LocalServices, startLocalServices } from './services.ts';

/** So many runs of the tests may go on at once in one checkout, each with servers of its own. */
const RUNS_AT_ONCE = 8;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let stopRunning = (): Promise<void> => Promise.resolve();

/**
 * Servers for one run of the tests, and in them a migrated template that `createTestDatabase()` of `#lib/testing`
 * clones. What the workers need reaches them through the environment:
 *
 *   TEST_DATABASE_SERVER    a url of the server; its user may create databases
 *   TEST_DATABASE_TEMPLATE  the name of the template
 *   TEST_DATABASE_SERVICES  JSON: the server's url for each service, as its own role
 *   TEST_RABBITMQ_URL       the broker, to be shared by names of one's own
 *
 * With `DATABASE_URL` or `RABBITMQ_URL` set, that server is used; it loses nothing but what this run created in it.
 */
export async function startTestServices(checkout: string): Promise<void> {
  const services = await startInFreeFolder(checkout);
  const server = services.databaseUrl;
  const template = `tietovirta_template_${randomBytes(4).toString('hex')}`;
  stopRunning = async () => {
    await dropDatabases(server, template).finally(() => services.stop());
  };
  for (const signal of SIGNALS) process.once(signal, stopAndEnd);
  process.env['TEST_DATABASE_SERVER'] = server;
  process.env['TEST_DATABASE_TEMPLATE'] = template;
  process.env['TEST_DATABASE_SERVICES'] = JSON.stringify(serviceUrls(server));
  process.env['TEST_RABBITMQ_URL'] = services.rabbitmqUrl;
  try {
    // A run that was killed left its databases behind; on a server of our own nobody else can have made them.
    if (!process.env['DATABASE_URL']) await dropDatabases(server, 'tietovirta_');
    await createTemplate(server, template);
  } catch (error) {
    await stopTestServices();
    throw error;
  }
}

/** Ends what {@link startTestServices} began. Nothing happens when it did not get so far. */
export async function stopTestServices(): Promise<void> {
  for (const signal of SIGNALS) process.off(signal, stopAndEnd);
  await stopRunning();
}

function stopAndEnd(): void {
  void stopTestServices().finally(() => process.exit(1));
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** The first folder that no other run uses. */
async function startInFreeFolder(checkout: string): Promise<LocalServices> {
  for (let nth = 1; ; nth += 1) {
    const folder = nth === 1 ? 'test' : `test-${nth}`;
    try {
      return await startLocalServices({ root: join(checkout, '.local', folder), say, emptyBroker: true });
    } catch (error) {
      if (!(error instanceof AlreadyRunning) || nth === RUNS_AT_ONCE) throw error;
    }
  }
}

async function createTemplate(server: string, name: string): Promise<void> {
  await execute(server, `create database ${name}`);
  await migrateIfBuilt(databaseAt(server, name));
  // Nobody may connect from here on: a database in use cannot be cloned.
  await execute(server, `alter database ${name} with allow_connections false`);
}

/**
 * Runs `npm run migrate` without its build, as a process of its own: what Jest loads for a global setup may not await
 * at its top level. Specs of the pure rooms run in a checkout that was never built; the others will miss their tables.
 */
async function migrateIfBuilt(databaseUrl: string): Promise<void> {
  try {
    const passwords = Object.fromEntries(
      Object.entries(servicePasswords(databaseUrl)).map(([service, password]) => [
        `${service.toUpperCase()}_DATABASE_PASSWORD`,
        password ?? '',
      ]),
    );
    const script = join(import.meta.dirname, '..', 'migrate.ts');
    await run(process.execPath, [script], { env: { ...process.env, ...passwords, DATABASE_URL: databaseUrl } });
  } catch (error) {
    if (!String(error).includes('ERR_MODULE_NOT_FOUND')) throw error;
    say('The template database is empty: not every room is built (npm run build)');
  }
}

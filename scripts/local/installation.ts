import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../libs/testing/src/free-port.ts';
import { migrate } from '../migrate.ts';
import {
  type Service,
  ServiceNotReady,
  type ServiceProcess,
  SERVICES,
  startService,
  stopServices,
} from './service-processes.ts';

export interface InstallationOptions {
  readonly checkout: string;
  /** Where logs and the operator's token lie. */
  readonly root: string;
  readonly databaseUrl: string;
  readonly rabbitmqUrl: string;
  readonly namespace?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** More for one service than for the others, such as a crash point. */
  readonly envOf?: Partial<Record<Service, Readonly<Record<string, string>>>>;
  readonly say?: (sentence: string) => void;
}

/** All four services, each a process of its own, on a migrated database. */
export interface Installation {
  readonly url: string;
  readonly operatorToken: string;
  readonly processes: Map<Service, ServiceProcess>;
  /** Starts one again, after it has ended; the crash tests do. */
  restart(service: Service, env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  stop(): Promise<void>;
}

/** Migrates the database and starts the services side by side; ready when the promise settles. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { checkout, root, databaseUrl, rabbitmqUrl, say = () => undefined } = options;
  const applied = await migrate(databaseUrl);
  say(applied.length > 0 ? `The database was migrated (${applied.length} migrations).` : 'The database is up to date.');

  const port = String(await freePort());
  const operatorToken = operatorTokenIn(root);
  const env = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    DATABASE_URL: databaseUrl,
    RABBITMQ_URL: rabbitmqUrl,
    BUS_NAMESPACE: options.namespace ?? '',
    PORT: port,
    OPERATOR_TOKEN_SHA256: createHash('sha256').update(operatorToken).digest('hex'),
    ...options.env,
  };
  const processes = new Map<Service, ServiceProcess>();
  const start = async (service: Service, more: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> => {
    const begin = () => startService(service, { checkout, logs: join(root, 'logs'), env: { ...env, ...more } });
    const started = await begin().catch((error: unknown) => {
      if (!(error instanceof ServiceNotReady && error.failed)) throw error;
      // As a supervisor would: a port may have been taken in between, a broker that has just started may stumble.
      console.warn(`${error.message}\nIt is started once more.`);
      return begin();
    });
    processes.set(service, started);
    return started;
  };
  const stop = (): Promise<void> => stopServices([...processes.values()]);

  const starts = await Promise.allSettled(SERVICES.map((service) => start(service, options.envOf?.[service])));
  const failed = starts.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  say(`The services are ready: ${SERVICES.join(', ')}.`);
  return { url: `http://127.0.0.1:${port}`, operatorToken, processes, restart: start, stop };
}

/** Made once and kept, readable by its owner alone. */
function operatorTokenIn(root: string): string {
  mkdirSync(root, { recursive: true });
  const file = join(root, 'operator-token');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const token = randomBytes(32).toString('base64url');
    writeFileSync(file, token, { mode: 0o600 });
    return token;
  }
}

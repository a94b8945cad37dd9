import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../libs/testing/src/free-port.ts';
import { migrate } from '../migrate.ts';
import { LocalFivaldi } from './local-fivaldi.ts';
import { LocalLinkedSystems } from './local-linked-systems.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';
import { servicePasswords, serviceUrls } from './service-roles.ts';
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
  /** Where logs, the operator's token and the keys of the secrets lie. */
  readonly root: string;
  readonly databaseUrl: string;
  readonly rabbitmqUrl: string;
  readonly namespace?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** More for one service than for the others, such as a crash point. */
  readonly envOf?: Partial<Record<Service, Readonly<Record<string, string>>>>;
  /** Starts the sandbox of Fivaldi as well, and has the connector deliver there. */
  readonly withFivaldi?: boolean;
  /** Starts the sandboxes of Severa and Netvisor as well, and has links lead there. */
  readonly withLinkedSystems?: boolean;
  readonly say?: (sentence: string) => void;
}

/** All services, each a process of its own, on a migrated database. */
export interface Installation {
  readonly url: string;
  readonly operatorToken: string;
  readonly processes: Map<Service, ServiceProcess>;
  /** The sandbox, where one was asked for. */
  readonly fivaldi: LocalFivaldi | null;
  readonly linked: LocalLinkedSystems | null;
  /** Starts one again, after it has ended; the crash tests do. */
  restart(service: Service, env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  stop(): Promise<void>;
}

/**
 * Migrates the database and starts the services side by side, each as its own role there; ready when the promise
 * settles. `databaseUrl` is whoever owns the database.
 */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { checkout, root, databaseUrl, rabbitmqUrl, say = () => undefined } = options;
  const applied = await migrate(databaseUrl, servicePasswords(databaseUrl));
  say(applied.length > 0 ? `The database was migrated (${applied.length} migrations).` : 'The database is up to date.');

  let port = String(await freePort());
  const operatorToken = keptIn(root, 'operator-token', () => randomBytes(32).toString('base64url'));
  const secretKeys = keptIn(root, 'secret-keys', () => `local:${randomBytes(32).toString('base64')}`);
  const env = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    RABBITMQ_URL: rabbitmqUrl,
    BUS_NAMESPACE: options.namespace ?? '',
    OPERATOR_TOKEN_SHA256: createHash('sha256').update(operatorToken).digest('hex'),
    ...options.env,
  };
  const { sandbox, fivaldi, linked } = await startSandboxes(options);
  // Whoever has no secrets to open has no key to them.
  const keysOf = (service: Service): Readonly<Record<string, string>> => {
    if (service === 'auth') return { SECRET_KEYS: secretKeys };
    if (service === 'severa-connector') return { SECRET_KEYS: secretKeys, ...linked?.environment };
    if (service === 'fivaldi-connector') return fivaldi?.environment ?? {};
    return service === 'audit' ? auditEnvironmentIn(root, databaseUrl) : {};
  };
  const databases = serviceUrls(databaseUrl);
  const processes = new Map<Service, ServiceProcess>();
  const start = async (service: Service, more: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> => {
    const begin = () =>
      startService(service, {
        checkout,
        logs: join(root, 'logs'),
        env: { DATABASE_URL: databases[service], PORT: port, ...env, ...keysOf(service), ...more },
      });
    const started = await begin().catch(async (error: unknown) => {
      if (!(error instanceof ServiceNotReady && error.failed)) throw error;
      // As a supervisor would: a broker that has just started may stumble, a free port be taken in between. Another
      // port will do as long as nobody has been told of this one.
      console.warn(`${error.message}\nIt is started once more.`);
      if (service === 'gateway' && !processes.has('gateway')) port = String(await freePort());
      return begin();
    });
    processes.set(service, started);
    return started;
  };
  const stop = async (): Promise<void> => {
    await stopServices([...processes.values()]);
    sandbox?.kill('SIGTERM');
    await sandbox?.ended;
  };

  const starts = await Promise.allSettled(SERVICES.map((service) => start(service, options.envOf?.[service])));
  const failed = starts.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  say(`The services are ready: ${SERVICES.join(', ')}.`);
  return { url: `http://127.0.0.1:${port}`, operatorToken, processes, fivaldi, linked, restart: start, stop };
}

/** One process for all that was asked for, and what each of the systems is in it. */
async function startSandboxes({ checkout, root, ...options }: InstallationOptions): Promise<{
  readonly sandbox: SandboxProcess | null;
  readonly fivaldi: LocalFivaldi | null;
  readonly linked: LocalLinkedSystems | null;
}> {
  if (!options.withFivaldi && !options.withLinkedSystems) return { sandbox: null, fivaldi: null, linked: null };
  const secret = (name: string): string => keptIn(root, name, () => randomBytes(32).toString('base64url'));
  const partner = { id: 'ws-tietovirta', secret: secret('fivaldi-partner-secret') };
  const linkPartner = { id: 'Tie_1', key: secret('netvisor-partner-key') };
  const sandbox = await startSandboxProcess({
    checkout,
    journalFile: join(root, 'fivaldi-journal.jsonl'),
    partner,
    ...(options.withLinkedSystems && { linked: { ...linkPartner, journals: root } }),
  });
  const { netvisor, severa } = sandbox;
  return {
    sandbox,
    fivaldi: options.withFivaldi ? new LocalFivaldi(sandbox, partner) : null,
    linked: netvisor && severa ? new LocalLinkedSystems({ netvisor, severa }, linkPartner) : null,
  };
}

/** The key that vouches for the audit log, and the file outside the database that is told of each checkpoint. */
function auditEnvironmentIn(root: string, databaseUrl: string): Readonly<Record<string, string>> {
  const pem = (): string =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const database = new URL(databaseUrl).pathname.replaceAll(/[^\w-]/g, '');
  return {
    AUDIT_SIGNING_KEY: keptIn(root, 'audit-signing-key.pem', pem),
    AUDIT_CHECKPOINT_FILE: join(root, `audit-checkpoints-${database}.jsonl`),
  };
}

/** Made once and kept, readable by its owner alone. */
function keptIn(root: string, name: string, make: () => string): string {
  mkdirSync(root, { recursive: true });
  const file = join(root, name);
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const secret = make();
    writeFileSync(file, secret, { mode: 0o600 });
    return secret;
  }
}

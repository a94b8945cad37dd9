import { dirname, join } from 'node:path';
import type { LocalService, Say } from './local-service.ts';
import { takeLock } from './lock.ts';
import { startPostgres } from './postgres.ts';
import { startRabbitmq } from './rabbitmq.ts';

/** Where both servers are, and how to stop the ones that were started here. */
export interface LocalServices {
  readonly databaseUrl: string;
  readonly rabbitmqUrl: string;
  /** Stops what is ours, once; a second call waits for the first. */
  stop(): Promise<void>;
}

/** The folder for data and lock, such as `.local/run`; its parent takes what all such folders share. */
export interface LocalFolder {
  readonly root: string;
  readonly say: Say;
  /**
   * RabbitMQ begins empty: for runs of which nothing is needed afterwards. What those that were killed have left would
   * fill its memory one day, and it would take no more messages.
   */
  readonly emptyBroker?: boolean;
}

/**
 * PostgreSQL and RabbitMQ for this checkout, started side by side and ready when the promise settles.
 *
 * `DATABASE_URL` and `RABBITMQ_URL` win: a server named there is used as it is, and left alone by `stop()`. One start
 * uses a folder at a time; the next one is told the pid of the first ({@link AlreadyRunning} of `lock.ts`). What an
 * earlier start that was killed left running is taken over.
 */
export async function startLocalServices({ root, say, emptyBroker }: LocalFolder): Promise<LocalServices> {
  const unlock = takeLock(join(root, 'lock'));
  const started = await Promise.allSettled([
    given('DATABASE_URL') ?? startPostgres({ directory: join(root, 'postgres'), say }),
    given('RABBITMQ_URL') ??
      startRabbitmq({
        directory: join(root, 'rabbitmq'),
        program: join(dirname(root), 'rabbitmq-program'),
        say,
        empty: emptyBroker,
      }),
  ]);
  const services = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const stop = once(async () => {
    try {
      await Promise.all(services.map((service) => service.stop()));
    } finally {
      unlock();
    }
  });
  const [database, broker] = services;
  if (database !== undefined && broker !== undefined)
    return { databaseUrl: database.url, rabbitmqUrl: broker.url, stop };
  await stop();
  throw started.find((outcome) => outcome.status === 'rejected')?.reason;
}

/** The server that the environment names, which is somebody else's. */
function given(variable: 'DATABASE_URL' | 'RABBITMQ_URL'): LocalService | undefined {
  const url = process.env[variable] ?? '';
  return url === '' ? undefined : { url, adopted: true, stop: () => Promise.resolve() };
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}

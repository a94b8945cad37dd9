import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../libs/testing/src/until.ts';
import { knockAtBroker } from './amqp.ts';
import type { LocalService, Say } from './local-service.ts';
import { ownFolder } from './own-folder.ts';
import { keptPassword } from './password.ts';
import { run } from './process.ts';
import { shortHash } from './server-user.ts';

const IMAGE = 'rabbitmq:3.13-alpine';
const USER = 'tietovirta';

/** Whether there is a container engine, and not only its command line. */
export async function containerEngineAnswers(): Promise<boolean> {
  return run('docker', ['info']).then(
    () => true,
    () => false,
  );
}

/**
 * RabbitMQ in a container named after `directory`, on a free port of the loopback interface. Its data is a volume of
 * the same name; a container that still runs is adopted. `empty`: neither is.
 */
export async function startContainer(
  directory: string,
  say: Say,
  { empty = false }: { readonly empty?: boolean | undefined } = {},
): Promise<LocalService> {
  const name = `tietovirta-${shortHash(directory)}`;
  const password = keptPassword(join(ownFolder(directory), 'password'));
  const adopted = !empty && (await runs(name));
  if (!adopted) {
    say(`Starting RabbitMQ in the container ${name}`);
    await run('docker', ['rm', '--force', name]);
    if (empty) await run('docker', ['volume', 'rm', '--force', name]);
    await run('docker', containerArguments(name, environmentFile(directory, password)));
  }
  const url = `amqp://${USER}:${password}@127.0.0.1:${await publishedPort(name)}`;
  await until(async () => (await knockAtBroker(url)) === 'in', {
    within: 120_000,
    what: `RabbitMQ in the container ${name}`,
  });
  return { url, adopted, stop: () => stopContainer(name) };
}

/** The host name is part of the node's name, and with it of the place its data is found at. */
export function containerArguments(name: string, environment: string): readonly string[] {
  return [
    ...['run', '--detach', '--name', name, '--hostname', name],
    ...['--publish', '127.0.0.1::5672', '--volume', `${name}:/var/lib/rabbitmq`],
    ...['--env-file', environment, IMAGE],
  ];
}

/** A file, because every user of the machine can read a command line. */
function environmentFile(directory: string, password: string): string {
  const file = join(directory, 'container.env');
  writeFileSync(file, `RABBITMQ_DEFAULT_USER=${USER}\nRABBITMQ_DEFAULT_PASS=${password}\n`, { mode: 0o600 });
  return file;
}

async function runs(name: string): Promise<boolean> {
  return (await run('docker', ['ps', '--quiet', '--filter', `name=^${name}$`])).trim() !== '';
}

async function publishedPort(name: string): Promise<number> {
  return portFrom(await run('docker', ['port', name, '5672/tcp']));
}

/** The port in the engine's `127.0.0.1:49153`, of which there may be a line per address. */
export function portFrom(published: string): number {
  return Number(/:(\d+)\s*$/m.exec(published)?.[1]);
}

async function stopContainer(name: string): Promise<void> {
  await run('docker', ['stop', '-t', '30', name]);
  await run('docker', ['rm', name]);
}

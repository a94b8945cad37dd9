import { resolve } from 'node:path';
import { knockAtBroker } from './amqp.ts';
import { type LocalService, LocalServiceError, type Say } from './local-service.ts';
import { containerEngineAnswers, startContainer } from './rabbitmq-container.ts';
import { startNode } from './rabbitmq-node.ts';
import { installedProgram, unpackedProgram } from './rabbitmq-program.ts';

const STANDARD_URL = 'amqp://guest:guest@127.0.0.1:5672';

/** Where the node's data goes, and where a program fetched from the distribution is unpacked, once for all nodes. */
export interface RabbitmqPlace {
  readonly directory: string;
  readonly program: string;
  readonly say: Say;
  /** Where its clients expect it; a free port unless told. A container chooses its own. */
  readonly port?: number;
  /** It begins without anything that earlier ones have left. */
  readonly empty?: boolean | undefined;
}

/**
 * A private RabbitMQ: the first of these that this machine allows.
 *
 *   1. the installed server, as a process of our own beside the system's
 *   2. the distribution's packages, unpacked under `program` without installing them (Debian, Ubuntu)
 *   3. a container, where an engine answers
 *   4. one that already listens on the standard port and lets a guest in; it is not ours to stop
 *
 * Otherwise an error of one line says what to do.
 */
export async function startRabbitmq({ directory, program, say, port, empty }: RabbitmqPlace): Promise<LocalService> {
  const path = process.env['PATH'] ?? '';
  const home = resolve(directory);
  const found = installedProgram(path) ?? (await unpacked(resolve(program), path, say));
  if (found !== undefined) return startNode(found, home, say, { port, empty });
  if (await containerEngineAnswers()) return startContainer(home, say, { empty });
  if ((await knockAtBroker(STANDARD_URL)) === 'in')
    return { url: STANDARD_URL, adopted: true, stop: () => Promise.resolve() };
  throw new LocalServiceError(
    "no RabbitMQ: install your distribution's package rabbitmq-server, or start a container engine, or set RABBITMQ_URL",
  );
}

/** A machine with apt but without its servers in reach may still have a container engine. */
async function unpacked(program: string, path: string, say: Say): ReturnType<typeof unpackedProgram> {
  try {
    return await unpackedProgram(program, path, say);
  } catch (error) {
    say(`The distribution's package could not be had: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase } from '../../libs/testing/src/test-database.ts';
import { type Installation, startInstallation } from '../../scripts/local/installation.ts';
import { BrokerHand } from './broker-hand.ts';

export const CHECKOUT = join(import.meta.dirname, '..', '..');

/** The servers under an installation, and what to do with them afterwards. */
export interface Servers {
  readonly databaseUrl: string;
  readonly rabbitmqUrl: string;
  readonly clear: () => Promise<void>;
}

/** A database of one's own on the servers that all specs share. */
export async function sharedServers(): Promise<Servers> {
  const database = await createTestDatabase();
  const rabbitmqUrl = process.env['TEST_RABBITMQ_URL'] ?? '';
  return { databaseUrl: database.url, rabbitmqUrl, clear: () => database.drop() };
}

/** An installation under names of its own. */
export interface Ground {
  readonly servers: Servers;
  readonly installation: Installation;
  /** A new hand for each look: the broker may have been killed since the last. */
  readonly withBroker: <T>(work: (hand: BrokerHand) => Promise<T>) => Promise<T>;
  /** Stops the services and removes everything. */
  readonly clear: () => Promise<void>;
}

/** Starts the build below `checkout` on these servers. */
export async function breakGround(servers: Servers, checkout: string): Promise<Ground> {
  const name = `faults-${randomBytes(4).toString('hex')}`;
  const namespace = `${name}.`;
  const root = join(CHECKOUT, '.local', name);
  const { databaseUrl, rabbitmqUrl } = servers;
  const installation = await startInstallation({ checkout, root, databaseUrl, rabbitmqUrl, namespace });
  const withBroker = async <T>(work: (hand: BrokerHand) => Promise<T>): Promise<T> => {
    const hand = await BrokerHand.open(rabbitmqUrl, namespace);
    try {
      return await work(hand);
    } finally {
      await hand.close();
    }
  };
  const clear = async (): Promise<void> => {
    await installation.stop();
    await withBroker((hand) => hand.sweep());
    await servers.clear();
    rmSync(root, { recursive: true, force: true });
  };
  return { servers, installation, withBroker, clear };
}

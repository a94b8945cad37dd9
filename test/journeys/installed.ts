import { join } from 'node:path';

import { createTestDatabase, uniqueNamespace } from '../../libs/testing/src/index.ts';
import { ApiClient } from '../../scripts/local/api-client.ts';
import { type Installation, type InstallationOptions, startInstallation } from '../../scripts/local/installation.ts';

export interface Installed extends Installation {
  readonly operator: ApiClient;
  readonly databaseUrl: string;
}

/** The services on a database and under names of their own, for one spec file. */
export async function install(options: Partial<InstallationOptions> = {}): Promise<Installed> {
  const checkout = join(import.meta.dirname, '..', '..');
  const namespace = `${uniqueNamespace()}.`;
  const database = await createTestDatabase();
  const installation = await startInstallation({
    checkout,
    root: join(checkout, '.local', 'journeys', namespace),
    databaseUrl: database.url,
    rabbitmqUrl: process.env['TEST_RABBITMQ_URL'] ?? '',
    namespace,
    ...options,
  });
  return {
    ...installation,
    databaseUrl: database.url,
    operator: new ApiClient(installation.url, installation.operatorToken),
    stop: async () => {
      await installation.stop();
      await database.drop();
    },
  };
}

import { join } from 'node:path';
import { startTestServices } from '../scripts/local/test-services.ts';

/** Before the first test: PostgreSQL, RabbitMQ and a migrated template database. */
export async function setup(): Promise<void> {
  await startTestServices(join(import.meta.dirname, '..'));
}

// Jest asks for a default export.
export { setup as default };

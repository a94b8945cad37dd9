import { stopTestServices } from '../scripts/local/test-services.ts';

/** After the last test: nothing is left running. */
export async function teardown(): Promise<void> {
  await stopTestServices();
}

// Jest asks for a default export.
export { teardown as default };

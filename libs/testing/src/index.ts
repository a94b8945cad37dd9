/**
 * What specs share: a database of their own, names of their own, and the one way to wait. Never in a build.
 *
 * Start with `test-database.ts`. The servers behind it are started once for a whole run, by `test/global-setup.ts`.
 */
export { freePort } from './free-port.js';
export { createTestDatabase, type TestDatabase } from './test-database.js';
export { uniqueNamespace } from './unique-namespace.js';
export { until } from './until.js';

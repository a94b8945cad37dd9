/**
 * PostgreSQL for everyone: connections, transactions, bound SQL, COPY, the outbox, secrets at rest and migrations.
 *
 * Start with `database.ts`. The one room that knows `pg`, MikroORM's options
 * and its migrator. What the rows mean is the business of their owners.
 */
export { compareClocks } from './clock.js';
export { Database, type DatabaseOptions, type TransactionOptions } from './database.js';
export { StoreUnavailable } from './errors.js';
export type { Grants } from './grants.js';
export { type IsolationFault, isolationFaults, IsolationMissing, requireIsolation } from './isolation.js';
export { letServicesIn, migrate, Migration, type MigrationOwner } from './migrate.js';
export { busMigrations, storeMigrations } from './migrations/index.js';
export { outboxOf, type NewMessage, type Outbox, outgoing, type OutgoingMessage, writeOutbox } from './outbox.js';
export {
  countsAsRuleChange,
  holdRules,
  rulesHeld,
  rulesStand,
  rulesStandAmong,
  type RuleSubjects,
  rulesVersionOf,
} from './rules-version.js';
export type { Scope } from './scope.js';
export { SERVICE_ROLES, type ServiceRole } from './service-role.js';
export { type ConnectionSql, instant, type Sql, sqlOf } from './sql.js';
export { TENANT_FUNCTIONS, tenantTable } from './tenant-table.js';
export { KeyringUnfit, SecretKeyMissing, SecretUnreadable, Vault } from './vault.js';
export { type Keyring, secretKeys } from './vault-keyring.js';
export type { SecretContext } from './vault-seal.js';

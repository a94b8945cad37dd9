/**
 * PostgreSQL for everyone: connections, transactions, bound SQL, COPY, the outbox and migrations.
 *
 * Start with `database.ts`. The one room that knows `pg`, MikroORM's options
 * and its migrator. What the rows mean is the business of their owners.
 */
export { Database, type DatabaseOptions, type TransactionOptions } from './database.js';
export { StoreUnavailable } from './errors.js';
export { migrate, Migration, type MigrationOwner } from './migrate.js';
export { busMigrations } from './migrations/index.js';
export { outboxOf, type NewMessage, type Outbox, outgoing, type OutgoingMessage, writeOutbox } from './outbox.js';
export type { Scope } from './scope.js';
export { type ConnectionSql, instant, type Sql, sqlOf } from './sql.js';
export { TENANT_FUNCTIONS, tenantTable } from './tenant-table.js';

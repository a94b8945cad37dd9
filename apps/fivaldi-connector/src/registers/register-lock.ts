import type { RecordTable } from '#lib/documents';
import type { Sql } from '#lib/store';

/**
 * Milliseconds that a transfer waits for another one that writes the same register, of another stream: its work is not
 * at fault, and must not be given up for that. People are told after seconds.
 */
export const PATIENCE = 280_000;

/** The order in which whoever locks several registers does it, so that no two wait for each other. */
export const inLockOrder = (tables: Iterable<RecordTable>): readonly RecordTable[] =>
  [...tables].sort((a, b) => (a.register < b.register ? -1 : 1));

/**
 * One writer at a time to a company's register, to the end of the transaction; an import that is under way is waited
 * for. What was planned under it is still true when it is applied.
 */
export async function lockRegister(sql: Sql, { register }: RecordTable, companyId: string): Promise<void> {
  await sql.rows(`select pg_advisory_xact_lock(hashtextextended($1::text || $2::text, 0))`, [companyId, register]);
}

/** Waits until nobody is in the middle of writing the register, and lets nobody begin, to the end of the transaction. */
export async function quietRegister(sql: Sql, { register }: RecordTable, companyId: string): Promise<void> {
  await sql.rows(`select pg_advisory_xact_lock_shared(hashtextextended($1::text || $2::text, 0))`, [
    companyId,
    register,
  ]);
}

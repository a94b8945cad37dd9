import type { Sql } from '#lib/store';

/**
 * Waits until nobody else changes this subject, until the transaction ends: so each change's "before" is the last
 * one's "after". Several subjects are taken in one order by all: the rule, then its company, then the environment.
 */
export async function takeTurn(sql: Sql, subject: string): Promise<void> {
  await sql.rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`auth.${subject}`]);
}

/** Like {@link takeTurn}, but beside others who share it: those who change parts keep out who changes the whole. */
export async function shareTurn(sql: Sql, subject: string): Promise<void> {
  await sql.rows('select pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [`auth.${subject}`]);
}

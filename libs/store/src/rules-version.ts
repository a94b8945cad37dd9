import type { Sql } from './sql.js';

/**
 * How often the rules about a subject have changed, so that whoever begins work knows whether the decision it was given
 * still stands. A subject is an environment, a company or a partner user; each has one row in
 * `tietovirta.rules_version`, from its first day on.
 *
 * Whoever changes a rule counts the change in the same transaction, by a trigger, and holds the row until it commits;
 * whoever begins reads the row FOR SHARE. So one of the two goes first: docs/explanation/revocation.md.
 */

/** Whose rules a decision about one partner user in one company rests on. */
export interface RuleSubjects {
  readonly environmentId: string;
  readonly companyId: string;
  readonly partnerUserId: string;
}

/**
 * The statements by which every change of a table of rules counts as a change about the subject in `column`, whoever
 * makes it and in whatever statement. `tietovirta.count_rule_change` was made by this room's migration.
 */
export function countsAsRuleChange(table: string, column: string): readonly string[] {
  const events = [
    ['insert', 'new table as rows_after'],
    ['update', 'old table as rows_before new table as rows_after'],
    ['delete', 'old table as rows_before'],
  ] as const;
  return events.map(
    ([event, rows]) =>
      `create trigger rule_change_${event} after ${event} on ${table} referencing ${rows}
         for each statement execute function tietovirta.count_rule_change('${column}')`,
  );
}

/** The version of the rules about three subjects, as an expression over SQL expressions for their ids. */
export const rulesVersionOf = (environment: string, company: string, partnerUser: string): string =>
  `(select string_agg(v.version::text, '.' order by v.subject) from tietovirta.rules_version v
     where v.subject in (${environment}, ${company}, ${partnerUser}))`;

/**
 * Two parts of a WITH, for statements that do something only under rules that still stand: `rules` has one row, whose
 * `stand` says whether they do at this version. If so, none of them changes before the transaction has ended; a change
 * that is under way is waited for. `null` is no version, and never stands. The arguments are SQL expressions.
 */
export const rulesStand = (environment: string, company: string, partnerUser: string, version: string): string => `
  held as materialized (
    select subject, version from tietovirta.rules_version
     where subject in (${environment}, ${company}, ${partnerUser}) order by subject for share
  ), rules as (
    select count(*) = 3 and coalesce(string_agg(version::text, '.' order by subject) = ${version}, false) as stand from held
  )`;

/**
 * A part of a WITH: the versions of many subjects, named by the `id` of a part before it, which has each once and in its
 * order. None of them changes before the transaction has ended. For {@link rulesStandAmong}.
 */
export const rulesHeld = (subjects: string): string => `
  held as materialized (
    select v.subject, v.version from ${subjects} s cross join lateral (
      select subject, version from tietovirta.rules_version where subject = s.id for share) v
  )`;

/** Whether the rules about three of the subjects that are held stand at this version; SQL expressions, as above. */
export const rulesStandAmong = (environment: string, company: string, partnerUser: string, version: string): string => `
  (select count(*) = 3 and coalesce(string_agg(h.version::text, '.' order by h.subject) = ${version}, false)
     from held h where h.subject in (${environment}, ${company}, ${partnerUser}))`;

const HOLD = `with ${rulesStand('$1', '$2', '$3', '$4')} select stand from rules`;

/** The same by itself, in the caller's transaction. */
export async function holdRules(sql: Sql, subjects: RuleSubjects, version: string | null): Promise<boolean> {
  const { environmentId, companyId, partnerUserId } = subjects;
  const [rules] = await sql.rows<{ stand: boolean }>(HOLD, [environmentId, companyId, partnerUserId, version]);
  return rules?.stand ?? false;
}

import { createHash } from 'node:crypto';

import type { Sql } from '#lib/store';

import { readFacts, readTemplates } from './facts.js';
import { type Plan, planRow } from './plan.js';
import type { ReadRow } from './read-file.js';
import type { Given, Mistake } from './row-check.js';

/** Rows that are written or planned with one statement. */
const PORTION = 1_000;

export interface OnboardingKey {
  readonly environmentId: string;
  readonly onboardingId: string;
}

/** A row as it is planned: what the file says, and what is wrong with that by itself. */
export interface StagedRow {
  readonly no: number;
  readonly given: Given;
  readonly file_mistakes: readonly Mistake[];
}

/** Stages the rows of a file, and notes which of them name the same company twice. */
export async function stageRows(sql: Sql, key: OnboardingKey, rows: readonly ReadRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += PORTION) {
    // Not COPY, which PostgreSQL refuses on a table under row-level security.
    await sql.rows(
      `insert into auth.onboarding_row (environment_id, onboarding_id, no, line, given, file_mistakes)
       select $1, $2, r.no, r.line, r.given, r.mistakes
         from json_to_recordset($3) as r (no int, line int, given jsonb, mistakes jsonb)`,
      [key.environmentId, key.onboardingId, JSON.stringify(rows.slice(from, from + PORTION))],
    );
  }
  for (const field of ['fivaldiNumber', 'businessId']) await noteDuplicates(sql, key, field);
}

/** Every row of a company that stands twice is blocked: which one is meant, only the sender knows. */
async function noteDuplicates(sql: Sql, key: OnboardingKey, field: string): Promise<void> {
  await sql.rows(
    `with twice as (
       select no, given ->> $3 as value, coalesce(lag(line) over w, lead(line) over w) as other
         from auth.onboarding_row
        where environment_id = $1 and onboarding_id = $2 and given ->> $3 is not null
       window w as (partition by given ->> $3 order by no))
     update auth.onboarding_row r
        set file_mistakes = r.file_mistakes || jsonb_build_array(jsonb_build_object('field', $3::text,
              'code', 'file.duplicate', 'value', t.value, 'facts', jsonb_build_object('line', t.other)))
       from twice t
      where r.environment_id = $1 and r.onboarding_id = $2 and r.no = t.no and t.other is not null`,
    [key.environmentId, key.onboardingId, field],
  );
}

/** As if a file had named every company that follows the template. */
export async function stageFollowers(sql: Sql, key: OnboardingKey, template: string): Promise<void> {
  await sql.rows(
    `insert into auth.onboarding_row (environment_id, onboarding_id, no, line, given, file_mistakes)
     select $1, $2, row_number() over w, row_number() over w,
            jsonb_build_object('name', c.name, 'fivaldiNumber', c.fivaldi_number, 'template', $3::text), '[]'
       from auth.company_template t join auth.company c using (environment_id, company_id)
      where t.environment_id = $1 and t.name = $3
     window w as (order by c.fivaldi_number)`,
    [key.environmentId, key.onboardingId, template],
  );
}

/** Plans these rows by what stands now. */
export async function planRows(sql: Sql, environmentId: string, rows: readonly StagedRow[]): Promise<readonly Plan[]> {
  const templates = await readTemplates(sql, environmentId);
  const facts = await readFacts(
    sql,
    environmentId,
    rows.map(({ given }) => given),
    templates,
  );
  return rows.map(({ given, file_mistakes: mistakes }, index) => planRow(given, mistakes, facts[index]!));
}

/**
 * The dry run: what would become of every row, by what stands now. Changes no company. Returns the mark of the
 * effect: the same plan of the same rows has the same mark.
 */
export async function dryRun(sql: Sql, key: OnboardingKey): Promise<string> {
  const mark = createHash('sha256').update(key.onboardingId);
  for (let after = 0; ;) {
    const rows = await sql.rows<StagedRow>(
      `select no, given, file_mistakes from auth.onboarding_row
        where environment_id = $1 and onboarding_id = $2 and no > $3 order by no limit ${PORTION}`,
      [key.environmentId, key.onboardingId, after],
    );
    const last = rows.at(-1);
    if (!last) return mark.digest('base64url').slice(0, 22);
    after = last.no;
    const plans = await planRows(sql, key.environmentId, rows);
    const planned = JSON.stringify(rows.map(({ no }, index) => ({ no, ...plans[index] })));
    mark.update(planned);
    await sql.rows(
      `update auth.onboarding_row r set outcome = p.outcome, changes = p.changes, mistakes = p.mistakes
         from json_to_recordset($3) as p (no int, outcome text, changes jsonb, mistakes jsonb)
        where r.environment_id = $1 and r.onboarding_id = $2 and r.no = p.no`,
      [key.environmentId, key.onboardingId, planned],
    );
  }
}

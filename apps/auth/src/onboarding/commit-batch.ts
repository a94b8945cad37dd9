import { isDeepStrictEqual } from 'node:util';
import { v7 as newCompanyId } from 'uuid';

import { ALL_OR_NOTHING_ROWS, rulesChanged } from '#lib/contracts';
import { outgoing, type Sql, writeOutbox } from '#lib/store';

import { takeTurn } from '../rules/turn.js';
import { applyPlans, createCompanies, type PlannedCompany } from './apply-plan.js';
import { companyEvents } from './company-events.js';
import type { OnboardingKey, StagedRow } from './dry-run.js';
import { readFacts, readTemplates } from './facts.js';
import { announce, clockOf, countRows, type Onboarding, setState } from './onboarding-log.js';
import { appliedSettings, type Change, planRow, type PlannedOutcome, type RowFacts } from './plan.js';

/** Rows that become true together: each holds three locks until the batch has committed. */
export const BATCH = 100;

interface PromisedRow extends StagedRow {
  readonly outcome: PlannedOutcome;
  readonly changes: readonly Change[];
}

/** What became of a promised row when it was planned again: as promised, true already, or another one by now. */
interface Verdicts {
  readonly promised: readonly PlannedCompany[];
  readonly already: readonly number[];
  readonly outdated: readonly number[];
}

/**
 * Saves the next rows of an onboarding that is being committed; `more` while there may be others.
 *
 * Each row is planned again by what stands now, and only what the dry run promised is written:
 *
 *   planned again     | the row
 *   ------------------+--------------------------------------------------
 *   as promised       | is saved
 *   nothing to change | is skipped: somebody else has made it so
 *   anything else     | is outdated, and left alone; all or nothing: the whole is undone
 *
 * Rows, their audit events and their state are one transaction, so a batch that is cut off has not happened, and one
 * that is repeated finds its rows saved.
 */
export async function commitBatch(sql: Sql, onboarding: Onboarding): Promise<'more' | 'done' | 'undo'> {
  // Onboardings of one environment go batch by batch: two of the same companies never meet half way.
  await takeTurn(sql, `onboarding ${onboarding.environmentId.toLowerCase()}`);
  const rows = await promisedRows(sql, onboarding);
  if (rows.length === 0) {
    await finish(sql, onboarding);
    return 'done';
  }
  await lockRules(sql, onboarding.environmentId, rows);
  const { promised, already, outdated } = await judge(sql, onboarding.environmentId, rows);
  const taken = await createCompanies(
    sql,
    onboarding.environmentId,
    promised.filter(({ isNew }) => isNew),
  );
  const isTaken = ({ no }: PlannedCompany): boolean =>
    taken.has(rows.find((row) => row.no === no)?.given.fivaldiNumber ?? '');
  const lost = promised.filter((company) => company.isNew && isTaken(company));
  if (onboarding.allOrNothing && outdated.length + lost.length > 0) return 'undo';
  const saved = promised.filter((company) => !lost.includes(company));
  await applyPlans(sql, onboarding, saved);
  await noteOutcomes(sql, onboarding, {
    promised: saved,
    already,
    outdated: [...outdated, ...lost.map(({ no }) => no)],
  });
  await announceCompanies(sql, onboarding, saved);
  return 'more';
}

async function promisedRows(
  sql: Sql,
  { environmentId, onboardingId, allOrNothing }: Onboarding,
): Promise<PromisedRow[]> {
  return sql.rows<PromisedRow>(
    `select no, given, file_mistakes, outcome, changes from auth.onboarding_row
      where environment_id = $1 and onboarding_id = $2 and not saved and outcome in ('created', 'changed')
      order by no limit $3`,
    [environmentId, onboardingId, allOrNothing ? ALL_OR_NOTHING_ROWS : BATCH],
  );
}

/**
 * The turns of those who save rules of these companies one by one (`rule-book.ts`), or of many (the rights matrix), so
 * that nobody does between our look and our change.
 */
async function lockRules(sql: Sql, environmentId: string, rows: readonly PromisedRow[]): Promise<void> {
  await sql.rows(
    `select pg_advisory_xact_lock(hashtextextended('auth.' || rule || ' ' || company_id, 0))
       from (select company_id, rule
               from auth.company, unnest('{rule company,rule xml-settings,restriction-groups}'::text[]) as rule
              where environment_id = $1 and fivaldi_number = any($2::text[])
              order by rule desc, company_id) as turns`,
    [environmentId, rows.map(({ given }) => given.fivaldiNumber)],
  );
  await takeTurn(sql, `grants ${environmentId.toLowerCase()}`);
}

async function judge(sql: Sql, environmentId: string, rows: readonly PromisedRow[]): Promise<Verdicts> {
  const templates = await readTemplates(sql, environmentId);
  const givens = rows.map(({ given }) => given);
  const facts = await readFacts(sql, environmentId, givens, templates);
  const promised: PlannedCompany[] = [];
  const already: number[] = [];
  const outdated: number[] = [];
  for (const [index, row] of rows.entries()) {
    const fact = facts[index]!;
    const plan = planRow(row.given, row.file_mistakes, fact);
    if (plan.outcome === 'skipped') already.push(row.no);
    else if (plan.outcome === row.outcome && isDeepStrictEqual(plan.changes, row.changes)) {
      promised.push(plannedCompany(row, fact));
    } else outdated.push(row.no);
  }
  return { promised, already, outdated };
}

function plannedCompany({ no, changes }: PromisedRow, facts: RowFacts): PlannedCompany {
  const { company, template } = facts;
  return {
    no,
    companyId: company?.companyId ?? newCompanyId(),
    isNew: company === null,
    changes,
    template:
      template === null || template === 'unknown'
        ? null
        : { name: template.name, applied: appliedSettings(template, facts, changes) },
  };
}

async function noteOutcomes(sql: Sql, key: OnboardingKey, { promised, already, outdated }: Verdicts): Promise<void> {
  const rows = [
    ...promised.map(({ no, companyId }) => ({ no, companyId, outcome: null, saved: true })),
    ...already.map((no) => ({ no, companyId: null, outcome: 'skipped', saved: false })),
    ...outdated.map((no) => ({ no, companyId: null, outcome: 'outdated', saved: false })),
  ];
  await sql.rows(
    `update auth.onboarding_row r
        set saved = p.saved, outcome = coalesce(p.outcome, r.outcome), company_id = p."companyId"
       from json_to_recordset($3) as p (no int, "companyId" uuid, outcome text, saved boolean)
      where r.environment_id = $1 and r.onboarding_id = $2 and r.no = p.no`,
    [key.environmentId, key.onboardingId, JSON.stringify(rows)],
  );
}

async function announceCompanies(sql: Sql, onboarding: Onboarding, saved: readonly PlannedCompany[]): Promise<void> {
  if (saved.length === 0) return;
  const { environmentId } = onboarding;
  const occasion = { ...onboarding, at: await clockOf(sql) };
  await writeOutbox(sql, [
    ...saved.flatMap((company) => companyEvents(company, occasion)),
    // What waits of any company of the environment is decided anew: one message says so for all of them.
    outgoing(rulesChanged, { environmentId, companyId: null, partnerUserId: null }),
  ]);
}

async function finish(sql: Sql, onboarding: Onboarding): Promise<void> {
  await setState(sql, onboarding, 'done');
  const details = { counts: await countRows(sql, onboarding) };
  await announce(sql, onboarding, 'onboarding.finished', { ...onboarding, details });
}

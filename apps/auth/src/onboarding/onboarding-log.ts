import { v7 as newEventId } from 'uuid';

import type { z } from 'zod';

import {
  auditEvent,
  type Keeper,
  type listOnboardings,
  type OnboardingView,
  type OnboardingRow,
  ROW_OUTCOMES,
} from '#lib/contracts';
import { outgoing, type Sql, writeOutbox } from '#lib/store';

import type { OnboardingKey } from './dry-run.js';
import { OnboardingAbsent } from './errors.js';

export type OnboardingState = OnboardingView['state'];

export interface Onboarding extends OnboardingKey {
  readonly state: OnboardingState;
  readonly form: 'csv' | 'xlsx' | 'template';
  readonly charset: string | null;
  readonly template: string | null;
  readonly mark: string | null;
  readonly allOrNothing: boolean;
  readonly by: Keeper;
  readonly address: string | null;
}

interface Row {
  readonly state: OnboardingState;
  readonly form: Onboarding['form'];
  readonly charset: string | null;
  readonly template: string | null;
  readonly mark: string | null;
  readonly all_or_nothing: boolean;
  readonly actor: Keeper;
  readonly address: string | null;
  readonly received_at: string;
  readonly finished_at: string | null;
  readonly refusal: OnboardingView['refusal'];
}

const COLUMNS = `state, form, charset, template, mark, all_or_nothing, actor, address, received_at, finished_at, refusal`;

async function rowOf(sql: Sql, key: OnboardingKey, lock: '' | 'for update'): Promise<Row> {
  const [row] = await sql.rows<Row>(
    `select ${COLUMNS} from auth.onboarding where environment_id = $1 and onboarding_id = $2 ${lock}`,
    [key.environmentId, key.onboardingId],
  );
  if (!row) throw new OnboardingAbsent();
  return row;
}

/** The onboarding, held until the end of the transaction: its state is changed by one at a time. */
export async function takeOnboarding(sql: Sql, key: OnboardingKey): Promise<Onboarding> {
  const { actor, all_or_nothing: allOrNothing, ...row } = await rowOf(sql, key, 'for update');
  const { environmentId, onboardingId } = key;
  return { ...row, environmentId, onboardingId, allOrNothing, by: actor };
}

/** As the API shows it. */
export async function viewOnboarding(sql: Sql, key: OnboardingKey): Promise<OnboardingView> {
  const row = await rowOf(sql, key, '');
  return {
    id: key.onboardingId,
    state: row.state,
    receivedAt: new Date(row.received_at).toISOString(),
    finishedAt: row.finished_at && new Date(row.finished_at).toISOString(),
    allOrNothing: row.all_or_nothing,
    counts: await countRows(sql, key),
    refusal: row.refusal,
    mark: row.mark,
  };
}

/** Newest first: ids are of the time at which they were made. */
export async function listOnboardingsOf(
  sql: Sql,
  { environmentId, state, below, limit }: z.output<typeof listOnboardings.ask>,
): Promise<z.output<typeof listOnboardings.answer>> {
  const rows = await sql.rows<{
    id: string;
    state: OnboardingView['state'];
    form: Onboarding['form'];
    received_at: string;
    finished_at: string | null;
  }>(
    `select onboarding_id as id, state, form, received_at, finished_at from auth.onboarding
      where environment_id = $1 and ($2::text is null or state = $2) and ($3::uuid is null or onboarding_id < $3)
      order by onboarding_id desc limit $4`,
    [environmentId, state ?? null, below, limit + 1],
  );
  const onboardings = rows.slice(0, limit).map(({ received_at: receivedAt, finished_at: finishedAt, ...same }) => ({
    ...same,
    receivedAt: new Date(receivedAt).toISOString(),
    finishedAt: finishedAt && new Date(finishedAt).toISOString(),
  }));
  return { onboardings, next: rows.length > limit ? (onboardings.at(-1)?.id ?? null) : null };
}

export async function countRows(sql: Sql, key: OnboardingKey): Promise<OnboardingView['counts']> {
  const groups = await sql.rows<{ outcome: (typeof ROW_OUTCOMES)[number] | null; rows: number; saved: number }>(
    `select outcome, count(*)::int as rows, count(*) filter (where saved)::int as saved
       from auth.onboarding_row where environment_id = $1 and onboarding_id = $2 group by outcome`,
    [key.environmentId, key.onboardingId],
  );
  const sum = (of: 'rows' | 'saved'): number => groups.reduce((all, group) => all + group[of], 0);
  const byOutcome = Object.fromEntries(
    ROW_OUTCOMES.map((outcome) => [outcome, groups.find((group) => group.outcome === outcome)?.rows ?? 0]),
  ) as Record<(typeof ROW_OUTCOMES)[number], number>;
  return { rows: sum('rows'), ...byOutcome, saved: sum('saved') };
}

export type ShownRow = Omit<OnboardingRow, 'mistakes'> & { readonly mistakes: unknown };

/** Rows after `after`, at most `limit`, of one outcome when it is given. */
export async function listRows(
  sql: Sql,
  key: OnboardingKey,
  { after, limit, outcome }: { readonly after: number; readonly limit: number; readonly outcome: string | null },
): Promise<readonly ShownRow[]> {
  return sql.rows<ShownRow>(
    `select no, line, outcome, saved, given ->> 'name' as name, given ->> 'fivaldiNumber' as "fivaldiNumber",
            company_id as "companyId", changes, mistakes
       from auth.onboarding_row
      where environment_id = $1 and onboarding_id = $2 and no > $3 and outcome is not null
        and ($4::text is null or outcome = $4)
      order by no limit $5`,
    [key.environmentId, key.onboardingId, after, outcome, limit],
  );
}

export async function setState(sql: Sql, key: OnboardingKey, state: OnboardingState): Promise<void> {
  await sql.rows(
    `update auth.onboarding set state = $3,
            finished_at = case when $3 in ('refused', 'done', 'failed', 'cancelled') then clock_timestamp() end
      where environment_id = $1 and onboarding_id = $2`,
    [key.environmentId, key.onboardingId, state],
  );
}

export async function clockOf(sql: Sql): Promise<string> {
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  return new Date(clock!.at).toISOString();
}

/** One event of the onboarding as a whole, in the transaction that makes it true. */
export async function announce(
  sql: Sql,
  { environmentId, onboardingId }: OnboardingKey,
  action: 'onboarding.received' | 'onboarding.committed' | 'onboarding.finished',
  {
    by,
    address,
    outcome = 'success',
    details,
  }: {
    readonly by: Keeper;
    readonly address: string | null;
    readonly outcome?: 'success' | 'failure';
    readonly details: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const event = {
    eventId: newEventId(),
    environmentId,
    occurredAt: await clockOf(sql),
    action,
    outcome,
    actor: by,
    address,
    details: { onboardingId, ...details },
  };
  await writeOutbox(sql, [outgoing(auditEvent, event)]);
}

import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import {
  auditEvent,
  type Direction,
  type giveGrants,
  type listGrants,
  type previewGrants,
  rulesChanged,
  type StreamName,
} from '#lib/contracts';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import { RuleOutdated } from '../errors.js';
import { ruleConflict } from '../rule-conflict.js';
import { distinct } from '../rules/rights.js';
import { takeTurn } from '../rules/turn.js';
import { readCompanies } from './companies.js';
import { changes, type GrantPlan, type PlannedPair, planGrants } from './grant-plan.js';
import { cursorAt, placeOf } from './page-cursor.js';
import { recordPreview } from './preview-event.js';

/** How many events are written to the outbox with one statement. */
const BATCH = 1_000;

/** How long one statement of the largest change may take, in milliseconds; the asker waits no longer. */
const MOST_TIME = 25_000;

interface Right {
  readonly stream: StreamName;
  readonly direction: Direction;
}

interface Change extends Right {
  readonly companyId: string;
  readonly partnerUserId: string;
}

/** Grants of many companies at once: shown, previewed, given and taken. */
export class GrantMatrix {
  constructor(
    private readonly database: Database,
    private readonly relay: { nudge(): void },
  ) {}

  /** The whole plan is made for every page, so its counts and its mark are of the whole. */
  async preview(ask: z.output<typeof previewGrants.ask>): Promise<z.output<typeof previewGrants.answer>> {
    const { by, address, environmentId, matrix, cursor, limit } = ask;
    const plan = await this.database.transaction(
      async (sql) => {
        const plan = await planGrants(sql, environmentId, matrix);
        const details = { asked: 'grants', give: matrix.give, take: matrix.take, counts: plan.counts };
        if (!cursor) await recordPreview(sql, { by, address, environmentId, companyId: null, details });
        return plan;
      },
      { scope: { tenant: environmentId } },
    );
    this.relay.nudge();
    const from = firstAfter(plan.pairs, cursor);
    const shown = plan.pairs.slice(from, from + limit);
    const last = shown.at(-1);
    return {
      pairs: shown.map(({ companyId, partnerUserId, rights }) => ({ companyId, partnerUserId, rights: [...rights] })),
      next: last && from + limit < plan.pairs.length ? cursorAt([last.companyId, last.partnerUserId]) : null,
      counts: plan.counts,
      changedPairs: plan.changedPairs,
      mark: plan.mark,
    };
  }

  /** Does what the preview of this mark has shown, all of it with its events, or nothing. */
  async give(ask: z.output<typeof giveGrants.ask>): Promise<z.output<typeof giveGrants.answer>> {
    const { environmentId, matrix, ifMark } = ask;
    let plan: GrantPlan;
    try {
      plan = await this.database.transaction(
        async (sql) => {
          await takeTurn(sql, `grants ${environmentId.toLowerCase()}`);
          const plan = await planGrants(sql, environmentId, matrix);
          if (plan.mark !== ifMark) throw new RuleOutdated();
          if (plan.changedPairs > 0) await carryOut(sql, ask, plan.pairs.filter(changes));
          return plan;
        },
        { scope: { tenant: environmentId }, statementTimeout: MOST_TIME },
      );
    } catch (error) {
      throw ruleConflict(error);
    }
    this.relay.nudge();
    return { counts: plan.counts, changedPairs: plan.changedPairs };
  }

  /** The grants as they stand, a page of companies by name. */
  async list(ask: z.output<typeof listGrants.ask>): Promise<z.output<typeof listGrants.answer>> {
    const { environmentId, partnerUserId = null, stream = null } = ask;
    return this.database.transaction(
      async (sql) => {
        const { companies, next } = await readCompanies(sql, ask);
        const grants = await sql.rows<Change & { inert: boolean }>(
          `select g.company_id as "companyId", g.partner_user_id as "partnerUserId", g.stream, g.direction,
                  r.stream is null as inert
             from auth.company_grant g
             left join auth.upper_right r using (partner_user_id, stream, direction)
            where g.environment_id = $1 and g.company_id = any($2::uuid[])
              and ($3::uuid is null or g.partner_user_id = $3) and ($4::text is null or g.stream = $4)
            order by g.company_id, g.partner_user_id, g.stream, g.direction`,
          [environmentId, companies.map(({ companyId }) => companyId), partnerUserId, stream],
        );
        const byCompany = Map.groupBy(grants, ({ companyId }) => companyId);
        return {
          companies: companies.map((company) => ({
            ...company,
            grants: (byCompany.get(company.companyId) ?? []).map(({ companyId: _, ...grant }) => grant),
          })),
          next,
        };
      },
      { scope: { tenant: environmentId } },
    );
  }
}

/** Where a page begins. A pair that the search does not find any more was of another plan. */
function firstAfter(pairs: readonly PlannedPair[], cursor: string | undefined): number {
  const place = placeOf(cursor);
  if (place === null) return 0;
  const [companyId, partnerUserId] = place;
  const last = pairs.findIndex((pair) => pair.companyId === companyId && pair.partnerUserId === partnerUserId);
  if (last < 0) throw new RuleOutdated();
  return last + 1;
}

async function carryOut(sql: Sql, ask: z.output<typeof giveGrants.ask>, pairs: readonly PlannedPair[]): Promise<void> {
  const { environmentId } = ask;
  const before = await standingGrants(sql, environmentId, pairs);
  const becoming = (wanted: 'given' | 'taken'): Change[] =>
    pairs.flatMap(({ companyId, partnerUserId, rights }) =>
      rights
        .filter(({ outcome }) => outcome === wanted)
        .map(({ stream, direction }) => ({ companyId, partnerUserId, stream, direction })),
    );
  await sql.rows(
    `insert into auth.company_grant (environment_id, company_id, partner_user_id, stream, direction)
     select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[])`,
    [environmentId, ...columnsOf(becoming('given'))],
  );
  await sql.rows(
    `delete from auth.company_grant g
      using unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) as t (company_id, partner_user_id, stream, direction)
      where g.environment_id = $1 and g.company_id = t.company_id and g.partner_user_id = t.partner_user_id
        and g.stream = t.stream and g.direction = t.direction`,
    [environmentId, ...columnsOf(becoming('taken'))],
  );
  await announce(sql, ask, pairs, before);
}

const columnsOf = (all: readonly Change[]): readonly string[][] => [
  all.map(({ companyId }) => companyId),
  all.map(({ partnerUserId }) => partnerUserId),
  all.map(({ stream }) => stream),
  all.map(({ direction }) => direction),
];

const pairKey = ({ companyId, partnerUserId }: Pick<Change, 'companyId' | 'partnerUserId'>): string =>
  `${companyId} ${partnerUserId}`;

async function standingGrants(
  sql: Sql,
  environmentId: string,
  pairs: readonly PlannedPair[],
): Promise<ReadonlyMap<string, readonly Right[]>> {
  const ids = (all: readonly string[]) => [...new Set(all)];
  const rows = await sql.rows<Change>(
    `select company_id as "companyId", partner_user_id as "partnerUserId", stream, direction
       from auth.company_grant
      where environment_id = $1 and company_id = any($2::uuid[]) and partner_user_id = any($3::uuid[])`,
    [environmentId, ids(pairs.map((pair) => pair.companyId)), ids(pairs.map((pair) => pair.partnerUserId))],
  );
  return new Map([...Map.groupBy(rows, pairKey)].map(([key, grants]) => [key, distinct(grants)]));
}

/** One event for each pair that changed, in the shape of a set of grants saved by itself; one message for all. */
async function announce(
  sql: Sql,
  { environmentId, by, address }: z.output<typeof giveGrants.ask>,
  pairs: readonly PlannedPair[],
  standing: ReadonlyMap<string, readonly Right[]>,
): Promise<void> {
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  const occurredAt = new Date(clock!.at).toISOString();
  const events = pairs.map((pair) => {
    const { companyId, partnerUserId } = pair;
    const before = standing.get(pairKey(pair)) ?? null;
    return outgoing(auditEvent, {
      eventId: newEventId(),
      environmentId,
      occurredAt,
      action: 'grants.saved',
      outcome: 'success',
      actor: by,
      address,
      companyId,
      partnerUserId,
      details: { before, after: rightsAfter(before ?? [], pair), changedTogether: pairs.length },
    });
  });
  for (let from = 0; from < events.length; from += BATCH) await writeOutbox(sql, events.slice(from, from + BATCH));
  await writeOutbox(sql, [outgoing(rulesChanged, { environmentId, companyId: null, partnerUserId: null })]);
}

function rightsAfter(before: readonly Right[], { rights }: PlannedPair): readonly Right[] {
  const became = (wanted: 'given' | 'taken') => rights.filter(({ outcome }) => outcome === wanted);
  const taken = new Set(became('taken').map(({ stream, direction }) => `${stream}.${direction}`));
  return distinct([...before, ...became('given')]).filter(
    ({ stream, direction }) => !taken.has(`${stream}.${direction}`),
  );
}

import { createHash } from 'node:crypto';

import { type Direction, type GrantMatrixBody, MATRIX_PAIRS, type StreamName, supports } from '#lib/contracts';
import type { GrantOutcome } from '#lib/policy';
import type { Sql } from '#lib/store';

import { MatrixUnusable, type RuleFault, RuleSubjectAbsent } from '../errors.js';
import { distinct } from '../rules/rights.js';
import { COMPANY_FOUND, searchValues } from './companies.js';

interface Right {
  readonly stream: StreamName;
  readonly direction: Direction;
}

/** What would become of one right of a pair. */
export interface PlannedRight extends Right {
  readonly outcome: GrantOutcome;
}

/** One company × partner user. */
export interface PlannedPair {
  readonly companyId: string;
  /** Where the company stands in the list of companies. */
  readonly place: string;
  readonly partnerUserId: string;
  readonly rights: readonly PlannedRight[];
}

/** What a change of the matrix would do, pair by pair: companies by name, then partner users. */
export interface GrantPlan {
  readonly pairs: readonly PlannedPair[];
  readonly counts: Partial<Record<GrantOutcome, number>>;
  readonly changedPairs: number;
  /** Names the whole: another change, or another outcome of one right, has another mark. */
  readonly mark: string;
}

// `matrixOutcome` of the policy for many at once; a spec holds the two together.
const OUTCOMES = `
  with asked as (
         select * from unnest($4::text[], $5::text[], $6::boolean[], $7::boolean[])
                  with ordinality as a (stream, direction, give, supported, no)),
       chosen as (
         select c.company_id, c.web_services, lower(c.name) as place
           from auth.company c where ${COMPANY_FOUND} and ($8::uuid[] is null or c.company_id = any($8))),
       partner as (
         select u.partner_user_id, u.scope_company_id from auth.partner_user u where u.partner_user_id = any($9::uuid[]))
  select c.company_id, c.place, u.partner_user_id,
         array_agg(case
           when not a.give then case when g.stream is null then 'already' else 'taken' end
           when g.stream is not null then 'already'
           when not a.supported then 'DIRECTION_UNSUPPORTED'
           when u.scope_company_id <> c.company_id then 'PARTNER_USER_NOT_VISIBLE'
           when r.stream is null then 'VISMA_GRANT_MISSING'
           when not c.web_services then 'WEB_SERVICES_OFF'
           else 'given' end order by a.no) as outcomes
    from chosen c cross join partner u cross join asked a
    left join auth.company_grant g
      on g.environment_id = $1 and g.company_id = c.company_id and g.partner_user_id = u.partner_user_id
     and g.stream = a.stream and g.direction = a.direction
    left join auth.upper_right r
      on r.partner_user_id = u.partner_user_id and r.stream = a.stream and r.direction = a.direction
   group by c.company_id, c.place, u.partner_user_id
   order by c.place, c.company_id, u.partner_user_id`;

interface OutcomeRow {
  readonly company_id: string;
  readonly place: string;
  readonly partner_user_id: string;
  readonly outcomes: readonly GrantOutcome[];
}

/** The plan as things stand in this transaction. Refuses what is not the environment's, as absent. */
export async function planGrants(sql: Sql, environmentId: string, matrix: GrantMatrixBody): Promise<GrantPlan> {
  const wishes = wishesOf(matrix);
  const partnerUserIds = distinctIds(matrix.partnerUserIds);
  const { companyIds } = matrix;
  const ids = Array.isArray(companyIds) ? distinctIds(companyIds) : null;
  const search = searchValues(Array.isArray(companyIds) || companyIds === 'all' ? undefined : companyIds.search);
  await requireSubjects(sql, { environmentId, search, ids, partnerUserIds });
  const rows = await sql.rows<OutcomeRow>(
    OUTCOMES,
    [
      environmentId,
      ...search,
      wishes.map(({ stream }) => stream),
      wishes.map(({ direction }) => direction),
      wishes.map(({ give }) => give),
      wishes.map(({ stream, direction }) => supports(stream, direction)),
      ids,
      partnerUserIds,
    ],
    { prepare: false },
  );
  return planOf(rows, wishes);
}

type Wish = Right & { readonly give: boolean };

function wishesOf({ give, take }: GrantMatrixBody): readonly Wish[] {
  const given = new Set(give.map(({ stream, direction }) => `${stream}.${direction}`));
  const faults = take.flatMap(({ stream, direction }, index): RuleFault[] =>
    given.has(`${stream}.${direction}`) ? [{ pointer: `/take/${index}`, code: 'right.given-and-taken' }] : [],
  );
  if (give.length + take.length === 0) faults.push({ pointer: '/give', code: 'matrix.asks-nothing' });
  if (faults.length > 0) throw new MatrixUnusable(faults);
  return [
    ...distinct(give).map((right) => ({ ...right, give: true })),
    ...distinct(take).map((right) => ({ ...right, give: false })),
  ];
}

const distinctIds = (ids: readonly string[]): string[] => [...new Set(ids.map((id) => id.toLowerCase()))];

interface Subjects {
  readonly environmentId: string;
  readonly search: readonly [string | null, string | null];
  readonly ids: readonly string[] | null;
  readonly partnerUserIds: readonly string[];
}

/** Every company and partner user named must be there for this environment, and not too many pairs of them. */
async function requireSubjects(sql: Sql, { environmentId, search, ids, partnerUserIds }: Subjects): Promise<void> {
  const [found] = await sql.rows<{ companies: number; partner_users: number }>(
    `select (select count(*) from auth.company c
              where ${COMPANY_FOUND} and ($4::uuid[] is null or c.company_id = any($4)))::int as companies,
            (select count(*) from auth.partner_user u
              where u.partner_user_id = any($5::uuid[])
                and (u.scope_company_id is null
                     or exists (select from auth.company c
                                 where c.environment_id = $1 and c.company_id = u.scope_company_id)))::int
              as partner_users`,
    [environmentId, ...search, ids, partnerUserIds],
  );
  const { companies, partner_users: partnerUsers } = found!;
  if (ids !== null && companies < ids.length) throw new RuleSubjectAbsent('company.absent');
  if (partnerUsers < partnerUserIds.length) throw new RuleSubjectAbsent('partner-user.absent');
  if (companies * partnerUsers > MATRIX_PAIRS) {
    throw new MatrixUnusable([{ pointer: '/companyIds', code: 'matrix.too-many-pairs', limit: MATRIX_PAIRS }]);
  }
}

function planOf(rows: readonly OutcomeRow[], wishes: readonly Wish[]): GrantPlan {
  const counts: Partial<Record<GrantOutcome, number>> = {};
  const hash = createHash('sha256').update(JSON.stringify(wishes));
  const pairs = rows.map((row): PlannedPair => {
    const { company_id: companyId, partner_user_id: partnerUserId, place, outcomes } = row;
    hash.update(`${companyId} ${partnerUserId} ${outcomes.join()}\n`);
    for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
    const rights = wishes.map(({ stream, direction }, no) => ({ stream, direction, outcome: outcomes[no]! }));
    return { companyId, place, partnerUserId, rights };
  });
  const changedPairs = pairs.filter(changes).length;
  return { pairs, counts, changedPairs, mark: hash.digest('base64url').slice(0, 22) };
}

export const changes = ({ rights }: PlannedPair): boolean =>
  rights.some(({ outcome }) => outcome === 'given' || outcome === 'taken');

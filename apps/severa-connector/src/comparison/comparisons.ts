import type { LinkSettings } from '#lib/contracts';
import type { Sql } from '#lib/store';

import type { Calls, Flow, FlowName, Known, Reading, SourceRecord } from '../engine/flow.js';
import type { Turn } from '../engine/turns.js';
import { compare, type ComparisonReport, type Ours, type Theirs } from './compare.js';

/** The comparison that was asked for first and has not been carried out; `null`: there is none. */
export async function dueComparison(sql: Sql, { environmentId, companyId }: Turn): Promise<FlowName | null> {
  const [row] = await sql.rows<{ flow: FlowName }>(
    `select flow from severa.comparison
      where environment_id = $1 and company_id = $2 and state = 'due' order by asked_at, flow limit 1`,
    [environmentId, companyId],
  );
  return row?.flow ?? null;
}

/** What a comparison needs beside the calls. */
export interface ComparisonWork {
  readonly flow: Flow;
  readonly settings: LinkSettings;
  readonly now: Date;
  /** Today, as a date of Finland, `YYYY-MM-DD`. */
  readonly today: string;
}

/** Whether a flow can be compared: it lists what the other side has, and says what its records are matched on. */
export const isComparable = (flow: Flow): boolean => flow.index !== undefined && flow.matchOf !== undefined;

/**
 * Reads both registers and puts them side by side; nothing is written on either. The flow itself says what keeps a record
 * from moving, so that the report and the first run find the same.
 *
 * Throws what its calls throw; it may be carried out again at any time.
 */
export async function carryOutComparison(
  calls: Calls,
  { flow, settings, now, today }: ComparisonWork,
): Promise<ComparisonReport> {
  const reading: Reading = {
    settings,
    calls,
    since: null,
    now,
    pairs: () => Promise.resolve(new Map()),
    pairsInNetvisor: () => Promise.resolve(new Map()),
  };
  const index = (await flow.index?.(reading)) ?? new Map<string, Known>();
  return compare(oursOf(flow, reading, today), theirsOf(index));
}

async function* oursOf(flow: Flow, reading: Reading, today: string): AsyncGenerator<readonly Ours[]> {
  for await (const { records } of flow.read(reading)) {
    yield records.map((record) => oursIn(flow, record, reading.settings, today));
  }
}

function oursIn(flow: Flow, { key, number, name, content }: SourceRecord, settings: LinkSettings, today: string): Ours {
  const step = flow.next({ key, source: content, known: null, unsure: null, settings, today });
  return {
    key,
    number,
    name,
    businessId: flow.businessIdOf?.(content) ?? null,
    match: flow.matchOf?.(content) ?? null,
    objections: step.do === 'reject' ? step.objections : [],
  };
}

const theirsOf = (index: ReadonlyMap<string, Known>): readonly Theirs[] =>
  [...index].flatMap(([match, known]) =>
    known.key === null
      ? []
      : [
          {
            key: known.key,
            match,
            name: textIn(known, 'name'),
            businessId: textIn(known, 'businessId'),
            twice: known['twice'] === true,
          },
        ],
  );

const textIn = (known: Known, field: string): string | null => {
  const value = known[field];
  return typeof value === 'string' && value !== '' ? value : null;
};

/**
 * Writes down how a comparison ended, if the turn that carried it out is still the link's and nobody has asked anew:
 * with its report, or with the cause that the other system gave for not answering.
 */
export async function storeComparison(
  sql: Sql,
  { environmentId, companyId, fence }: Turn,
  flow: FlowName,
  end: { readonly report: ComparisonReport } | { readonly cause: string },
): Promise<void> {
  const [report, cause] = 'report' in end ? [JSON.stringify(end.report), null] : [null, end.cause];
  await sql.rows(
    `update severa.comparison c
        set state = case when $5::jsonb is null then 'failed' else 'done' end, report = $5::jsonb, cause = $6,
            done_at = clock_timestamp()
       from severa.link l
      where c.environment_id = $1 and c.company_id = $2 and c.flow = $3 and c.state = 'due'
        and l.environment_id = $1 and l.company_id = $2 and l.fence = $4`,
    [environmentId, companyId, flow, fence, report, cause],
  );
}

import type { ConnectionSql, Sql } from '#lib/store';

import type { Flow, FlowName, Json, Reading, SourceRecord } from '../engine/flow.js';
import { CallRefused } from '../engine/stop.js';
import { storedJson } from '../engine/stored-json.js';
import type { Turn } from '../engine/turns.js';
import { comparePage, type ComparisonReport, type Ours, Tally } from './compare.js';
import { aroundOf, forgetCompared, notJudged, onlyThere, storeJudged, storeTheirs } from './compared-rows.js';

/** How far a comparison has come: first their side is read, then ours. */
export interface Progress {
  /** Of the link as it was when it began. */
  readonly mark: string;
  readonly side: 'there' | 'here';
  /** The place that the last page has named; `null`: none. */
  readonly at: Json;
  readonly report: ComparisonReport;
}

/** A comparison that was asked for and has not come to its end. */
export interface DueComparison {
  readonly flow: FlowName;
  readonly progress: Progress | null;
}

/** The one that was asked for first; `null`: there is none. */
export async function dueComparison(sql: Sql, { environmentId, companyId }: Turn): Promise<DueComparison | null> {
  const [row] = await sql.rows<DueComparison>(
    `select flow, progress from severa.comparison
      where environment_id = $1 and company_id = $2 and state = 'due' order by asked_at, flow limit 1`,
    [environmentId, companyId],
  );
  return row ?? null;
}

/** What a comparison is carried out with. */
export interface ComparisonWork {
  readonly turn: Turn;
  readonly flow: Flow;
  readonly reading: Pick<Reading, 'settings' | 'calls' | 'now'>;
  /** Today, as a date of Finland, `YYYY-MM-DD`. */
  readonly today: string;
  /** Writes only while the turn is held. */
  readonly write: <T>(work: (sql: ConnectionSql) => Promise<T>) => Promise<T>;
  /** Before each page that follows. */
  readonly renew: () => Promise<void>;
  /** By the steady clock: after the first page from then on that can be gone on from, the rest is left to another turn. */
  readonly end: number;
}

/** Whether a flow can be compared: it lists what the other side has, and says what its records are matched on. */
export const isComparable = (flow: Flow): boolean => flow.index !== undefined && flow.matchOf !== undefined;

/**
 * Reads both registers page by page and puts them side by side; nothing is written on either. The flow itself says what
 * keeps a record from moving, so that the report and the first run find the same.
 *
 * Where it stands is stored with each page, and so is all that it has read: none of it is held, and one that was broken
 * off goes on. `null`: it is not at its end. Throws what its calls throw; it may be gone on with at any time.
 */
export async function carryOutComparison(
  work: ComparisonWork,
  before: Progress | null,
): Promise<ComparisonReport | null> {
  if (before?.mark !== work.turn.mark) return compareFrom(work, await begin(work));
  try {
    return await compareFrom(work, before);
  } catch (error) {
    // The place may be one that the list knows no more; anything else is refused again.
    if (!(error instanceof CallRefused) || before.at === null) throw error;
    return compareFrom(work, await begin(work));
  }
}

async function begin({ turn, flow, write }: ComparisonWork): Promise<Progress> {
  const progress: Progress = { mark: turn.mark, side: 'there', at: null, report: new Tally().report() };
  await write(async (sql) => {
    await forgetCompared(sql, turn, flow.name);
    await storeProgress(sql, turn, flow.name, progress);
  });
  return progress;
}

async function compareFrom(work: ComparisonWork, progress: Progress): Promise<ComparisonReport | null> {
  const { turn, flow, write } = work;
  let here = progress;
  if (progress.side === 'there') {
    if (!(await readTheirs(work, progress))) return null;
    here = { ...progress, side: 'here', at: null };
    await write((sql) => storeProgress(sql, turn, flow.name, here));
  }
  const report = await readOurs(work, here);
  if (report === null) return null;
  const { count, first } = await write((sql) => onlyThere(sql, turn, flow.name));
  const tally = new Tally(report);
  tally.addOnlyThere(count, first);
  return tally.report();
}

/** Whether it has come to the end of their list. */
async function readTheirs(work: ComparisonWork, progress: Progress): Promise<boolean> {
  const { turn, flow, write, renew, end } = work;
  let now = progress;
  for await (const page of flow.index?.(readingFrom(work, progress)) ?? []) {
    now = { ...now, at: page.at ?? now.at };
    await write(async (sql) => {
      await storeTheirs(sql, turn, flow.name, page.found);
      await storeProgress(sql, turn, flow.name, now);
    });
    if (page.at !== undefined && performance.now() >= end) return false;
    await renew();
  }
  return true;
}

/** What was found by its end; `null`: it is not there yet. */
async function readOurs(work: ComparisonWork, progress: Progress): Promise<ComparisonReport | null> {
  const { turn, flow, write, renew, end } = work;
  let now = progress;
  for await (const { records, at } of flow.read(readingFrom(work, progress))) {
    const tally = new Tally(now.report);
    const ours = records.map((record) => oursIn(work, record));
    now = await write(async (sql) => {
      const page = await notJudged(sql, turn, flow.name, ours);
      const judged = comparePage(page, await aroundOf(sql, turn, flow.name, page), tally);
      const next = { ...now, at: at ?? now.at, report: tally.report() };
      if (judged.length > 0) await storeJudged(sql, turn, flow.name, judged);
      await storeProgress(sql, turn, flow.name, next);
      return next;
    });
    if (at !== undefined && performance.now() >= end) return null;
    await renew();
  }
  return now.report;
}

const readingFrom = ({ reading }: ComparisonWork, { at }: Progress): Reading => ({
  ...reading,
  since: null,
  ...(at !== null && { from: at }),
  pairs: () => Promise.resolve(new Map()),
  pairsInNetvisor: () => Promise.resolve(new Map()),
});

function oursIn({ flow, reading, today }: ComparisonWork, { key, number, name, content }: SourceRecord): Ours {
  const { settings } = reading;
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

async function storeProgress(sql: Sql, turn: Turn, flow: FlowName, progress: Progress): Promise<void> {
  await sql.rows(
    `update severa.comparison set progress = $4 where environment_id = $1 and company_id = $2 and flow = $3`,
    [turn.environmentId, turn.companyId, flow, storedJson(progress)],
  );
}

/**
 * Writes down how a comparison ended, if the turn that carried it out is still the link's and nobody has asked anew:
 * with its report, or with the cause that the other system gave for not answering. What it had read is needed no more.
 */
export async function storeComparison(
  sql: ConnectionSql,
  turn: Turn,
  flow: FlowName,
  end: { readonly report: ComparisonReport } | { readonly cause: string },
): Promise<void> {
  const { environmentId, companyId, fence } = turn;
  const [report, cause] = 'report' in end ? [storedJson(end.report), null] : [null, end.cause];
  await sql.rows(
    `update severa.comparison c
        set state = case when $5::jsonb is null then 'failed' else 'done' end, report = $5::jsonb, cause = $6,
            progress = null, done_at = clock_timestamp()
       from severa.link l
      where c.environment_id = $1 and c.company_id = $2 and c.flow = $3 and c.state = 'due'
        and l.environment_id = $1 and l.company_id = $2 and l.fence = $4`,
    [environmentId, companyId, flow, fence, report, cause],
  );
  await forgetCompared(sql, turn, flow);
}

import { createHash } from 'node:crypto';

import { wallMinute } from '#lib/policy';
import { crashPoint } from '#lib/service';
import type { ConnectionSql } from '#lib/store';
import { PagesDoNotEnd } from '#lib/upstream';

import { meet, meetNone, unmetRecords, WORTH_A_LIST } from './first-contact.js';
import type { Flow, SourcePage } from './flow.js';
import { type Cursor, type FlowState, flowStates, type OpenReading, storeCursor, storeReading } from './flow-states.js';
import { byWhom, historyRow, tellAll } from './history.js';
import { forgetMet, storeMet, unmetKeys } from './met-keys.js';
import { type Gone, release, storeGone, storePage } from './pairs.js';
import { type Run, sourceRead } from './runs.js';
import { CallRefused } from './stop.js';
import { storedJson } from './stored-json.js';
import { holdTurn, type Turn } from './turns.js';
import { readingOf, type RunWork, within } from './work.js';

/** What was changed while the last reading went on is read once more; so is what two clocks do not agree about. */
const OVERLAP_MINUTES = 10;

/** A night's reading of everything is not followed by another in the same night. */
const NIGHTS_APART_HOURS = 12;
const NIGHT_ENDS = 5 * 60;

/** So many are told as gone in one transaction. */
const GONE_AT_ONCE = 1_000;

/** More pages than any register has: a list that leads round in a ring would be read for ever. */
const MOST_PAGES = 100_000;

/**
 * Reads what has changed in the source since the last reading, page by page; whether it has come to its end by the given
 * moment of the steady clock, in as much as a page can be the last of a turn.
 *
 * Where it stands is stored with each page. One that is broken off, by a kill or since its time was up, goes on from the
 * last page that names a place to go on from (`flow.ts`, `at`). A flow whose pages name none is begun again; what it had
 * stored by then is not stored a second time. Each page is read with the credentials of its moment.
 */
export async function readSource(work: RunWork, end: number): Promise<boolean> {
  const state = await stateOf(work);
  const settings = createHash('sha256').update(JSON.stringify(work.settings)).digest('base64url').slice(0, 16);
  const open = state?.reading;
  if (open?.runId !== work.run.id || open.settings !== settings) {
    return readOn(work, state, await beginReading(work, state, settings), end);
  }
  try {
    return await readOn(work, state, open, end);
  } catch (error) {
    // The place may be one that the source knows no more; anything else is refused again.
    if (!(error instanceof CallRefused) || open.at === null) throw error;
    return readOn(work, state, await beginReading(work, state, settings), end);
  }
}

async function stateOf({ parts, held, flow }: RunWork): Promise<FlowState | undefined> {
  const { turn } = held;
  return (await flowStates(within(parts.database, turn), turn)).find((one) => one.flow === flow.name);
}

async function beginReading(work: RunWork, state: FlowState | undefined, settings: string): Promise<OpenReading> {
  const { held, flow, run, now } = work;
  const cursor = state?.cursor ?? null;
  const since = readsEverything(flow, run, cursor, settings, now) ? null : (cursor?.since ?? null);
  const began = now.toISOString();
  const reading = { runId: run.id, began, settings, since, start: 0, at: null, pages: 0, read: 0 };
  await inTransaction(work, async (sql) => {
    await forgetMet(sql, held.turn, flow.name);
    await storeReading(sql, held.turn, flow.name, reading);
  });
  return reading;
}

const isWhole = ({ whole }: Flow, { since }: OpenReading): boolean => since === null && whole !== false;

async function readOn(work: RunWork, state: FlowState | undefined, open: OpenReading, end: number): Promise<boolean> {
  const { held, flow } = work;
  const starts = startsOf(flow, open.since === null ? null : new Date(open.since), state?.cursor ?? null);
  let reading = open;
  for (; reading.start < starts.length; reading = { ...reading, start: reading.start + 1, at: null }) {
    const since = starts[reading.start] ?? null;
    const from = reading.at === null ? {} : { from: reading.at };
    for await (const page of flow.read({ ...readingOf(work), since, ...from })) {
      if (reading.pages >= MOST_PAGES) throw new PagesDoNotEnd([flow.name]);
      const { at = reading.at, records } = page;
      const leftOut = (reading.leftOut ?? 0) + (page.leftOut ?? 0);
      reading = { ...reading, at, pages: reading.pages + 1, read: reading.read + records.length, leftOut };
      await inTransaction(work, async (sql) => {
        await storeOne(sql, work, page);
        const keys = records.map(({ key }) => key);
        if (isWhole(flow, reading) && keys.length > 0) await storeMet(sql, held.turn, flow.name, keys);
        await storeReading(sql, held.turn, flow.name, reading);
      });
      crashPoint('link.page-stored');
      if (page.at !== undefined && performance.now() >= end) return false;
      await renewCredentials(work);
    }
  }
  await endReading(work, state?.cursor ?? null, reading);
  return true;
}

/** Those of now: whoever has saved others meanwhile means them. */
export async function renewCredentials({ parts, held, line }: RunWork): Promise<void> {
  line.use(await parts.credentialsOf(held.turn.environmentId, held.turn.companyId));
}

async function endReading(work: RunWork, before: Cursor | null, reading: OpenReading): Promise<void> {
  const { held, flow, run } = work;
  const { turn } = held;
  const whole = isWhole(flow, reading);
  for (let more = whole; more;) {
    more = await inTransaction(work, async (sql) => {
      const unmet = await unmetKeys(sql, turn, flow.name, GONE_AT_ONCE);
      if (unmet.length > 0) await tellGone(sql, work, await storeGone(sql, turn, flow.name, unmet));
      return unmet.length === GONE_AT_ONCE;
    });
  }
  const { began, since, settings } = reading;
  const cursor: Cursor = {
    since: new Date(Date.parse(began) - OVERLAP_MINUTES * 60_000).toISOString(),
    wholeAt: since === null ? began : (before?.wholeAt ?? began),
    settings,
  };
  await inTransaction(work, async (sql) => {
    const met = await forgetMet(sql, turn, flow.name);
    await storeCursor(sql, turn, flow.name, cursor);
    await release(sql, turn, flow.name, chosenBy(run));
    await sourceRead(sql, turn, run, { read: whole ? met : reading.read, leftOut: reading.leftOut ?? 0 });
  });
}

/**
 * Whether a reading is of everything; pure.
 *
 *   the flow's readings    | this one is of everything when
 *   -----------------------+--------------------------------------------------------------------
 *   always whole           | always
 *   once in a night        | it is the first of the night, or one of the next line
 *   of what has changed    | there was none before, settings have changed, or somebody asks for it
 */
export function readsEverything(
  flow: Pick<Flow, 'whole'>,
  run: Pick<Run, 'scope'>,
  cursor: Cursor | null,
  settings: string,
  now: Date,
): boolean {
  if (flow.whole === true || cursor === null || cursor.settings !== settings || run.scope.everything === true) {
    return true;
  }
  const isNight = wallMinute(now, 'Europe/Helsinki').minute < NIGHT_ENDS;
  const hours = (now.getTime() - Date.parse(cursor.wholeAt)) / 3_600_000;
  return flow.whole === 'nightly' && isNight && hours > NIGHTS_APART_HOURS;
}

/**
 * From where the source is read. A flow whose readings are not of everything may go back only so far when it begins anew:
 * what has changed since the last reading, however old, is read first.
 */
export function startsOf(
  { whole }: Pick<Flow, 'whole'>,
  since: Date | null,
  cursor: Pick<Cursor, 'since'> | null,
): readonly (Date | null)[] {
  return since === null && cursor !== null && whole === false ? [new Date(cursor.since), null] : [since];
}

/** What the run takes of what is offered; a scheduled one only offers. */
function chosenBy({ trigger, scope }: Run): 'none' | 'candidates' | readonly string[] {
  if (trigger === 'schedule') return 'none';
  return scope.candidates === true ? 'candidates' : (scope.keys ?? 'none');
}

async function storeOne(sql: ConnectionSql, work: RunWork, page: SourcePage): Promise<void> {
  const { held, flow, settings } = work;
  const { turn } = held;
  const arrives = flow.mode(settings) === 'on-demand' ? 'candidate' : 'due';
  if (page.records.length > 0) await storePage(sql, turn, flow, page.records, arrives);
  if (page.gone && page.gone.length > 0) {
    await tellGone(sql, work, await storeGone(sql, turn, flow.name, page.gone));
  }
}

const tellGone = (sql: ConnectionSql, work: RunWork, gone: readonly Gone[]): Promise<void> =>
  tellOf(sql, work, gone, 'gone', 'gone-in-source');

/** Tells the same of many records at once. */
export async function tellOf(
  sql: ConnectionSql,
  { held, flow, run, parts }: Pick<RunWork, 'held' | 'flow' | 'run' | 'parts'>,
  records: readonly Gone[],
  result: 'gone' | 'denied',
  cause: string,
): Promise<void> {
  if (records.length === 0) return;
  const { environmentId, companyId } = held.turn;
  const rows = records.map(({ known, ...record }) =>
    historyRow({ ...record, operation: 'none', result, cause, attempt: 1 }, flow.source, known),
  );
  await sql.rows(`with gate as (select true as held) ${tellAll('$3::jsonb', '$4', '$5', '$6')}`, [
    environmentId,
    companyId,
    storedJson(rows),
    flow.name,
    run.id,
    byWhom(run),
  ]);
  for (const _ of records) parts.observe?.told(flow.name, result);
}

/** Before many records are met for the first time, what the other side has is read at once. */
export async function readTarget(work: RunWork): Promise<void> {
  const { parts, held, flow } = work;
  if (!flow.index) return;
  const sql = within(parts.database, held.turn);
  const unmet = await unmetRecords(sql, held.turn, flow);
  if ([...unmet.values()].flat().length < WORTH_A_LIST) return;
  for await (const { found } of flow.index(readingOf(work), new Set(unmet.keys()))) {
    await inTransaction(work, (sql) => meet(sql, held.turn, flow, unmet, found));
    await renewCredentials(work);
  }
  await inTransaction(work, (sql) => meetNone(sql, held.turn, flow, unmet));
}

/** Writes only while the turn is held. */
export function inTransaction<T>(
  { parts, held }: Pick<RunWork, 'parts' | 'held'>,
  write: (sql: ConnectionSql) => Promise<T>,
): Promise<T> {
  const { turn }: { readonly turn: Turn } = held;
  return parts.database.transaction(
    async (sql) => {
      await holdTurn(sql, turn);
      return write(sql);
    },
    { scope: { tenant: turn.environmentId } },
  );
}

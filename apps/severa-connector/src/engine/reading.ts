import { createHash } from 'node:crypto';

import { wallMinute } from '#lib/policy';
import { crashPoint } from '#lib/service';
import type { ConnectionSql } from '#lib/store';

import { meet, unmetRecords, WORTH_A_LIST } from './first-contact.js';
import type { Flow, SourcePage } from './flow.js';
import { type Cursor, flowStates, storeCursor } from './flow-states.js';
import { byWhom, historyRow, tellAll } from './history.js';
import { type Gone, release, storeGone, storePage } from './pairs.js';
import { type Run, sourceRead } from './runs.js';
import { storedJson } from './stored-json.js';
import { holdTurn, type Turn } from './turns.js';
import { readingOf, type RunWork, within } from './work.js';

/** What was changed while the last reading went on is read once more; so is what two clocks do not agree about. */
const OVERLAP_MINUTES = 10;

/** A night's reading of everything is not followed by another in the same night. */
const NIGHTS_APART_HOURS = 12;
const NIGHT_ENDS = 5 * 60;

/**
 * Reads what has changed in the source since the last reading, page by page. A reading that is broken off is begun again
 * from where the last whole one ended; what it had stored by then is not stored a second time.
 */
export async function readSource(work: RunWork): Promise<void> {
  const { parts, held, flow, run, settings, now } = work;
  const { turn } = held;
  const [state] = (await flowStates(within(parts.database, turn), turn)).filter((one) => one.flow === flow.name);
  const settingsHash = createHash('sha256').update(JSON.stringify(settings)).digest('base64url').slice(0, 16);
  const isWhole = readsEverything(flow, run, state?.cursor ?? null, settingsHash, now);
  const since = isWhole || !state?.cursor ? null : new Date(state.cursor.since);
  const met = new Set<string>();
  for (const from of startsOf(flow, since, state?.cursor ?? null)) {
    for await (const page of flow.read({ ...readingOf(work), since: from })) {
      for (const { key } of page.records) met.add(key);
      await inTransaction(work, (sql) => storeOne(sql, work, page));
      crashPoint('link.page-stored');
    }
  }
  const cursor: Cursor = {
    since: new Date(now.getTime() - OVERLAP_MINUTES * 60_000).toISOString(),
    wholeAt: since === null ? now.toISOString() : (state?.cursor?.wholeAt ?? now.toISOString()),
    settings: settingsHash,
  };
  await inTransaction(work, async (sql) => {
    if (since === null && flow.whole !== false) {
      await tellGone(sql, work, await storeGone(sql, turn, flow.name, { allBut: [...met] }));
    }
    await storeCursor(sql, turn, flow.name, cursor);
    await release(sql, turn, flow.name, chosenBy(run));
    await sourceRead(sql, turn, run, met.size);
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
    await tellGone(sql, work, await storeGone(sql, turn, flow.name, { only: page.gone }));
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
  if (unmet.size < WORTH_A_LIST) return;
  const index = await flow.index(readingOf(work), new Set(unmet.values()));
  await inTransaction(work, (sql) => meet(sql, held.turn, flow, unmet, index));
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

import type { LinkSettings } from '#lib/contracts';
import type { Log } from '#lib/service';
import type { Database } from '#lib/store';

import type { Where } from '../link/link-audit.js';
import { ReadingCalls } from './calls.js';
import type { EngineObserver } from './engine-metrics.js';
import type { Flow, FlowName, PairKeys, Reading } from './flow.js';
import { Ledger } from './ledger.js';
import type { LedgerBook } from './ledger-book.js';
import { type Clients, type CredentialsOf, Line } from './line.js';
import { pairsByKey, pairsInNetvisor } from './pairs.js';
import type { Patience } from './patience.js';
import { type Decide, Permission } from './permission.js';
import type { RequestBudget } from './request-budget.js';
import type { Run } from './runs.js';
import type { HeldTurn, Turn, Turns } from './turns.js';

/** What a test of a link's credentials has said, in as much as the engine acts on it. */
export interface TestedPart {
  readonly light: 'green' | 'yellow' | 'none';
  readonly cause: string | null;
  readonly message: string | null;
}
export interface Tested {
  readonly severa: { readonly parts: readonly TestedPart[] };
  readonly netvisor: { readonly parts: readonly TestedPart[] };
}

/** What the engine needs of its surroundings. */
export interface EngineParts {
  readonly database: Database;
  readonly turns: Turns;
  /** One for all links of a process: they write together. */
  readonly book: LedgerBook;
  readonly flows: readonly Flow[];
  readonly clients: Clients;
  readonly credentialsOf: CredentialsOf;
  readonly budget: RequestBudget;
  readonly decide: Decide;
  /**
   * Tests the credentials of a link whose turn is held; it writes down what it finds, and lets a mended link go on.
   * `pass` is awaited before each request: it says whether the rules allow it.
   */
  readonly test: (where: Where, pass: () => Promise<void>) => Promise<Tested>;
  readonly log: Log;
  readonly observe?: EngineObserver;
  readonly patience: Patience;
}

/** One run's share of a turn, with all that it is done with. */
export interface RunWork {
  readonly parts: EngineParts;
  readonly held: HeldTurn;
  readonly flow: Flow;
  readonly run: Run;
  readonly settings: LinkSettings;
  readonly permission: Permission;
  readonly ledger: Ledger;
  readonly line: Line;
  readonly calls: ReadingCalls;
  /** By the database's clock, as the turn began. */
  readonly now: Date;
}

export async function workOn(
  parts: EngineParts,
  held: HeldTurn,
  flow: Flow,
  run: Run,
  settings: LinkSettings,
): Promise<RunWork> {
  const { turn } = held;
  const { stream, direction } = flow;
  const permission = new Permission(parts.decide, turn, { stream, direction, runId: run.id });
  const ledger = new Ledger(parts.book, held, flow, run, permission);
  const credentials = await parts.credentialsOf(turn.environmentId, turn.companyId);
  const line = new Line(parts.clients, credentials, parts.budget, held, parts.observe);
  const calls = new ReadingCalls(line, ledger, held, parts.patience);
  return { parts, held, flow, run, settings, permission, ledger, line, calls, now: turn.at };
}

/** What a flow reads with. */
export function readingOf({ parts, held, settings, calls, now }: RunWork): Omit<Reading, 'since'> {
  const { database } = parts;
  const { turn } = held;
  const sql = within(database, turn);
  return {
    settings,
    calls,
    now,
    pairs: (flow: FlowName, keys: readonly string[]): Promise<ReadonlyMap<string, PairKeys>> =>
      pairsByKey(sql, turn, flow, keys),
    pairsInNetvisor: (flow: FlowName, keys: readonly string[]) => pairsInNetvisor(sql, turn, flow, keys),
  };
}

/** Single statements about the link's environment. */
export const within = (database: Database, { environmentId }: Turn): Pick<Database, 'rows'> => ({
  rows: (text, values) => database.rows(text, values, { scope: { tenant: environmentId } }),
});

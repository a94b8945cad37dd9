import type { Flow, Known, Operation } from './flow.js';
import { byWhom, type HistoryRow } from './history.js';
import type { Decision } from './permission.js';
import type { Run } from './runs.js';
import { storedJson } from './stored-json.js';
import type { Turn } from './turns.js';

/** How a record stands from here on; what is absent stays as it was. */
export interface Change {
  readonly key: string;
  /** The mark of the record that was seen. */
  readonly mark: string;
  readonly state: 'due' | 'sending' | 'unknown' | 'moved' | 'rejected' | 'waits';
  /** `null`: it is forgotten. */
  readonly known?: Known | null;
  /** What was sent and is not known to have been done or not. */
  readonly sending: Operation | null;
  readonly attempts: number;
  /** Milliseconds until it is looked at again. */
  readonly delay?: number;
  readonly cause?: string;
  readonly message?: string;
  readonly details?: unknown;
}

/** What one link has to write at once. */
export interface Entry {
  readonly turn: Turn;
  readonly flow: Pick<Flow, 'name' | 'source'>;
  readonly run: Pick<Run, 'id' | 'trigger' | 'requestedBy'>;
  /** By which a request is to go; `null`: none is. */
  readonly decision: Decision | null;
  /** Of records that have come to rest. */
  readonly rests: readonly Change[];
  /** Of the record that is on its way from here on, if the request may go. */
  readonly begins: Change | null;
  readonly told: readonly HistoryRow[];
}

/** What became of an entry. */
export interface Written {
  /** Whether the link is as it was when the turn began; `null`: the turn is held no more, and nothing was written. */
  readonly same: boolean | null;
  /** Whether a request may go. */
  readonly open: boolean;
}

/** The values of `ledger-statement.ts` for entries, which it locks the links of in this order. */
export function entryValues(entries: readonly Entry[]): readonly unknown[] {
  const changes = entries.flatMap(({ rests, begins }, nth) => [
    ...rests.map((change) => changeRow(nth, change, false)),
    ...(begins ? [changeRow(nth, begins, true)] : []),
  ]);
  return [
    JSON.stringify(entries.map(entryRow)),
    storedJson(changes),
    storedJson(entries.flatMap(({ told }, nth) => told.map((row) => ({ ...row, nth })))),
  ];
}

const entryRow = ({ turn, flow, run, decision }: Entry, nth: number) => ({
  nth,
  environment: turn.environmentId,
  company: turn.companyId,
  partner: turn.partnerUserId,
  fence: turn.fence,
  mark: turn.mark,
  state: turn.state,
  paused: turn.paused,
  version: decision?.rulesVersion,
  decided: decision?.decidedAt,
  flow: flow.name,
  source: flow.source,
  run: run.id,
  by: byWhom(run),
});

const changeRow = (nth: number, change: Change, begins: boolean) => ({
  ...change,
  nth,
  begins,
  forgets: change.known === null,
});

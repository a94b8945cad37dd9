import type { DimensionLevel, Direction, ExportCharset, DocumentStream } from '#lib/contracts';
import type { ProtectedPersons } from '#lib/policy';

/** The states a transfer may end in: one of them, once. */
export const TERMINAL_STATES = ['succeeded', 'partial', 'failed', 'denied', 'cancelled', 'expired'] as const;
export type TerminalState = (typeof TERMINAL_STATES)[number];

/**
 * Where a transfer is.
 *
 *   queued    accepted; waits for its turn in the lane
 *   running   a connector carries it out
 *   deferred  its window is closed: waits for the opening, keeps its place
 *   held      it would destroy: waits for a person, lets the lane go on
 */
export const TRANSFER_STATES = ['queued', 'running', 'deferred', 'held', ...TERMINAL_STATES] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

export const ITEM_OUTCOMES = ['created', 'updated', 'unchanged', 'left', 'deleted', 'rejected'] as const;
export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

/** What a document did, or would do, to a register: records by outcome. */
export interface TransferEffect {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly left: number;
  readonly deleted: number;
  readonly rejected: number;
  /** Records among the updated in which a field that had a value loses it. */
  readonly emptied: number;
  /** Why it was held, when it was. */
  readonly brake?: readonly string[];
  /** Of an export, whose other counts are zero. */
  readonly exported?: ExportEffect;
}

/** What an export wrote out. */
export interface ExportEffect {
  readonly records: number;
  /** People under non-disclosure [turvakielto] among whom it met: left out, masked or written as it was chosen. */
  readonly protectedPersons: { readonly choice: ProtectedPersons; readonly records: number };
  /** The moment that it shows, to the microsecond; whoever asks for what has changed since asks with this one. */
  readonly asOf: string;
}

/** What a partner user asked to have written out. */
export interface ExportRequest {
  /** Only records written at or after this moment; `null` is the whole register. */
  readonly since: string | null;
  /** The level of dimensions [seurantakohdetaso], where the stream has one at a time; else `null`. */
  readonly level: DimensionLevel | null;
  readonly charset: ExportCharset;
  readonly gzip: boolean;
}

/** Why a transfer failed as a whole, in the words of RFC 9457. */
export interface TransferProblem {
  readonly code: string;
  readonly title: string;
  readonly [detail: string]: unknown;
}

/** One movement of data, from acceptance to its one end. */
export interface Transfer {
  readonly id: string;
  readonly environmentId: string;
  readonly companyId: string;
  readonly partnerUserId: string;
  readonly stream: DocumentStream;
  readonly direction: Direction;
  /** `null` for an export that has not been written. */
  readonly documentId: string | null;
  /** `null` for an import. */
  readonly exportRequest: ExportRequest | null;
  readonly dryRun: boolean;
  /** The ended transfer whose document this one carries out again. */
  readonly replayOf: string | null;
  readonly state: TransferState;
  readonly attempts: number;
  readonly reasons: readonly string[];
  readonly opensAt: Date | null;
  readonly effect: TransferEffect | null;
  readonly releasedEffect: TransferEffect | null;
  readonly problem: TransferProblem | null;
  readonly acceptedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export const isTerminal = (state: TransferState): state is TerminalState =>
  (TERMINAL_STATES as readonly string[]).includes(state);

/** The columns of {@link TransferRow}, of a table with the alias `t`. */
export const TRANSFER_COLUMNS = `t.id, t.environment_id, t.company_id, t.partner_user_id, t.stream, t.direction, t.document_id,
  t.dry_run, t.state, t.attempts, t.reasons, t.opens_at, t.effect, t.released_effect, t.problem,
  t.accepted_at, t.started_at, t.finished_at, t.replay_of, t.export_request`;

export interface TransferRow {
  id: string;
  environment_id: string;
  company_id: string;
  partner_user_id: string;
  stream: DocumentStream;
  direction: Direction;
  document_id: string | null;
  export_request: ExportRequest | null;
  dry_run: boolean;
  state: TransferState;
  attempts: number;
  reasons: string[];
  opens_at: string | null;
  effect: TransferEffect | null;
  released_effect: TransferEffect | null;
  problem: TransferProblem | null;
  accepted_at: string;
  started_at: string | null;
  finished_at: string | null;
  replay_of: string | null;
}

const moment = (text: string | null): Date | null => (text === null ? null : new Date(text));

export const transferOf = (row: TransferRow): Transfer => ({
  id: row.id,
  environmentId: row.environment_id,
  companyId: row.company_id,
  partnerUserId: row.partner_user_id,
  stream: row.stream,
  direction: row.direction,
  documentId: row.document_id,
  exportRequest: row.export_request,
  dryRun: row.dry_run,
  replayOf: row.replay_of,
  state: row.state,
  attempts: row.attempts,
  reasons: row.reasons,
  opensAt: moment(row.opens_at),
  effect: row.effect,
  releasedEffect: row.released_effect,
  problem: row.problem,
  acceptedAt: new Date(row.accepted_at),
  startedAt: moment(row.started_at),
  finishedAt: moment(row.finished_at),
});

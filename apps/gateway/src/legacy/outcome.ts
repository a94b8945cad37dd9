import type { AccessAnswer } from '#lib/contracts';
import { DocumentRefused, type DocumentRefusal } from '#lib/documents';
import { AppError, type ErrorKind } from '#lib/errors';
import { explainReasons } from '#lib/policy';
import type { Language } from '#lib/service';
import type { Transfer } from '#lib/transfers';

import { Absent, LaneFull, SenderStalled } from '../errors.js';
import type { AnswerName, Facts } from './answers.js';
import { MultipartBroken } from './multipart.js';

/** What becomes of a request: an answer of the catalogue, and what its message tells. */
export interface Outcome {
  readonly answer: AnswerName;
  readonly facts: Facts;
}

/** This door says no, with a number of its own. */
export class LegacyRefused extends AppError {
  readonly code: string;

  constructor(
    readonly kind: ErrorKind,
    readonly answer: AnswerName,
    readonly facts: Facts = {},
  ) {
    super(`The legacy door answers ${answer}`);
    this.code = `legacy.${answer}`;
  }
}

/** A rule's no: closed when a wait would mend it, else `answer`. */
export function deniedBy(
  { reasons, waits, opensAt }: AccessAnswer,
  language: Language,
  answer: 'denied' | 'basic-data-denied' = 'denied',
): LegacyRefused {
  const facts = { why: explainReasons(reasons, language)[0]?.message, opensAt };
  return new LegacyRefused('denied', waits ? 'closed' : answer, facts);
}

/** Refusals of a document that have a number of their own; too large is another, the rest is unreadable. */
const NUMBERED: Readonly<Partial<Record<DocumentRefusal, AnswerName>>> = {
  'foreign-company': 'foreign-company',
  'wrong-stream': 'wrong-stream',
  'basic-data-not-allowed': 'basic-data-denied',
};

/**
 * The answer to a request that was refused. `undefined` for what is no refusal but a failure, of ours or of the
 * connection: that is no answer of this interface, and the sender's own client takes it for a failed transport.
 */
export function refusalOf(thrown: unknown): Outcome | undefined {
  // Who reads the document takes whatever stops it for a sender who has stopped.
  const error = thrown instanceof SenderStalled && thrown.cause instanceof MultipartBroken ? thrown.cause : thrown;
  if (error instanceof LegacyRefused) return error;
  if (error instanceof Absent) return { answer: 'company-unknown', facts: {} };
  if (error instanceof MultipartBroken) return { answer: 'form-unfit', facts: { code: error.code } };
  if (error instanceof LaneFull) {
    return { answer: 'lane-full', facts: { seconds: error.details['retryAfterSeconds'] as number } };
  }
  if (!(error instanceof DocumentRefused)) return undefined;
  const { line, column, limit } = error.details as { line?: number; column?: number; limit?: number };
  const answer = NUMBERED[error.refusal] ?? (error.kind === 'oversized' ? 'too-large' : 'unreadable');
  return { answer, facts: { code: error.code, line, column, limit } };
}

/**
 * The answer about a transfer as it stands.
 *
 *   state                | answer
 *   ---------------------+------------------------------------------
 *   succeeded            | 0: every record went in
 *   partial              | positive: what was rejected is for people
 *   failed               | negative: nothing went in
 *   any other            | positive: it waits, or was stopped
 */
export function outcomeOf(transfer: Transfer, language: Language): Outcome {
  const { state, effect, problem, reasons, opensAt, id: transferId } = transfer;
  switch (state) {
    case 'succeeded':
    case 'partial': {
      const facts = effect ? { records: effect, ...effect, transferId } : { transferId };
      return { answer: state === 'partial' ? 'partial' : 'read-in', facts };
    }
    case 'failed':
      return { answer: 'failed', facts: { code: problem?.code, transferId } };
    case 'denied':
      return { answer: 'denied-later', facts: { why: explainReasons(reasons, language)[0]?.message, transferId } };
    case 'deferred':
      return { answer: 'deferred', facts: { opensAt: opensAt?.toISOString(), transferId } };
    case 'held':
      return { answer: 'held', facts: { transferId } };
    case 'cancelled':
    case 'expired':
      return { answer: 'stopped', facts: { transferId } };
    case 'queued':
    case 'running':
      return { answer: 'unfinished', facts: { transferId } };
  }
}

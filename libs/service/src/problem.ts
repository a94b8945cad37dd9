import { AppError, type ErrorDetails, type ErrorKind } from '#lib/errors';

import type { Said } from './fault-texts.js';
import { type Language, TITLES } from './problem-titles.js';

/** The one HTTP status of each kind of error. */
export const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  denied: 403,
  absent: 404,
  stalled: 408,
  conflict: 409,
  outdated: 412,
  oversized: 413,
  unsupported: 415,
  reused: 422,
  unconditional: 428,
  limited: 429,
  broken: 500,
  unavailable: 503,
};

/** Where a problem happened, and for whom it is written. */
export interface ProblemContext {
  /** Path of the request, without its query: that may hold what must not be repeated. */
  readonly instance: string;
  /** 32 hexadecimal digits; the same stand in the log. */
  readonly traceId: string;
  readonly language: Language;
}

/** An answer in the form of RFC 9457. */
export interface Problem {
  readonly status: number;
  /** Whole seconds after which a new try makes sense: 429 and 503 only. */
  readonly retryAfter: number | undefined;
  readonly body: ProblemBody;
}

export interface ProblemBody {
  /** A reference to the page of this code, relative to the service. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly traceId: string;
  readonly [extension: string]: unknown;
}

const OUR_FAULT = 'The fault is ours and has been logged. Quote the traceId when you report it.';
const WAIT = 'Something that this needs is away. Nothing was done; try again.';

const DEFAULT_WAIT_SECONDS: Partial<Record<ErrorKind, number>> = { limited: 1, unavailable: 5 };

/**
 * What a caller is told about an error:
 *
 *   kind        | code                | detail       | extensions
 *   ------------+---------------------+--------------+-----------------
 *   broken      | `service.broken`    | a fixed text | none
 *   unavailable | the error's         | a fixed text | retryAfterSeconds
 *   any other   | the error's         | its message  | its details
 *
 * What `said` of its details, or of one of them in a list, says in the reader's language stands in a message's place. What is not an {@link AppError} is broken. A detail never takes the place of
 * a member of the standard.
 */
export function problemFor(error: unknown, { instance, traceId, language }: ProblemContext): Problem {
  const ours = error instanceof AppError ? error : undefined;
  const kind = ours?.kind ?? 'broken';
  const code = ours && kind !== 'broken' ? ours.code : 'service.broken';
  const retryAfter = retryAfterOf(kind, ours?.details['retryAfterSeconds']);
  const body: ProblemBody = {
    ...(ours && STATUS[kind] < 500 && extensionsOf(ours.details, language)),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
    type: `/problems/${code}`,
    title: TITLES[kind][language],
    status: STATUS[kind],
    detail: kind === 'broken' ? OUR_FAULT : kind === 'unavailable' ? WAIT : detailOf(ours, language),
    instance,
    code,
    traceId,
  };
  return { status: STATUS[kind], retryAfter, body };
}

function detailOf(error: AppError | undefined, language: Language): string {
  return saidIn(error?.details['said'], language) ?? error?.message ?? '';
}

function saidIn(said: unknown, language: Language): string | undefined {
  const text = typeof said === 'object' && said !== null ? (said as Said)[language] : undefined;
  return typeof text === 'string' ? text : undefined;
}

function extensionsOf({ said: _, ...details }: ErrorDetails, language: Language): ErrorDetails {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((one: unknown) => withMessage(one, language)) : value,
    ]),
  );
}

function withMessage(one: unknown, language: Language): unknown {
  if (typeof one !== 'object' || one === null || !('said' in one)) return one;
  const { said, ...shown } = one;
  const message = saidIn(said, language);
  return message === undefined ? shown : { ...shown, message };
}

function retryAfterOf(kind: ErrorKind, wished: unknown): number | undefined {
  const standard = DEFAULT_WAIT_SECONDS[kind];
  if (standard === undefined) return undefined;
  return typeof wished === 'number' && wished > 0 && Number.isFinite(wished) ? Math.ceil(wished) : standard;
}

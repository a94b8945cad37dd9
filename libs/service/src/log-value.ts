import { AppError } from '#lib/errors';

/** What one field of a line may be. An object is never one: it may hold a credential. */
export type LogValue = string | number | boolean | null | readonly (string | number | boolean | null)[];

const LONGEST_TEXT = 4_000;
const LONGEST_LIST = 50;
const DEEPEST_CAUSE = 5;
const NOT_LOGGED = '[not logged]';

/** What JSON leaves as it is and a terminal or a line reader does not: DEL, the C1 controls, the two line separators. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029]/g;

/** The user part of a URL, as drivers put it into their messages. */
const URL_CREDENTIALS = /:\/\/[^/\s@]{1,300}@/g;

/** Text as it may stand in a line: bounded, on one line, without the credentials of a URL. */
export function loggableText(text: string): string {
  const bounded = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return bounded
    .toWellFormed()
    .replaceAll(URL_CREDENTIALS, '://[hidden]@')
    .replaceAll(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function loggableScalar(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return loggableText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  return NOT_LOGGED;
}

/** Any value as it may stand in a line; what is not flat is refused, not searched for secrets. */
export function loggable(value: unknown): LogValue {
  if (!Array.isArray(value)) return loggableScalar(value);
  return value.slice(0, LONGEST_LIST).map(loggableScalar);
}

/** The fields of a record, flat values and errors, the rest refused. Absent fields stay absent. */
export function loggableFields(fields: Readonly<Record<string, unknown>>): Record<string, LogValue | LoggedError> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [loggableText(name), value instanceof Error ? loggableError(value) : loggable(value)]),
  );
}

export interface LoggedError {
  readonly type: string;
  readonly kind?: string;
  readonly code?: string;
  readonly message?: string;
  readonly details?: Readonly<Record<string, LogValue | LoggedError>>;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const codeOf = (error: Error): string | undefined => {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? loggableText(String(code)) : undefined;
};

/** The frames alone: the message above them is a field of its own. */
const framesOf = (error: Error): string | undefined => {
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return frames?.length ? loggableText(frames.join('\n')) : undefined;
};

/**
 * An error as it may stand in a line:
 *
 *   error              | type, code, stack | kind, message | flat details
 *   -------------------+-------------------+---------------+-------------
 *   ours               | yes               | yes           | yes
 *   another, thrown    | yes               | message       | no
 *   another, as cause  | type and code     | no            | no
 *   not an Error       | type              | no            | no
 *
 * Drivers hang whole requests, options and rows on their errors, so no other
 * property is ever read.
 */
export function loggableError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: error === null ? 'null' : typeof error };

  const ours = error instanceof AppError;
  const code = codeOf(error);
  const stack = depth === 0 ? framesOf(error) : undefined;
  return {
    type: loggableText(error.name),
    ...(ours && { kind: error.kind, details: loggableFields(error.details) }),
    ...(code !== undefined && { code }),
    ...((ours || depth === 0) && { message: loggableText(error.message) }),
    ...(stack !== undefined && { stack }),
    ...(error.cause !== undefined && depth < DEEPEST_CAUSE && { cause: loggableError(error.cause, depth + 1) }),
  };
}

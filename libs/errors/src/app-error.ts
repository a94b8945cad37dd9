/**
 * What went wrong, named for whoever can act on it.
 *
 * The kind alone decides the HTTP status and what becomes of a message; nothing
 * else in the codebase chooses either:
 *
 *   kind            | who must act          | HTTP | a message that causes it is
 *   ----------------+-----------------------+------+----------------------------
 *   invalid         | the sender            | 400  | parked
 *   unauthenticated | the caller signs in   | 401  | parked
 *   denied          | who owns the rule     | 403  | parked
 *   absent          | the caller            | 404  | parked
 *   stalled         | the sender, again     | 408  | parked
 *   conflict        | the caller            | 409  | parked
 *   outdated        | the caller rereads    | 412  | parked
 *   oversized       | the sender splits     | 413  | parked
 *   unsupported     | the sender            | 415  | parked
 *   reused          | the sender, a new key | 422  | parked
 *   unconditional   | the caller, If-Match  | 428  | parked
 *   limited         | nobody: wait          | 429  | retried with a delay
 *   broken          | us                    | 500  | retried, then parked
 *   unavailable     | nobody: wait          | 503  | retried with a delay
 */
export const ERROR_KINDS = [
  'invalid',
  'unauthenticated',
  'denied',
  'absent',
  'stalled',
  'conflict',
  'outdated',
  'oversized',
  'unsupported',
  'reused',
  'unconditional',
  'limited',
  'broken',
  'unavailable',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** Facts beside the message. Safe to log and to show: never a credential, never the contents of a document. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** The base of every error raised on purpose. `code` is stable and searchable; `message` is for people. */
export abstract class AppError extends Error {
  abstract readonly kind: ErrorKind;
  /** `noun.what-is-wrong`, for example `document.malformed`. */
  abstract readonly code: string;

  constructor(
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Another service's {@link AppError}, as it came over the bus: same kind, code and details. */
export class RemoteError extends AppError {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

/** An unknown throw is our fault until proven otherwise. */
export function kindOf(error: unknown): ErrorKind {
  return error instanceof AppError ? error.kind : 'broken';
}

import { AppError } from '#lib/errors';

/** PostgreSQL cannot be reached, or gave way to another transaction; the same work may succeed in a moment. */
export class StoreUnavailable extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'store.unavailable';
}

/**
 * SQLSTATE classes and codes that a wait may mend: connection (08), resources
 * (53), operator intervention (57), system errors (58, a full disk is one),
 * serialization failure, deadlock and lock time-out.
 */
const PASSING = /^(08|53|57|58)...$|^40001$|^40P01$|^55P03$/;

/** Errors of the socket itself, before PostgreSQL could name one. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);

/** Gives an error of the driver its kind; anything it does not know stays what it was. */
export function asStoreError(thrown: unknown): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error instanceof AppError) return error;
  const code = (error as Error & { code?: unknown }).code;
  const passing =
    (typeof code === 'string' && (PASSING.test(code) || UNREACHABLE.has(code))) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end/.test(
      error.message,
    );
  return passing ? new StoreUnavailable('The database cannot be reached just now', {}, { cause: error }) : error;
}

/**
 * What went wrong, by who must act on it. Start with `app-error.ts`.
 *
 * Imports nothing; every other room may import it.
 */
export { AppError, type ErrorDetails, ERROR_KINDS, type ErrorKind, kindOf, RemoteError } from './app-error.js';
export { assertNever } from './assert-never.js';

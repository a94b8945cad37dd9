import { AppError, ERROR_KINDS, RemoteError } from '#lib/errors';
import { z } from 'zod';

/** An error as it travels with an answer. */
const wireError = z.object({
  kind: z.enum(ERROR_KINDS),
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type WireError = z.input<typeof wireError>;

/** What was not raised on purpose may say anything, so the asker learns only that it happened. */
export function toWire(error: unknown): WireError {
  if (error instanceof AppError) {
    const { kind, code, message, details } = error;
    return { kind, code, message, details };
  }
  return {
    kind: 'broken',
    code: 'answer.broken',
    message: 'The service could not answer because of a fault of its own',
  };
}

/** The answering side's error, or `undefined` when this is something else, such as a lost connection. */
export function fromWire(value: unknown): RemoteError | undefined {
  const read = wireError.safeParse(value);
  if (!read.success) return undefined;
  const { kind, code, message, details } = read.data;
  return new RemoteError(kind, code, message, details);
}

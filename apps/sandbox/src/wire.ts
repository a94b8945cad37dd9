import type { FieldFault } from './field-check.js';

/** A whole answer, before any fault spoils it. `type` null: no body and no content type. */
export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Buffer;
}

/** How an area of the API speaks of success and failure: see {@link answerOf}. */
export type Family = 'older' | 'envelope';

/** A record that a call changed, as the journal keeps it. `externalKey` is the caller's own key of it. */
export interface AppliedRecord {
  readonly register: string;
  readonly key: string;
  readonly externalKey: string | null;
  readonly effect: 'created' | 'updated' | 'added';
}

/** What a call came to. Records are named by whoever changed some, and by nobody else. */
export type Outcome =
  | { readonly kind: 'given'; readonly value: unknown; readonly created?: true; readonly records?: AppliedRecord[] }
  | { readonly kind: 'invalid'; readonly faults: readonly FieldFault[] }
  | { readonly kind: 'absent'; readonly message: string };

export const given = (value: unknown): Outcome => ({ kind: 'given', value });
export const applied = (value: unknown, ...records: AppliedRecord[]): Outcome => ({ kind: 'given', value, records });
export const invalid = (faults: readonly FieldFault[]): Outcome => ({ kind: 'invalid', faults });
export const refused = (message: string, field: string | null = null): Outcome => invalid([{ field, message }]);
export const absent = (message: string): Outcome => ({ kind: 'absent', message });

const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json',
  body: Buffer.from(JSON.stringify(value), 'utf8'),
});

/** A status and nothing else: what 401 and 403 are. */
export const bare = (status: number): Answer => ({ status, type: null, body: Buffer.alloc(0) });

/** Text that is no JSON: what 429 is. */
export const plain = (status: number, text: string): Answer => ({
  status,
  type: 'text/plain;charset=UTF-8',
  body: Buffer.from(text, 'utf8'),
});

const NAME = { 200: 'OK', 201: 'CREATED', 400: 'BAD_REQUEST', 404: 'NOT_FOUND', 500: 'INTERNAL_SERVER_ERROR' };

/**
 * The answer to an outcome, in the family of its area.
 *
 *   outcome | older                                  | envelope
 *   --------+----------------------------------------+----------------------------------------
 *   given   | 200 and the value itself               | 200 or 201, the value under `result`
 *   invalid | 400 ApiErrorList {status, message,     | 400, errors: [{code, fieldName,
 *           | errors: string[]}                      | errorMsg}]
 *   absent  | 404 ApiError {status, message}         | 404, one error without a field
 */
export function answerOf(outcome: Outcome, family: Family, now: Date): Answer {
  if (family === 'envelope') return envelopeOf(outcome, now);
  switch (outcome.kind) {
    case 'given':
      return json(200, outcome.value);
    case 'invalid': {
      const errors = outcome.faults.map(({ field, message }) => (field === null ? message : `${field}: ${message}`));
      return json(400, { status: NAME[400], message: errors[0] ?? 'Validation failed', errors });
    }
    case 'absent':
      return json(404, { status: NAME[404], message: outcome.message });
  }
}

function envelopeOf(outcome: Outcome, now: Date): Answer {
  const wrapped = (status: 200 | 201 | 400 | 404, rest: { errors: unknown[]; result?: unknown }): Answer =>
    json(status, { status: NAME[status], httpResponseCode: String(status), fetchedAt: String(now.getTime()), ...rest });
  switch (outcome.kind) {
    case 'given':
      return wrapped(outcome.created ? 201 : 200, { errors: [], result: outcome.value });
    case 'invalid': {
      const errors = outcome.faults.map(({ field, message }) => ({
        code: 'VALIDATION_ERROR',
        fieldName: field,
        errorMsg: message,
      }));
      return wrapped(400, { errors });
    }
    case 'absent':
      return wrapped(404, { errors: [{ code: 'NOT_FOUND', fieldName: null, errorMsg: outcome.message }] });
  }
}

/** A 500 as either family words it. */
export function serverError(family: Family, now: Date): Answer {
  const message = 'Internal server error';
  if (family === 'older') return json(500, { status: NAME[500], message });
  const errors = [{ code: 'INTERNAL', fieldName: null, errorMsg: message }];
  const fetchedAt = String(now.getTime());
  return json(500, { status: NAME[500], httpResponseCode: '500', fetchedAt, errors });
}

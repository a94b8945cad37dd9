/** What the published interface declares of one field. Strings may be null unless `given`; numbers and flags never. */
export type FieldFact =
  | { readonly type: 'text'; readonly min: number; readonly max: number; readonly nullable: boolean }
  | { readonly type: 'code'; readonly codes: readonly (string | number)[]; readonly nullable: boolean }
  | { readonly type: 'day' | 'flag'; readonly nullable: boolean }
  | { readonly type: 'number'; readonly max: number; readonly decimals: number; readonly nullable: boolean }
  | { readonly type: 'object'; readonly of: FieldTable; readonly nullable: boolean }
  | { readonly type: 'list'; readonly of: FieldTable; readonly nullable: boolean };

export interface FieldTable {
  readonly fields: Readonly<Record<string, FieldFact>>;
  /** Must be in the body, and not null. */
  readonly required: readonly string[];
  /** Set by Fivaldi alone: checked as the others, and then not read. */
  readonly own: readonly string[];
}

const ANY_LENGTH = 4000;

/** A string of at most `max` characters, or null. */
export const text = (max = ANY_LENGTH, min = 0): FieldFact => ({ type: 'text', min, max, nullable: true });

/** A string that is never null. */
export const certainText = (max = ANY_LENGTH, min = 0): FieldFact => ({ type: 'text', min, max, nullable: false });

export const code = (...codes: readonly (string | number)[]): FieldFact => ({ type: 'code', codes, nullable: true });

export const certainCode = (...codes: readonly (string | number)[]): FieldFact => ({
  type: 'code',
  codes,
  nullable: false,
});

/** `dd.mm.yyyy`. */
export const day: FieldFact = { type: 'day', nullable: true };
export const certainDay: FieldFact = { type: 'day', nullable: false };
export const flag: FieldFact = { type: 'flag', nullable: false };

/** Between `-max` and `max`, with at most so many decimals. */
export const number = (max = Number.MAX_SAFE_INTEGER, decimals = 20): FieldFact => ({
  type: 'number',
  max,
  decimals,
  nullable: false,
});

export const object = (of: FieldTable): FieldFact => ({ type: 'object', of, nullable: true });
export const list = (of: FieldTable): FieldFact => ({ type: 'list', of, nullable: true });

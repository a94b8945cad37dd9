import { decide } from './decision.js';
import type { RegisterModes } from './import-mode.js';

/** What an import does to a register, in records. */
export interface Effect {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Named by the document and not touched, because of the mode. */
  readonly left: number;
  readonly deleted: number;
  /** Those in which at least one field had a value and has none afterwards. */
  readonly emptied: number;
  readonly rejected: number;
  /** `created + updated + unchanged + deleted`. */
  readonly touched: number;
}

/** Why a person must confirm an import before it is carried out, gravest first. */
export const BRAKE_REASONS = ['WOULD_DELETE', 'WOULD_EMPTY', 'EMPTY_DOCUMENT'] as const;
export type BrakeReason = (typeof BRAKE_REASONS)[number];

export type BrakeVerdict =
  { readonly go: true } | { readonly go: false; readonly reasons: readonly [BrakeReason, ...BrakeReason[]] };

const MIN_EMPTIED_RECORDS = 10;

/** What a document does to one of the registers that it has records for. */
export interface RegisterEffect {
  readonly mode: RegisterModes[keyof RegisterModes];
  readonly effect: Effect;
  /** Its records in the document, rejected ones included. */
  readonly documentRecords: number;
}

/**
 * Whether an import may be carried out, or waits until a person confirms its effect.
 *
 *   in some register the import                                         | reason
 *   --------------------------------------------------------------------+---------------
 *   would delete a record                                               | WOULD_DELETE
 *   would empty fields in at least 10 records, and in more than         | WOULD_EMPTY
 *     `brakePercent` per cent of those it touches                       |
 *   is `replace-all` with a document that has no records for it         | EMPTY_DOCUMENT
 *
 * Each register is judged by itself, so that a thousand new products do not hide ten emptied orders. `released` is the
 * effect that a person has confirmed for this very document, as a whole: the import goes when it now deletes no more
 * records and empties no more, and otherwise every reason counts again.
 */
export function brake(
  registers: readonly RegisterEffect[],
  brakePercent: number,
  released: Pick<Effect, 'deleted' | 'emptied'> | null,
): BrakeVerdict {
  const total = (count: 'deleted' | 'emptied'): number => registers.reduce((sum, { effect }) => sum + effect[count], 0);
  if (released !== null && total('deleted') <= released.deleted && total('emptied') <= released.emptied) {
    return { go: true };
  }
  const decision = decide<BrakeReason>([
    total('deleted') > 0 && 'WOULD_DELETE',
    registers.some(({ effect }) => emptiesTooMany(effect, brakePercent)) && 'WOULD_EMPTY',
    registers.some(({ mode, documentRecords }) => mode === 'replace-all' && documentRecords === 0) && 'EMPTY_DOCUMENT',
  ]);
  return decision.allowed ? { go: true } : { go: false, reasons: decision.reasons };
}

/** Under `replace-all` a rejected record would count as one that the document lacks, and be deleted. */
export function rejectsWholeDocument(mode: RegisterModes[keyof RegisterModes], rejected: number): boolean {
  return mode === 'replace-all' && rejected > 0;
}

function emptiesTooMany({ emptied, touched }: Effect, brakePercent: number): boolean {
  // In this order a threshold that is no number brakes.
  return emptied >= MIN_EMPTIED_RECORDS && !(emptied * 100 <= brakePercent * touched);
}

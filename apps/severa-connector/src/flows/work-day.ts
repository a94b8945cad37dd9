import type { LinkSettings } from '#lib/contracts';

/**
 * What is kept of one employee's day in Severa. Hours are canonical decimals, texts as Severa has them.
 *
 * Source: contracts/severa §3.3.
 */
export type WorkDay = {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** The employee number: the code of Severa's user. */
  readonly employee: string | null;
  readonly entries: readonly WorkEntry[];
  /** Those of its record types of which Netvisor counts days, and not hours; absent: it has none. */
  readonly inDays?: readonly string[];
};

export type WorkEntry = {
  readonly kind: 'work' | 'overtime' | 'absence';
  /** Of the work type, the overtime class or the kind of absence. */
  readonly code: string | null;
  readonly name: string | null;
  /** `null`: an absence of whole days, of somebody whose daily hours Severa does not have. */
  readonly hours: string | null;
  readonly approved: boolean;
  readonly description: string | null;
  /** The dimension item. */
  readonly project: string | null;
};

/** Netvisor's record type [kirjauslaji] of an entry; `null`: the settings have none. */
export function recordTypeOf(
  { kind, code }: WorkEntry,
  { workHours: { recordTypes, overtimeTypes } }: LinkSettings,
): string | null {
  const types = kind === 'overtime' ? overtimeTypes : recordTypes;
  return code !== null && Object.hasOwn(types, code) ? (types[code] ?? null) : null;
}

/** How a day is told from the others: nobody has two. */
export const workDayKey = (user: string, date: string): string => `${user} ${date}`;

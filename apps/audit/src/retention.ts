import type { AuditAction, StreamName } from '#lib/contracts';

import type { Entry } from './entry.js';
import type { SealedPart } from './seal.js';

/** What an entry is kept for. */
export type RetentionClass = 'security' | 'ledger' | 'books';

/** How long an address may be kept, in months: whoever runs the service chooses in between, after legal advice. */
export const ADDRESS_MONTHS = { least: 12, most: 24 } as const;

/** Whole years after the year of the entry: Kirjanpitolaki 2:10, vouchers and books. */
const YEARS: Readonly<Record<'ledger' | 'books', number>> = { ledger: 6, books: 10 };

const SECURITY = ['access', 'session', 'second-factor', 'password', 'audit'];

/** Streams that carry what is booked: invoices, payroll, orders. The others carry registers. */
export const BOOKED: readonly (StreamName | null)[] = ['kiha', 'palkat', 'tilaukset', 'tilaushistoria'];

/**
 * Source: the decided semantics, §5.
 *
 *   action                                      | stream               | class
 *   --------------------------------------------+----------------------+---------
 *   access, session, second-factor, password,   | any                  | security
 *   audit                                       |                      |
 *   everything else: transfers, rights, rules   | carries book entries | books
 *                                               | another, or none     | ledger
 */
export function retentionClass(action: AuditAction, stream: StreamName | null): RetentionClass {
  if (SECURITY.includes(action.slice(0, action.indexOf('.')))) return 'security';
  return BOOKED.includes(stream) ? 'books' : 'ledger';
}

/**
 * When a part may go, counted from when the log took it. The entry itself, its hash and its place stay for ever.
 *
 *   part    | class    | goes
 *   --------+----------+----------------------------------------------------
 *   address | any      | after `months`
 *   details | security | after `months`
 *           | ledger   | six years after the end of the entry's year
 *           | books    | ten years after the end of the entry's year
 */
export function expiryOf(
  part: SealedPart,
  { action, stream, recordedAt }: Pick<Entry, 'action' | 'stream' | 'recordedAt'>,
  months: number = ADDRESS_MONTHS.least,
): Date {
  const taken = new Date(recordedAt);
  const kept = retentionClass(action, stream);
  if (part === 'details' && kept !== 'security') return new Date(Date.UTC(taken.getUTCFullYear() + 1 + YEARS[kept], 0));
  return new Date(
    Date.UTC(
      taken.getUTCFullYear(),
      taken.getUTCMonth() + months,
      taken.getUTCDate(),
      taken.getUTCHours(),
      taken.getUTCMinutes(),
      taken.getUTCSeconds(),
    ),
  );
}

/** One thing that is removed after its time: from which entries, and the instant before which they must be. */
export interface RetentionRule {
  readonly name: string;
  readonly part: SealedPart;
  /** `null`: of every class. */
  readonly kept: RetentionClass | null;
  readonly before: Date;
}

/** What may go at this instant; {@link expiryOf} turned around. */
export function dueNow(now: Date, months: number): readonly RetentionRule[] {
  const monthsAgo = new Date(now);
  monthsAgo.setUTCMonth(now.getUTCMonth() - months);
  // The 31st of a month that has 30 days is the first of the next: a day later than due, never a day early.
  if (monthsAgo.getUTCDate() !== now.getUTCDate()) monthsAgo.setUTCDate(0);
  const yearsAgo = (kept: 'ledger' | 'books') => new Date(Date.UTC(now.getUTCFullYear() - YEARS[kept], 0));
  return [
    { name: 'address', part: 'address', kept: null, before: monthsAgo },
    { name: 'security', part: 'details', kept: 'security', before: monthsAgo },
    { name: 'ledger', part: 'details', kept: 'ledger', before: yearsAgo('ledger') },
    { name: 'books', part: 'details', kept: 'books', before: yearsAgo('books') },
  ];
}

import { z } from 'zod';

import { RuleUnusable } from '../errors.js';

/** Where a page ended: what the list is ordered by, and the id that settles ties. */
const place = z.tuple([z.string().refine((text) => !text.includes('\0')), z.uuid()]);
export type PagePlace = z.output<typeof place>;

export const cursorAt = (at: PagePlace): string => Buffer.from(JSON.stringify(at)).toString('base64url');

/** Refuses what is no cursor of {@link cursorAt}. */
export function placeOf(cursor: string | undefined): PagePlace | null {
  if (cursor === undefined) return null;
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new RuleUnusable([{ pointer: '/cursor', code: 'cursor.unreadable' }]);
  }
}

/** The first `limit` of one row more than that, and the cursor of the next page if there is one. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  at: (row: Row) => PagePlace,
): { readonly shown: readonly Row[]; readonly next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { shown, next: rows.length > limit && last !== undefined ? cursorAt(at(last)) : null };
}

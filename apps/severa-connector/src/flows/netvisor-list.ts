import { AppError } from '#lib/errors';
import { child, type NetvisorElement, type NetvisorRequest } from '#lib/upstream';

import type { Calls, Json } from '../engine/flow.js';
import { finnishMoment } from './finnish-time.js';

/** A good answer of Netvisor's has not the list that was asked for. */
export class ListMissing extends AppError {
  readonly kind = 'broken';
  readonly code = 'netvisor-answer.list-missing';

  constructor(list: string) {
    super('A good answer of Netvisor has not the list that was asked for', { list });
  }
}

/**
 * The list in an answer. Netvisor answers an empty one with an empty element (contract §2): where there is none, nothing
 * is known, and to take it for empty would call all records gone, or make them a second time.
 */
export function listIn(root: NetvisorElement, name: string): NetvisorElement {
  const list = child(root, name);
  if (list === undefined) throw new ListMissing(name);
  return list;
}

/**
 * The rows of a list that may be long, in the order of their keys. Each is made small as it is read: Netvisor answers a
 * list as a whole, and it is never held as one.
 */
export async function rowsOf<Row extends { readonly key: string }>(
  calls: Pick<Calls, 'netvisor'>,
  request: NetvisorRequest,
  list: string,
  small: (row: NetvisorElement) => Row | null,
): Promise<readonly Row[]> {
  const rows = new Map<string, Row>();
  const take = (element: NetvisorElement): void => {
    const row = small(element);
    if (row) rows.set(row.key, row);
  };
  const root = await calls.netvisor({ ...request, rows: { list, take } });
  for (const element of listIn(root, list).children) take(element);
  return [...rows.values()].sort((a, b) => Number(a.key) - Number(b.key));
}

/** The rows after the one that a reading was broken off at. */
export const rowsAfter = <Row extends { readonly key: string }>(
  rows: readonly Row[],
  from: Json | undefined,
): readonly Row[] => (typeof from === 'string' ? rows.filter(({ key }) => Number(key) > Number(from)) : rows);

/** The code of the record that stands for all of a register that does not move (contract §5.4). */
export const TEMPORARY_CODE = 'TEMP';

/**
 * The filter of Netvisor's lists for what was changed since. In which zone Netvisor reads the time is not documented: in
 * UTC it is read as the same moment or as an earlier one, so that nothing is left out.
 *
 * Source: contract §6, incremental reading.
 */
export const changedSince = (since: Date | null): readonly (readonly [string, string])[] =>
  since ? [['changedsince', since.toISOString().slice(0, 19)]] : [];

/**
 * The same for lists that take a beginning and an end. Begun in UTC and ended by a clock in Finland, which is ahead, it
 * has all of the window in it, in whichever zone Netvisor reads it.
 */
export function modifiedWindow(since: Date, until: Date): readonly (readonly [string, string])[] {
  const { day, time } = finnishMoment(until);
  return [
    ['lastmodifiedstart', since.toISOString().slice(0, 19)],
    ['lastmodifiedend', `${day}T${time}`],
  ];
}

import { badParameter, jsonAnswer } from './exception.js';
import type { Filter } from './filter.js';
import type { Finder, Model } from './model.js';
import type { OrganisationSettings } from './organisation.js';
import type { Outcome } from './outcome.js';
import type { Register, Stored } from './register.js';

/**
 * How a list is cut into pages.
 *
 *   by     | asks with                | the next page
 *   -------+--------------------------+---------------------------------------------------
 *   token  | `pageToken`, `rowCount`  | named by the header `NextPageToken`, while there is one
 *   rows   | `firstRow`, `rowCount`   | the caller counts
 *   none   | nothing                  | there is none
 *
 * `most` is the largest `rowCount`; without one 20 are given, or all where the interface says so (`all`).
 */
export interface Paging {
  readonly by: 'token' | 'rows' | 'none';
  readonly most: number;
  readonly all?: true;
}

/** Where the interface names no largest page, the vendor's support pages say a thousand. */
const UNNAMED = 1000;
export const TOKEN: Paging = { by: 'token', most: UNNAMED };
export const TOKEN_100: Paging = { by: 'token', most: 100 };
export const ROWS: Paging = { by: 'rows', most: UNNAMED };
export const ROWS_100: Paging = { by: 'rows', most: 100 };
export const ROWS_ALL: Paging = { by: 'rows', most: UNNAMED, all: true };
export const WHOLE: Paging = { by: 'none', most: Number.MAX_SAFE_INTEGER, all: true };

const DEFAULT_ROWS = 20;

export const pagingParameters = ({ by }: Paging): readonly string[] =>
  ({ token: ['pageToken', 'rowCount'], rows: ['firstRow', 'rowCount', 'calculateRowCount'], none: [] })[by];

type Large = OrganisationSettings['largePages'];
type Fits = (stored: Stored) => boolean;

interface Cut {
  readonly after: number;
  readonly skip: number;
  readonly count: number;
}

/** A page of the records that fit. */
export function page(register: Register, fits: Fits, query: URLSearchParams, paging: Paging, large: Large): Outcome {
  const cut = cutOf(query, paging, large);
  if ('bad' in cut) return { answer: badParameter(cut.bad, cut.why) };
  const texts: string[] = [];
  let { skip } = cut;
  let last = 0;
  for (const stored of register.after(cut.after)) {
    if (!fits(stored)) continue;
    if (skip > 0) {
      skip -= 1;
      continue;
    }
    if (texts.length === cut.count) return listed(texts, paging.by === 'token' ? tokenOf(last) : null);
    texts.push(register.textOf(stored.model));
    last = stored.seq;
  }
  return listed(texts, null);
}

const listed = (texts: readonly string[], next: string | null): Outcome => ({
  answer: jsonAnswer(200, `[${texts.join(',')}]`),
  ...(next === null ? {} : { headers: { NextPageToken: next } }),
});

function cutOf(query: URLSearchParams, paging: Paging, large: Large): Cut | { bad: string; why: string } {
  const rows = countIn(query, 'rowCount', 1);
  if (rows === 'bad') return { bad: 'rowCount', why: 'The value must be a positive integer.' };
  if (rows !== null && rows > paging.most && large === 'refused') {
    return { bad: 'rowCount', why: `The maximum is ${paging.most}.` };
  }
  const first = countIn(query, 'firstRow', 0);
  if (first === 'bad') return { bad: 'firstRow', why: 'The value must not be negative.' };
  const after = placeOf(query.get('pageToken'));
  if (after === null) return { bad: 'pageToken', why: 'The page token is not valid.' };
  const unasked = paging.all ? Number.MAX_SAFE_INTEGER : DEFAULT_ROWS;
  return { after, skip: first ?? 0, count: rows === null ? unasked : Math.min(rows, paging.most) };
}

function countIn(query: URLSearchParams, name: string, least: number): number | null | 'bad' {
  const text = query.get(name);
  if (text === null) return null;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  return count < least ? 'bad' : count;
}

const tokenOf = (seq: number): string => Buffer.from(`after ${seq}`).toString('base64url');

/** 0 without a token; null for one that was not given here. */
function placeOf(token: string | null): number | null {
  if (token === null || token === '') return 0;
  const [, seq] = /^after (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return seq === undefined ? null : Number(seq);
}

/** Whether a record passes what the query asks, or the parameter that cannot be read. */
export function fitting(query: URLSearchParams, filters: readonly Filter[], finder: Finder): Fits | { bad: string } {
  const asked: { filter: Filter; values: unknown[] }[] = [];
  for (const filter of filters) {
    const values = query.getAll(filter.name).map(filter.read);
    if (values.includes(undefined) || (!filter.many && values.length > 1)) return { bad: filter.name };
    if (values.length > 0) asked.push({ filter, values });
  }
  return (stored) => asked.every(({ filter, values }) => values.some((value) => filter.fits(stored, value, finder)));
}

export const matching =
  (fits: Fits, of: (model: Model) => boolean): Fits =>
  (stored) =>
    of(stored.model) && fits(stored);

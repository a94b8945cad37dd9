import type { z } from 'zod';

import { type Direction, type LinkFlow, type listLinkHistory } from '#lib/contracts';
import { type Database, instant } from '#lib/store';

import { explainCause } from './causes.js';

type List = z.output<typeof listLinkHistory.ask>;
type Answer = z.input<typeof listLinkHistory.answer>;
type Row = Answer['rows'][number];

/** Which way a flow moves things; `import` is towards Netvisor. */
export interface Directed {
  readonly name: LinkFlow;
  readonly direction: Direction;
}

/** How far one request looks for what no index has, in rows. */
export interface Reach {
  /** With one statement. */
  readonly window: number;
  readonly most: number;
}
const REACH: Reach = { window: 20_000, most: 200_000 };

type Stored = Omit<Row, 'cause' | 'direction'> & { readonly cause: string | null };

/**
 * The transfer history [siirtohistoria], newest first. Its ids grow with time, so a page begins where the one before
 * ended, whatever has come meanwhile.
 *
 * A part of a name is found by looking: row-level security lets no index find it, since PostgreSQL evaluates only
 * leakproof comparisons before a row's tenant is known. So a search goes back a bounded number of rows at a time; a page
 * may have fewer rows than were asked for, even none, and still say where the search goes on.
 */
export class HistoryView {
  readonly #directions: ReadonlyMap<string, Direction>;

  constructor(
    private readonly database: Database,
    flows: readonly Directed[],
    private readonly reach: Reach = REACH,
  ) {
    this.#directions = new Map(flows.map(({ name, direction }) => [name, direction]));
  }

  async list(asked: List): Promise<Answer> {
    const { rows, next } = isSearch(asked) ? await this.#search(asked) : await this.#page(asked);
    return {
      rows: rows.map((row) => ({
        ...row,
        at: instant(row.at).toISOString(),
        direction: this.#directions.get(row.flow) ?? 'import',
        cause: row.cause === null ? null : explainCause(row.cause, asked.language),
      })),
      next,
    };
  }

  async #page(asked: List): Promise<Found> {
    const rows = await this.#rows<Stored>(asked, PAGE, asked.cursor, asked.limit);
    return { rows, next: rows.length === asked.limit ? (rows.at(-1)?.id ?? null) : null };
  }

  async #search(asked: List): Promise<Found> {
    const { window, most } = this.reach;
    const found: Stored[] = [];
    let { cursor } = asked;
    for (let looked = 0; looked < most; looked += window) {
      const wanted = asked.limit - found.length;
      const rows = await this.#rows<Stored & Looked>(asked, SEARCH, cursor, wanted, window);
      const [{ looked: times, last } = { looked: 0, last: null }] = rows;
      for (const { looked: _, last: __, ...row } of rows) if (row.id !== null) found.push(row);
      if (found.length === asked.limit) return { rows: found, next: found.at(-1)?.id ?? null };
      if (Number(times) < window || last === null) return { rows: found, next: null };
      cursor = last;
    }
    return { rows: found, next: cursor ?? null };
  }

  #rows<T extends object>(
    { environmentId, filters }: List,
    statement: string,
    cursor: string | undefined,
    ...limits: readonly number[]
  ): Promise<T[]> {
    const { companyId, flow, result, cause, runId, text, from, until } = filters;
    return this.database.rows<T>(
      statement,
      [
        environmentId,
        companyId ?? null,
        flow ?? null,
        result ?? null,
        cause ?? null,
        runId ?? null,
        text === undefined ? null : literal(text),
        from ?? null,
        until ?? null,
        cursor ?? null,
        idOf(from, -1) ?? FIRST_ID,
        idOf(until, 1) ?? LAST_ID,
        ...limits,
      ],
      // What is given decides which index is the right one.
      { scope: { tenant: environmentId }, prepare: false },
    );
  }
}

interface Found {
  readonly rows: readonly Stored[];
  readonly next: string | null;
}

/** How many rows were looked at, and the last of them; beside each row that was found, or beside none. */
interface Looked {
  readonly looked: string | number;
  readonly last: string | null;
}

/** What no index finds: a text, and a flow by itself. */
const isSearch = ({ filters: { text, flow, result, cause, runId } }: List): boolean =>
  text !== undefined || (flow !== undefined && (result ?? cause ?? runId) === undefined);

const COLUMNS = `h.history_id as id, h.at, h.company_id as "companyId", h.run_id as "runId", h.flow, h.key, h.number,
  h.name, h.operation, h.result, h.cause, h.message, h.severa_key as "severaKey", h.netvisor_key as "netvisorKey",
  h.attempt, h.by`;

/** Where an index leads, newest first. */
const PLACE = `h.environment_id = $1 and ($2::uuid is null or h.company_id = $2)
  and h.history_id >= $11::uuid and h.history_id < $12::uuid and ($10::uuid is null or h.history_id < $10)`;

const NARROWED = `($3::text is null or h.flow = $3) and ($4::text is null or h.result = $4)
  and ($5::text is null or h.cause = $5) and ($6::uuid is null or h.run_id = $6)
  and ($7::text is null or h.number ilike '%' || $7 || '%' or h.name ilike '%' || $7 || '%'
       or h.key ilike $7 || '%' or h.severa_key ilike $7 || '%' or h.netvisor_key ilike $7 || '%')
  and ($8::timestamptz is null or h.at >= $8) and ($9::timestamptz is null or h.at < $9)`;

const PAGE = `
  select ${COLUMNS} from severa.history h where ${PLACE} and ${NARROWED} order by h.history_id desc limit $13`;

const SEARCH = `
  with looked as materialized (
    select h.history_id, ${NARROWED} as fits from severa.history h where ${PLACE}
     order by h.history_id desc limit $14
  ), found as materialized (
    select history_id from looked where fits order by history_id desc limit $13
  )
  select (select count(*) from looked) as looked,
         (select history_id from looked order by history_id limit 1) as last, r.*
    from (select) as one left join (
      select ${COLUMNS} from severa.history h
       where h.environment_id = $1 and h.history_id = any(array(select history_id from found))
    ) r on true
   order by r.id desc`;

const DAY = 24 * 3_600_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * The first id of the moment, so many days later: ids begin with the milliseconds at which they were made, which are
 * never a day away from when the row was written. A period is found by them without reading through all that came after.
 */
function idOf(moment: string | undefined, days: number): string | undefined {
  if (moment === undefined) return undefined;
  const milliseconds = Math.max(0, Date.parse(moment) + days * DAY);
  const hex = milliseconds.toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** As it is written: a percent sign in a name is a percent sign. */
const literal = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`);

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

/**
 * The transfer history [siirtohistoria], newest first. Its ids grow with time, so a page begins where the one before
 * ended, whatever has come meanwhile.
 */
export class HistoryView {
  readonly #directions: ReadonlyMap<string, Direction>;

  constructor(
    private readonly database: Database,
    flows: readonly Directed[],
  ) {
    this.#directions = new Map(flows.map(({ name, direction }) => [name, direction]));
  }

  async list({ environmentId, language, filters, cursor, limit }: List): Promise<Answer> {
    const { companyId, flow, result, cause, runId, text, from, until } = filters;
    const rows = await this.database.rows<Omit<Row, 'cause' | 'direction'> & { cause: string | null }>(
      `select history_id as id, at, company_id as "companyId", run_id as "runId", flow, key, number, name, operation,
              result, cause, message, severa_key as "severaKey", netvisor_key as "netvisorKey", attempt, by
         from severa.history
        where environment_id = $1
          and ($2::uuid is null or company_id = $2)
          and ($3::text is null or flow = $3)
          and ($4::text is null or result = $4)
          and ($5::text is null or cause = $5)
          and ($6::uuid is null or run_id = $6)
          and ($7::text is null or number ilike '%' || $7 || '%' or name ilike '%' || $7 || '%'
               or key ilike $7 || '%' or severa_key ilike $7 || '%' or netvisor_key ilike $7 || '%')
          and ($8::timestamptz is null or at >= $8)
          and ($9::timestamptz is null or at < $9)
          and history_id >= $12::uuid and history_id < $13::uuid
          and ($10::uuid is null or history_id < $10)
        order by history_id desc limit $11`,
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
        limit,
        idOf(from, -1) ?? FIRST_ID,
        idOf(until, 1) ?? LAST_ID,
      ],
      // What is given decides which index is the right one.
      { scope: { tenant: environmentId }, prepare: false },
    );
    return {
      rows: rows.map((row) => ({
        ...row,
        at: instant(row.at).toISOString(),
        direction: this.#directions.get(row.flow) ?? 'import',
        cause: row.cause === null ? null : explainCause(row.cause, language),
      })),
      next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
    };
  }
}

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

import type { AuditFilters, AuditScope } from '#lib/contracts';
import type { Sql } from '#lib/store';

import { headOf, type HeadRow } from '../append.js';
import { type ChainHead, FIRST_LINK } from '../chain.js';
import { chainOfScope } from '../entry.js';
import { ENTRY_COLUMNS, type EntryRow, storedEntryOf } from '../entry-row.js';
import { type Bind, conditionsOf } from '../search.js';
import type { LinkedEntry } from './export-line.js';

/** Entries fetched at a time. */
const FETCH = 1_000;

/** What is exported, chain after chain in the order of their places; a cursor of the caller's transaction. */
export async function* entriesOf(
  sql: Sql,
  { scope, filters }: { scope: AuditScope; filters: AuditFilters },
): AsyncGenerator<LinkedEntry> {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const chain = chainOfScope(scope);
  const conditions = [...(chain === null ? [] : [`environment_id = ${bind(chain)}`]), ...conditionsOf(filters, bind)];
  await sql.rows(
    `declare entries no scroll cursor for
     select ${ENTRY_COLUMNS},
            (select before.hash from audit.entry as before
              where before.environment_id = entry.environment_id and before.sequence = entry.sequence - 1) as previous
       from audit.entry ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by environment_id, sequence`,
    values,
    { prepare: false },
  );
  for await (const { previous, ...row } of fetched<EntryRow & { previous: Buffer | null }>(sql, 'entries')) {
    const stored = storedEntryOf(row);
    yield { ...stored, previous: stored.entry.sequence === 1 ? FIRST_LINK : previous };
  }
}

/** The rows of a cursor that the transaction has declared. */
export async function* fetched<Row extends object>(sql: Sql, cursor: string): AsyncGenerator<Row> {
  for (;;) {
    const rows = await sql.rows<Row>(`fetch ${FETCH} from ${cursor}`, [], { prepare: false });
    yield* rows;
    if (rows.length < FETCH) return;
  }
}

/** Where the chains end; `null` is every chain. */
export async function headsOf(sql: Sql, chain: string | null): Promise<ReadonlyMap<string, ChainHead>> {
  const rows = await sql.rows<HeadRow>(
    `select environment_id, last_sequence, last_hash from audit.chain where $1::uuid is null or environment_id = $1`,
    [chain],
  );
  return new Map(rows.map((row) => [row.environment_id, headOf(row)]));
}

import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import {
  auditEvent,
  type RestoreCounts,
  type RestoreOutcome,
  type restoreTransfer,
  type DocumentStream,
} from '#lib/contracts';
import { documentTables, type RecordTable, type RegisterName } from '#lib/documents';
import { type ConnectionSql, type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import { markRecords } from '../delivery/marking.js';
import { RecordAbsent, RecordConflict } from './errors.js';
import { inLockOrder, lockRegister } from './register-lock.js';
import { RESTORE_COUNTS, RESTORE_ITEMS, RESTORE_SESSION, restoreSql, type RestoreSql } from './restore-sql.js';

type Asked = z.output<typeof restoreTransfer.ask>;
type Answer = z.input<typeof restoreTransfer.answer>;

/** As long as an import of the largest document may take to be put back, in milliseconds for one statement. */
const STATEMENT_TIMEOUT = 120_000;
/** So many lost records are met with the register read whole; fewer are looked up in it one by one. */
const READ_WHOLE = 1_000;
/** Megabytes; what a large import did is sorted by record. */
const WORK_MEMORY = 64;

/**
 * Puts back what an import deleted or emptied, record by record, where nobody has changed it since: `restore-sql.ts`
 * has the table of cases. One transaction, under the registers' locks: an import between a preview and the real thing
 * is not overwritten but reported. Done twice, it finds nothing to do.
 *
 * The preview takes no lock and changes nothing.
 */
export class RegisterRestore {
  constructor(
    private readonly database: Database,
    private readonly nudge: () => void,
  ) {}

  async restore(asked: Asked): Promise<Answer> {
    const answer = await this.database.transaction(
      async (sql) => {
        const stream = await carriedOut(sql, asked);
        const { tables, items } = await touched(sql, asked, stream);
        await sql.joinBy(items < READ_WHOLE ? 'index' : 'hash');
        if (!asked.dryRun) for (const table of tables) await lockRegister(sql, table, asked.companyId);
        const texts = tables.map((table) => restoreSql(table, table.stream === stream));
        for (const { plan } of texts) await sql.rows(plan, placeOf(asked), { prepare: false });
        await sql.rows('analyze pg_temp.restoring', [], { prepare: false });

        const answer = await answerTo(sql, asked);
        if (asked.dryRun) return answer;
        if (answer.records.restored > 0) {
          for (const text of texts) await putBack(sql, text, asked);
          for (const { register } of tables) await markRestored(sql, asked, register);
        }
        await announce(sql, asked, tables, answer);
        return answer;
      },
      {
        scope: { tenant: asked.environmentId },
        session: RESTORE_SESSION,
        statementTimeout: STATEMENT_TIMEOUT,
        workMemory: WORK_MEMORY,
      },
    );
    if (!asked.dryRun) this.nudge();
    return answer;
  }
}

const placeOf = ({ environmentId, companyId, transferId }: Asked): readonly string[] => [
  environmentId,
  companyId,
  transferId,
];

/** The stream of an import that has gone in. Throws when there is no such transfer, or nothing of it went in. */
async function carriedOut(sql: Sql, asked: Asked): Promise<DocumentStream> {
  const [transfer] = await sql.rows<{ stream: DocumentStream; applied: boolean }>(
    `select stream, direction = 'import' and not dry_run and state in ('succeeded', 'partial') as applied
       from transfers.transfer where environment_id = $1 and company_id = $2 and id = $3`,
    placeOf(asked),
  );
  if (!transfer) throw new RecordAbsent('transfer.absent');
  if (!transfer.applied) throw new RecordConflict('transfer.nothing-applied');
  return transfer.stream;
}

/** The registers in which it destroyed something, in the order in which everybody locks registers, and how many records. */
async function touched(sql: Sql, asked: Asked, stream: DocumentStream): Promise<Touched> {
  const found = await sql.rows<{ register: string | null; items: number }>(
    `select register, count(*)::int as items from transfers.item
      where environment_id = $1 and transfer_id = $2 and (outcome = 'deleted' or (outcome = 'updated' and emptied))
      group by register`,
    [asked.environmentId, asked.transferId],
  );
  const registers = new Set(found.map(({ register }) => register));
  const tables = documentTables(stream, true).filter(
    (table) => registers.has(table.register) || (registers.has(null) && table.stream === stream),
  );
  return { tables: inLockOrder(tables), items: found.reduce((sum, { items }) => sum + items, 0) };
}

interface Touched {
  readonly tables: readonly RecordTable[];
  readonly items: number;
}

async function putBack(sql: Sql, text: RestoreSql, asked: Asked): Promise<void> {
  const values = [...placeOf(asked), `${asked.by.kind}:${asked.by.id}`];
  for (const statement of [text.keepVersions, text.undelete, text.fill]) {
    await sql.rows(statement, values, { prepare: false });
  }
}

async function markRestored(sql: Sql, asked: Asked, register: RegisterName): Promise<void> {
  const restored = await sql.rows<{ key: string }>(
    `select distinct key from pg_temp.restoring where register = $1 and outcome = 'restored'`,
    [register],
  );
  const keys = restored.map(({ key }) => key);
  if (keys.length > 0) await markRecords(sql, { ...asked, register }, keys);
}

interface ItemRow {
  readonly no: number;
  readonly register: string;
  readonly key: string;
  readonly whole: boolean;
  readonly fields_lost: number;
  readonly outcome: RestoreOutcome;
  readonly changed_by: string | null;
  readonly fields: readonly { readonly field: string; readonly outcome: RestoreOutcome }[];
}

async function answerTo(sql: ConnectionSql, { dryRun, after, limit }: Asked): Promise<Answer> {
  const unprepared = { prepare: false };
  const counted = await sql.rows<{ of: 'records' | 'fields'; outcome: RestoreOutcome; count: number }>(
    RESTORE_COUNTS,
    [],
    unprepared,
  );
  const counts = (of: 'records' | 'fields'): RestoreCounts => ({
    restored: 0,
    conflict: 0,
    'not-restorable': 0,
    nothing: 0,
    ...Object.fromEntries(counted.filter((row) => row.of === of).map(({ outcome, count }) => [outcome, count])),
  });
  const found = await sql.rows<ItemRow>(RESTORE_ITEMS, [after, limit + 1], unprepared);
  const items = found.slice(0, limit).map(({ whole, fields_lost, changed_by, fields, ...item }) => ({
    ...item,
    lost: whole ? ('record' as const) : ('fields' as const),
    changedBy: changed_by,
    fieldsLost: fields_lost,
    fields: [...fields],
  }));
  const next = found.length > limit ? (items.at(-1)?.no ?? null) : null;
  return { dryRun, records: counts('records'), fields: counts('fields'), items, next };
}

async function announce(sql: Sql, asked: Asked, tables: readonly RecordTable[], answer: Answer): Promise<void> {
  const { environmentId, companyId, transferId, by, address } = asked;
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  const { records, fields } = answer;
  await writeOutbox(sql, [
    outgoing(auditEvent, {
      eventId: newEventId(),
      environmentId,
      occurredAt: new Date(clock!.at).toISOString(),
      action: 'register.restored',
      outcome: 'success',
      actor: by,
      address,
      companyId,
      transferId,
      details: { registers: tables.map(({ register }) => register), records, fields },
    }),
  ]);
}

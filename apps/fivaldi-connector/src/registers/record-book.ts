import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import { auditEvent, type patchRecord, type putRecord, type removeRecord, type restoreRecord } from '#lib/contracts';
import { explainReason, type GivenFault, keyFaults, type RecordTable, readGiven } from '#lib/documents';
import { type Change, complete, listChanges, type RegisterRecord, sameChildren } from '#lib/policy';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import { markRecords } from '../delivery/marking.js';
import { RecordAbsent, RecordConflict, RecordInvalid, RecordOutdated } from './errors.js';
import { maskedChanges } from './masking.js';
import { readVersion, type WhatHappened, writeVersion } from './record-history.js';
import { patched } from './record-patch.js';
import { markOf, RecordRows, type StandingRecord } from './record-rows.js';
import { lockRegister } from './register-lock.js';
import { namesOf, tableNamed } from './register-table.js';

type Put = z.output<typeof putRecord.ask>;
type Patch = z.output<typeof patchRecord.ask>;
type Remove = z.output<typeof removeRecord.ask>;
type Restore = z.output<typeof restoreRecord.ask>;
type Asked = Pick<Put, 'environmentId' | 'companyId' | 'register' | 'key' | 'by' | 'address' | 'ifMark' | 'language'>;

/** What a record shall be. */
interface Next {
  readonly what: WhatHappened;
  /** Without it the record is deleted. */
  readonly after?: RegisterRecord;
}

/** As many field names as an audit event has room for; an order may have thousands. */
const MOST_FIELDS = 100;

/**
 * Registers kept by hand: every change is one transaction of the record, what it was before, and its audit event.
 *
 * Nobody overwrites what they have not seen: a change names the mark that was read, and imports wait for their turn
 * like everybody.
 *
 *   the record  | put, none seen   | put, patch, remove | restore          | restore a version
 *   ------------+------------------+--------------------+------------------+----------------------
 *   is not      | made, as by hand | absent             | absent           | absent
 *   stands      | exists           | done               | not deleted      | as it stood before it
 *   is deleted  | made, as by hand | deleted            | stands again     | as it stood before it
 *
 * What differs in nothing is not written. A record that an import has named stays imported.
 */
export class RecordBook {
  constructor(
    private readonly database: Database,
    private readonly nudge: () => void,
  ) {}

  put({ record, ...asked }: Put): Promise<string> {
    return this.change(asked, (table, standing) => {
      const isNew = asked.ifMark === null;
      const read = readGiven(table, record, null);
      refuse([...(isNew ? keyFaults(table, asked.key) : []), ...read.faults], asked);
      const imported = !isNew && standing?.imported === true;
      return { what: isNew ? 'created' : 'changed', after: { ...complete(read, namesOf(table)), imported } };
    });
  }

  patch({ patch, ...asked }: Patch): Promise<string> {
    return this.change(asked, (table, standing) => {
      if (!standing) throw new RecordAbsent('record.absent');
      const { after, faults } = patched(table, standing, patch);
      refuse(faults, asked);
      return { what: 'changed', after };
    });
  }

  remove(asked: Remove): Promise<string> {
    return this.change(asked, () => ({ what: 'deleted' }));
  }

  restore({ version, ...asked }: Restore): Promise<string> {
    return this.change(
      asked,
      async (table, standing, sql) => {
        if (!standing) throw new RecordAbsent('record.absent');
        if (version === undefined) {
          if (standing.deletedAt === null) throw new RecordConflict('record.not-deleted');
          return { what: 'restored', after: standing };
        }
        const was = known(table, await readVersion(sql, asked, version));
        return { what: 'restored', after: { ...was, imported: standing.imported || was.imported } };
      },
      { deletedToo: true },
    );
  }

  private async change(
    asked: Asked,
    next: (table: RecordTable, standing: StandingRecord | null, sql: Sql) => Next | Promise<Next>,
    { deletedToo = asked.ifMark === null } = {},
  ): Promise<string> {
    const table = tableNamed(asked.register);
    const rows = new RecordRows(table);
    const mark = await this.database.transaction(
      async (sql) => {
        await lockRegister(sql, table, asked.companyId);
        const standing = await rows.find(sql, asked);
        requireSeen(asked.ifMark, standing);
        if (standing?.deletedAt && !deletedToo) throw new RecordConflict('record.deleted');
        const { what, after } = await next(table, standing, sql);
        const changes = after ? changesBetween(table, standing, after) : [];
        if (standing && after && isAlready(table, standing, after, changes)) return markOf(standing);

        const by = `${asked.by.kind}:${asked.by.id}`;
        await writeVersion(sql, asked, { what, by, before: standing, changes: maskedChanges(table, changes) });
        await announce(sql, asked, what, changes);
        const mark = after ? await rows.put(sql, asked, after, by) : await rows.remove(sql, asked, by);
        await markRecords(sql, { ...asked, register: table.register }, [asked.key]);
        return mark;
      },
      { scope: { tenant: asked.environmentId } },
    );
    this.nudge();
    return mark;
  }
}

/** Requires that the record stands as it was seen; `null` is that there was none. */
function requireSeen(seen: string | null, standing: StandingRecord | null): void {
  if (seen === null) {
    if (standing && standing.deletedAt === null) throw new RecordOutdated('record.exists');
    return;
  }
  if (!standing) throw new RecordAbsent('record.absent');
  if (markOf(standing) !== seen) throw new RecordOutdated('record.outdated');
}

function refuse(faults: readonly GivenFault[], { language }: Asked): void {
  if (faults.length === 0) return;
  throw new RecordInvalid(
    faults.map(({ pointer, label, reason, limit }) => ({
      pointer,
      code: reason,
      message: explainReason({ reason, element: label[language], ...(limit !== undefined && { limit }) }, language),
      ...(limit !== undefined && { limit }),
    })),
  );
}

const NOTHING: RegisterRecord = { fields: {}, children: {}, imported: false };

function changesBetween(table: RecordTable, before: RegisterRecord | null, after: RegisterRecord): readonly Change[] {
  const names = namesOf(table);
  return listChanges(complete(before ?? NOTHING, names), complete(after, names), names);
}

function isAlready(
  table: RecordTable,
  standing: StandingRecord,
  after: RegisterRecord,
  changes: readonly Change[],
): boolean {
  const isAlive = standing.deletedAt === null && standing.imported === after.imported;
  return isAlive && changes.length === 0 && sameChildren(standing, after, namesOf(table));
}

/** An old version without the fields that its register does not have any more. */
function known(table: RecordTable, { fields, children, imported }: RegisterRecord): RegisterRecord {
  const names = namesOf(table);
  const only = <Value>(all: Readonly<Record<string, Value>>, kept: readonly string[]): Record<string, Value> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => kept.includes(name)));
  const kinds = Object.entries(only(children, Object.keys(names.children))).map(([kind, all]) => [
    kind,
    Object.fromEntries(Object.entries(all).map(([id, child]) => [id, only(child, names.children[kind] ?? [])])),
  ]);
  return {
    fields: only(fields, names.fields),
    children: Object.fromEntries(kinds) as RegisterRecord['children'],
    imported,
  };
}

/** Key and field names, never a value. */
async function announce(sql: Sql, asked: Asked, what: WhatHappened, changes: readonly Change[]): Promise<void> {
  const { environmentId, companyId, by, address, register, key } = asked;
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  const action = what === 'deleted' ? 'record.deleted' : what === 'restored' ? 'record.restored' : 'record.changed';
  const fields = changes.slice(0, MOST_FIELDS).map(({ field }) => field);
  await writeOutbox(sql, [
    outgoing(auditEvent, {
      eventId: newEventId(),
      environmentId,
      occurredAt: new Date(clock!.at).toISOString(),
      action,
      outcome: 'success',
      actor: by,
      address,
      companyId,
      details: { register, key, what, fields, fieldsChanged: changes.length },
    }),
  ]);
}

import { randomUUID } from 'node:crypto';

import type { z } from 'zod';

import type { AuditExport, AuditScope, readAuditExport, requestAuditExport } from '#lib/contracts';
import { AppError } from '#lib/errors';
import type { Database, Scope, Sql } from '#lib/store';

import { chainOfScope, OPERATOR_CHAIN } from '../entry.js';
import { recordReading } from '../own-event.js';
import { scopeOf } from '../scope.js';

export type ExportRequest = z.output<typeof requestAuditExport.ask>;
type PartAsk = z.output<typeof readAuditExport.ask>;

/** This installation has no key to sign an export with; it then makes none. */
export class ExportUnsigned extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'export.unsigned';

  constructor() {
    super('This installation has no AUDIT_SIGNING_KEY, and an export that nobody signs proves nothing');
  }
}

/** Each export is a copy of what it is about, for a day: so many of one environment, or of everything, are enough. */
const MOST_KEPT = 20;

/** This environment has as many exports as it may; each goes when its day is over. */
export class TooManyExports extends AppError {
  readonly kind = 'limited';
  readonly code = 'export.too-many';

  constructor() {
    super(`${MOST_KEPT} exports are kept here already; each goes a day after it was asked for`, { limit: MOST_KEPT });
  }
}

/** It has expired while its file was being read: what was handed out is not the whole of it. */
export class ExportExpired extends AppError {
  readonly kind = 'absent';
  readonly code = 'export.absent';

  constructor() {
    super('This export has expired');
  }
}

/** Whose rows an export's are: the nil UUID's for the operator's chain and for everything. */
export const placeOf = (scope: AuditScope): string => chainOfScope(scope) ?? OPERATOR_CHAIN;

const rowsOf = (scope: AuditScope): Scope => scopeOf(placeOf(scope));

/** Whoever reaches everything finds every export that belongs to no environment. */
const isIn = (asked: AuditScope, scope: AuditScope): boolean => placeOf(asked) === placeOf(scope);

/** Exports as they are asked for and handed out; they are made by `exporter.ts`. */
export class AuditExports {
  constructor(
    private readonly database: Database,
    private readonly exporter: { nudge(): void } | null,
  ) {}

  /** One transaction of the order and the entry that says who has given it. */
  async request({ reader, scope, format, filters }: ExportRequest): Promise<AuditExport> {
    if (!this.exporter) throw new ExportUnsigned();
    const id = randomUUID();
    const ordered = await this.database.transaction(
      async (sql) => {
        await requireRoom(sql, placeOf(scope));
        const [row] = await sql.rows<ExportRow>(
          `insert into audit.export (environment_id, id, scope, format, filters) values ($1, $2, $3, $4, $5)
           returning ${EXPORT_COLUMNS}`,
          [placeOf(scope), id, scope, format, JSON.stringify(filters)],
        );
        const details = { exportId: id, format, filters };
        await recordReading(sql, { action: 'audit.exported', reader, scope, details });
        return row;
      },
      { scope: rowsOf(scope) },
    );
    this.exporter.nudge();
    return exportOf(ordered!);
  }

  async find(scope: AuditScope, id: string): Promise<AuditExport | null> {
    return this.database.transaction((sql) => findExport(sql, scope, id), { scope: rowsOf(scope) });
  }

  /**
   * The bytes of one part, `null` after the last. The first of a file leaves an entry before it is handed out. Throws
   * {@link ExportExpired} at a later one of an export that is not there any more: its end would look like the file's.
   */
  async part({ reader, scope, id, file, part }: PartAsk): Promise<Buffer | null> {
    return this.database.transaction(
      async (sql) => {
        const found = await findExport(sql, scope, id);
        if (found?.state !== 'ready') {
          if (part > 0) throw new ExportExpired();
          return null;
        }
        const [row] = await sql.rows<{ data: Buffer }>(
          `select data from audit.export_part
            where environment_id = $1 and export_id = $2 and file = $3 and part = $4`,
          [placeOf(scope), id, file, part],
        );
        if (part === 0) {
          const details = { exportId: id, downloaded: file };
          await recordReading(sql, { action: 'audit.exported', reader, scope: found.scope, details });
        }
        return row?.data ?? null;
      },
      { scope: rowsOf(scope) },
    );
  }
}

async function requireRoom(sql: Sql, place: string): Promise<void> {
  const [row] = await sql.rows<{ kept: number }>(
    `select count(*)::int as kept from audit.export where environment_id = $1 and expires_at > clock_timestamp()`,
    [place],
  );
  if ((row?.kept ?? 0) >= MOST_KEPT) throw new TooManyExports();
}

async function findExport(sql: Sql, scope: AuditScope, id: string): Promise<AuditExport | null> {
  const [row] = await sql.rows<ExportRow>(
    `select ${EXPORT_COLUMNS} from audit.export
      where environment_id = $1 and id = $2 and expires_at > clock_timestamp()`,
    [placeOf(scope), id],
  );
  return row && isIn(scope, row.scope) ? exportOf(row) : null;
}

export const EXPORT_COLUMNS = `id, scope, format, filters, state, entries, bytes,
  requested_at as "requestedAt", expires_at as "expiresAt"`;

export type ExportRow = Omit<AuditExport, 'files' | 'entries' | 'bytes'> & {
  readonly entries: string;
  readonly bytes: string;
};

function exportOf({ requestedAt, expiresAt, entries, bytes, ...row }: ExportRow): AuditExport {
  const files = [`entries.${row.format}`, 'checkpoints.jsonl', 'manifest.json', 'manifest.sig'] as const;
  return {
    ...row,
    entries: Number(entries),
    bytes: Number(bytes),
    requestedAt: new Date(requestedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    files: row.state === 'ready' ? [...files] : [],
  };
}

import type { AuditEvent, AuditReader } from '#lib/contracts';
import { crashPoint } from '#lib/service';
import type { Database, Sql } from '#lib/store';

import { appendEvents, headOf, type HeadRow } from './append.js';
import { type ChainHead, type ChainVerdict, EMPTY_CHAIN, type FoundFault, verifyChain } from './chain.js';
import { type Checkpoint, judgeCheckpoints, type KeptCheckpoint } from './checkpoint.js';
import type { CheckpointOutlet } from './checkpoint-file.js';
import { chainOfScope, type Entry, type StoredEntry } from './entry.js';
import { ENTRY_COLUMNS, type EntryRow, storedEntryOf, utc } from './entry-row.js';
import { type Reading, recordReading } from './own-event.js';
import { scopeOf } from './scope.js';
import { type AuditSearch, cursorOf, searchStatement } from './search.js';
import { TrustedKeys } from './signing-key.js';

export interface AuditPage {
  readonly entries: readonly StoredEntry[];
  /** What to give as `cursor` for the next page; `null` on the last. */
  readonly next: string | null;
  /** The entry that this reading has left. */
  readonly told: readonly Entry[];
}

export interface VerifyResult extends Omit<ChainVerdict, 'firstFault'> {
  readonly firstFault: FoundFault<
    NonNullable<ChainVerdict['firstFault']>['what'] | 'checkpoint-altered' | 'checkpoint-missing'
  > | null;
  readonly checkpoints: { readonly count: number; readonly last: number };
}

/** What is believed beside the database: keys, and what was told to the outside. */
export interface Trust {
  readonly keys: TrustedKeys;
  readonly outlet: Pick<CheckpointOutlet, 'of'> | null;
}

const NOBODY: Trust = { keys: new TrustedKeys([]), outlet: null };

/** How many entries verification reads at a time: a few megabytes. */
const VERIFY_BATCH = 2_000;

/** The append-only log in PostgreSQL: one chain of entries for each environment, one for the operator. */
export class AuditLog {
  constructor(
    private readonly database: Database,
    private readonly trust: Trust = NOBODY,
  ) {}

  /** Appends events, each once for ever, in the order given; all or none. Returns those that were new. */
  async append(events: readonly AuditEvent[]): Promise<readonly Entry[]> {
    if (events.length === 0) return [];
    const appended = await this.database.transaction(
      async (sql) => {
        const entries = await appendEvents(sql, events);
        crashPoint('audit.before-commit');
        return entries;
      },
      { scope: { acrossTenants: 'a batch holds events of many environments' } },
    );
    crashPoint('audit.after-commit');
    return appended;
  }

  /** One page, in a transaction with the entry that says who has read it: every page leaves one. */
  async search(search: AuditSearch, reader: AuditReader): Promise<AuditPage> {
    const { text, values } = searchStatement(search);
    const { scope, filters, limit, order, cursor } = search;
    return this.database.transaction(
      async (sql) => {
        // Planned anew: the best index depends on what is asked for.
        const rows = await sql.rows<EntryRow>(text, values, { prepare: false });
        const entries = rows.slice(0, limit).map(storedEntryOf);
        const last = entries.at(-1);
        const details = { filters, limit, order, continued: cursor !== undefined };
        const told = await recordReading(sql, { action: 'audit.searched', reader, scope, details });
        return { entries, next: rows.length > limit && last ? cursorOf(last.entry) : null, told };
      },
      { scope: scopeOf(chainOfScope(scope)) },
    );
  }

  /**
   * Reads one chain from its first entry to its head, as they were at one moment, holds it against its checkpoints,
   * and says where it is not whole. Appending goes on meanwhile.
   */
  async verify(chain: string): Promise<VerifyResult> {
    // Before the snapshot: a checkpoint is kept in the database before it is told outside.
    const outside = await this.#toldOutside(chain);
    return this.database.transaction(
      async (sql) => {
        await sql.rows('set transaction isolation level repeatable read, read only', [], { prepare: false });
        const head = await readHead(sql, chain);
        const { anchors, firstFault } = judgeCheckpoints(
          chain,
          await keptCheckpoints(sql, chain),
          outside,
          this.trust.keys,
        );
        const [clock] = await sql.rows<{ now: string }>(`select ${utc('now()')} as now`);
        const verdict = await verifyChain(entriesOf(sql, chain), { head, anchors, now: new Date(clock?.now ?? 0) });
        const borne = anchors.filter(({ sequence }) => sequence <= verdict.entries);
        const fault = verdict.firstFault ?? firstFault;
        const checkpoints = { count: borne.length, last: borne.at(-1)?.sequence ?? 0 };
        return { ...verdict, whole: fault === null, firstFault: fault, checkpoints };
      },
      { scope: scopeOf(chain) },
    );
  }

  /** Leaves the entry that says who has verified or exported what. */
  async recordReading(reading: Reading): Promise<readonly Entry[]> {
    return this.database.transaction((sql) => recordReading(sql, reading), {
      scope: scopeOf(chainOfScope(reading.scope)),
    });
  }

  async #toldOutside(chain: string): Promise<readonly Checkpoint[]> {
    const told: Checkpoint[] = [];
    for await (const one of this.trust.outlet?.of(chain) ?? []) told.push(one);
    return told;
  }
}

async function readHead(sql: Sql, chain: string): Promise<ChainHead> {
  const [row] = await sql.rows<HeadRow>(
    'select environment_id, last_sequence, last_hash from audit.chain where environment_id = $1',
    [chain],
  );
  return row ? headOf(row) : EMPTY_CHAIN;
}

export async function keptCheckpoints(sql: Sql, chain: string): Promise<readonly KeptCheckpoint[]> {
  const rows = await sql.rows<{ sequence: string; text: string; signature: Buffer }>(
    'select sequence, text, signature from audit.checkpoint where environment_id = $1 order by sequence',
    [chain],
  );
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}

async function* entriesOf(sql: Sql, chain: string): AsyncGenerator<StoredEntry> {
  for (let after = '0'; ;) {
    const rows = await sql.rows<EntryRow>(
      `select ${ENTRY_COLUMNS} from audit.entry
        where environment_id = $1 and sequence > $2 order by sequence limit ${VERIFY_BATCH}`,
      [chain, after],
    );
    yield* rows.map(storedEntryOf);
    const last = rows.at(-1);
    if (!last || rows.length < VERIFY_BATCH) return;
    after = last.sequence;
  }
}

import type { AuditFilters, AuditScope } from '#lib/contracts';
import type { Log } from '#lib/service';
import type { Database, Sql } from '#lib/store';

import { checkpointLine, readCheckpoint } from '../checkpoint.js';
import { chainOfScope } from '../entry.js';
import { utc } from '../entry-row.js';
import { scopeOf } from '../scope.js';
import type { SigningKey } from '../signing-key.js';
import { entriesOf, fetched, headsOf } from './export-cursor.js';
import { CSV_HEADER, csvLine, jsonLine } from './export-line.js';
import { ChainNotes, type ExportedFile, manifestText } from './manifest.js';
import { AttemptSuperseded, type PartPlace, PartWriter } from './part-writer.js';

/** How often it looks for work that nobody has told of, in milliseconds. */
const LOOK = 5_000;

/** Milliseconds: what a selection picks may lie millions of entries apart. Shorter than the lease. */
const LONGEST_FETCH = 50_000;

/** An export that fails so often is failed. */
const MOST_ATTEMPTS = 3;

const ANY_EXPORT = { acrossTenants: 'exports of every environment wait in one queue' };

/** The service is asked to leave while it makes an export. */
class Stopping extends Error {}

interface Order {
  readonly environment_id: string;
  readonly id: string;
  readonly scope: AuditScope;
  readonly format: 'jsonl' | 'csv';
  readonly filters: AuditFilters;
  readonly attempts: number;
}

/**
 * Makes the exports that were asked for, one at a time, in constant memory.
 *
 * An order is a row with a lease. Whoever makes it renews the lease with each part; when it dies, another begins anew
 * after a minute. The row is the queue, so nothing has to be told over the broker and nothing is lost with it.
 */
export class Exporter {
  #wake: (() => void) | undefined;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly key: SigningKey,
    private readonly log: Pick<Log, 'error'>,
  ) {}

  start(): void {
    this.#running ??= this.#loop();
  }

  /** Something was asked for: look now. */
  nudge(): void {
    this.#wake?.();
  }

  /** An export under way is left to the next process. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.nudge();
    await this.#running;
  }

  /** Makes the oldest export that waits; `false` when none does. What has expired is cleared away. */
  async runOne(): Promise<boolean> {
    await this.#clear();
    const order = await this.#take();
    if (!order) return false;
    try {
      await this.#make(order);
    } catch (error) {
      if (error instanceof AttemptSuperseded) return true;
      if (!(error instanceof Stopping)) {
        this.log.error({ err: error, exportId: order.id }, 'an export of the log could not be made');
      }
      await this.#giveBack(order, error instanceof Stopping);
    }
    return true;
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      const more = await this.runOne().catch((error: unknown) => {
        this.log.error({ err: error }, 'the exports of the log cannot be looked at');
        return false;
      });
      if (more || this.#stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async #take(): Promise<Order | undefined> {
    const [order] = await this.database.rows<Order>(
      `update audit.export set state = 'running', attempts = attempts + 1,
              lease_until = clock_timestamp() + interval '1 minute'
        where (environment_id, id) = (
          select environment_id, id from audit.export
           where (state = 'waiting' or (state = 'running' and lease_until < clock_timestamp()))
             and attempts < ${MOST_ATTEMPTS}
           order by requested_at limit 1 for update skip locked)
       returning environment_id, id, scope, format, filters, attempts`,
      [],
      { scope: ANY_EXPORT },
    );
    return order;
  }

  /** What has expired goes; what has been begun often enough, and never ended, has failed. */
  async #clear(): Promise<void> {
    await this.database.rows('delete from audit.export where expires_at < clock_timestamp()', [], {
      scope: ANY_EXPORT,
    });
    await this.database.rows(
      `update audit.export set state = 'failed'
        where state = 'running' and attempts >= ${MOST_ATTEMPTS} and lease_until < clock_timestamp()`,
      [],
      { scope: ANY_EXPORT },
    );
  }

  /** An attempt that was stopped does not count. */
  async #giveBack({ environment_id, id, attempts }: Order, uncounted: boolean): Promise<void> {
    await this.database.rows(
      `update audit.export
          set state = case when $4 or attempts < ${MOST_ATTEMPTS} then 'waiting' else 'failed' end,
              attempts = attempts - $4::boolean::int
        where environment_id = $1 and id = $2 and attempts = $3`,
      [environment_id, id, attempts, uncounted],
      { scope: ANY_EXPORT },
    );
  }

  async #make(order: Order): Promise<void> {
    const chain = chainOfScope(order.scope);
    const scope = scopeOf(chain);
    const place = {
      environmentId: order.environment_id,
      exportId: order.id,
      attempt: order.attempts,
      scope: ANY_EXPORT,
    };
    await this.database.rows(
      `delete from audit.export_part p using audit.export e
        where (p.environment_id, p.export_id) = (e.environment_id, e.id)
          and e.environment_id = $1 and e.id = $2 and e.attempts = $3`,
      [order.environment_id, order.id, order.attempts],
      { scope: ANY_EXPORT },
    );
    const complete = Object.keys(order.filters).length === 0;
    const { notes, heads, files, at } = await this.database.transaction(
      async (sql) => {
        await sql.rows('set transaction isolation level repeatable read, read only', [], { prepare: false });
        const notes = new ChainNotes();
        const [clock] = await sql.rows<{ at: string }>(`select ${utc('now()')} as at`);
        const entries = await this.#entries(sql, order, place, notes);
        const checkpoints = await this.#checkpoints(sql, chain, place);
        return { notes, heads: await headsOf(sql, chain), files: [entries, checkpoints], at: clock?.at ?? '' };
      },
      { scope, statementTimeout: LONGEST_FETCH },
    );
    const text = manifestText({
      version: 1,
      exportId: order.id,
      scope: order.scope,
      format: order.format,
      filters: order.filters,
      complete,
      exportedAt: at,
      entries: notes.entries,
      chains: notes.parts(heads, complete),
      files,
      keyId: this.key.public.id,
    });
    await this.#finish(place, text, notes.entries, files);
  }

  async #entries(sql: Sql, order: Order, place: PartPlace, notes: ChainNotes): Promise<ExportedFile> {
    const writer = new PartWriter(this.database, place, `entries.${order.format}`);
    if (order.format === 'csv') await writer.write(CSV_HEADER);
    for await (const entry of entriesOf(sql, order)) {
      if (this.#stopped) throw new Stopping();
      notes.note(entry);
      await writer.write(order.format === 'csv' ? csvLine(entry) : jsonLine(entry));
    }
    return writer.end();
  }

  async #checkpoints(sql: Sql, chain: string | null, place: PartPlace): Promise<ExportedFile> {
    const writer = new PartWriter(this.database, place, 'checkpoints.jsonl');
    await sql.rows(
      `declare checkpoints no scroll cursor for select text, signature from audit.checkpoint
        where $1::uuid is null or environment_id = $1 order by environment_id, sequence`,
      [chain],
      { prepare: false },
    );
    for await (const { text, signature } of fetched<{ text: string; signature: Buffer }>(sql, 'checkpoints')) {
      const read = readCheckpoint(text, signature);
      if (read) await writer.write(checkpointLine(read));
    }
    return writer.end();
  }

  async #finish(place: PartPlace, text: string, entries: number, files: readonly ExportedFile[]): Promise<void> {
    for (const [name, content] of [
      ['manifest.json', text],
      ['manifest.sig', `${this.key.sign(text).toString('base64')}\n`],
    ] as const) {
      const writer = new PartWriter(this.database, place, name);
      await writer.write(content);
      await writer.end();
    }
    await this.database.rows(
      `update audit.export set state = 'ready', entries = $4, bytes = $5
        where environment_id = $1 and id = $2 and attempts = $3`,
      [place.environmentId, place.exportId, place.attempt, entries, files.reduce((sum, { bytes }) => sum + bytes, 0)],
      { scope: ANY_EXPORT },
    );
  }
}

import type { ReadRecord, RecordTable } from '#lib/documents';

import type { Staging } from './staging.js';

/**
 * Something went ahead that should not have: new records were in before the brake said no, or records were completed
 * before base data that they look into came. Undo the transaction, and read again without going ahead.
 */
export class WentAhead extends Error {}

/**
 * Gives each of a document's records to the staging of its register.
 *
 * Base data [perustiedot] goes in before what names it, wherever it stands in the document. Where the stream's own
 * records look into it, each portion of theirs waits until the base data read so far is planned; when more of it comes
 * after that, {@link WentAhead} asks for a second reading that plans nothing before the end.
 */
export class DocumentStaging {
  readonly #byTable: ReadonlyMap<RecordTable, Staging>;

  /** `parts` in the order in which they go in: what is looked into first, the one that looks last. */
  constructor(
    readonly parts: readonly Staging[],
    private readonly isLookedInto: (table: RecordTable) => boolean,
  ) {
    this.#byTable = new Map(parts.map((part) => [part.table, part]));
  }

  async take(batch: readonly ReadRecord[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    if (batch.every(({ table }) => table === first.table)) return this.give(first.table, batch);
    for (const [table, records] of Map.groupBy(batch, ({ table }) => table)) await this.give(table, records);
  }

  async end(): Promise<void> {
    for (const part of this.parts) await part.end();
  }

  async abandon(): Promise<void> {
    for (const part of this.parts) await part.abandon();
  }

  private async give(table: RecordTable, records: readonly ReadRecord[]): Promise<void> {
    const part = this.#byTable.get(table);
    if (part === undefined) throw new Error(`Nobody stages records of ${table.register}`);
    if (this.isLookedInto(table) && this.parts.some((one) => one.completes && one.hasPlanned)) throw new WentAhead();
    await part.take(records);
  }
}

import type { ReadRecord } from '#lib/documents';
import type { ConnectionSql } from '#lib/store';
import type { Transfer, TransferEffect } from '#lib/transfers';

import type { RegisterSql } from './register-sql.js';
import { stagedLines } from './staged-lines.js';

/** Records that are staged and planned together: PostgreSQL works on them while the next ones are read. */
const PORTION = 20_000;

/** So many records are worth a plan of their own; fewer share a prepared one. */
export const PLANNED_ANEW = 1_000;

/** A register so many times larger than a portion is looked up record by record; a smaller one is read whole. */
const LOOKED_UP = 5;

export const NOTHING: TransferEffect = {
  created: 0,
  updated: 0,
  unchanged: 0,
  left: 0,
  deleted: 0,
  rejected: 0,
  emptied: 0,
};

type Count = Exclude<keyof TransferEffect, 'brake'>;

/**
 * Stages a document's records and plans what becomes of them, portion by
 * portion, while the next portion is read.
 *
 * `ahead`: records that are new go into the register at once. They destroy
 * nothing, and whoever finds at the end that the document must not go in undoes
 * the transaction. Otherwise the register is only looked at.
 *
 * Two portions are in memory at most, however long the document is.
 */
export class Staging {
  #effect = NOTHING;
  #createdAhead = 0;
  #registered: number | undefined;
  #lines: Buffer[] = [];
  #read = 0;
  #portion = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(
    private readonly sql: ConnectionSql,
    private readonly text: RegisterSql,
    private readonly transfer: Transfer,
    private readonly how: { readonly hasChildren: boolean; readonly ahead: boolean },
  ) {}

  /** Records by what becomes of them; whole once {@link end} has returned, deletions apart. */
  get effect(): TransferEffect {
    return this.#effect;
  }

  /** How many records are in the register already. */
  get createdAhead(): number {
    return this.#createdAhead;
  }

  async take(batch: readonly ReadRecord[]): Promise<void> {
    // As bytes: strings that wait for their turn would be copied about by every garbage collection.
    this.#lines.push(Buffer.from(stagedLines(batch, this.how.hasChildren)));
    this.#read += batch.length;
    if (this.#read - this.#portion >= PORTION) await this.handOver();
  }

  async end(): Promise<void> {
    await this.handOver();
    await this.#work;
  }

  /** Waits for PostgreSQL to be done, well or not, so that the transaction can be undone. */
  async abandon(): Promise<void> {
    await this.#work.catch(() => undefined);
  }

  /** Gives what was read to PostgreSQL, once it is done with the portion before. */
  private async handOver(): Promise<void> {
    await this.#work;
    const [lines, after, upTo] = [this.#lines, this.#portion, this.#read];
    this.#lines = [];
    this.#portion = upTo;
    if (upTo === after) return;
    this.#work = this.stage(lines).then(() => this.plan(after, upTo));
    // What it fails with is thrown by whoever waits for it next.
    this.#work.catch(() => undefined);
  }

  private async stage(lines: readonly Buffer[]): Promise<void> {
    const copy = this.sql.copyWriter(this.text.copy);
    for (const some of lines) await copy.write(some);
    await copy.end();
  }

  private async plan(after: number, upTo: number): Promise<void> {
    const { environmentId, companyId, id } = this.transfer;
    const where = [environmentId, companyId, id, after, upTo];
    const options = { prepare: upTo - after < PLANNED_ANEW };
    const isNew = upTo - after >= PLANNED_ANEW && (await this.prepareJoin(upTo - after)) === 0;
    const counts = await this.sql.rows<{ outcome: Count; records: number; emptied: number }>(
      isNew ? this.text.planNew : this.text.plan,
      isNew ? [environmentId, id, after, upTo] : where,
      options,
    );
    const effect: Record<Count, number> = { ...this.#effect };
    for (const { outcome, records, emptied } of counts) {
      effect[outcome] += records;
      effect.emptied += emptied;
    }
    const created = effect.created - this.#effect.created;
    this.#effect = effect;
    if (!this.how.ahead || created === 0) return;
    if (!isNew && (await this.repeats(after, upTo))) return;
    await this.sql.rows(isNew ? this.text.createNew : this.text.create, where, options);
    this.#createdAhead += created;
  }

  /** Looks once at how large the register was, and has a large portion joined to it accordingly. */
  private async prepareJoin(portion: number): Promise<number> {
    if (this.#registered === undefined) {
      const { environmentId, companyId } = this.transfer;
      const limit = portion * LOOKED_UP + 1;
      const [size] = await this.sql.rows<{ records: number }>(this.text.size, [environmentId, companyId, limit]);
      this.#registered = size?.records ?? 0;
      await this.sql.joinBy(this.#registered < limit ? 'hash' : 'index');
    }
    return this.#registered;
  }

  /** A key that stands twice cannot be written by one statement; the document will be refused for it. */
  private async repeats(after: number, upTo: number): Promise<boolean> {
    return (await this.sql.rows(this.text.repeatedKeys, [after, upTo])).length > 0;
  }
}

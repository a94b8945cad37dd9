import type { ReadRecord, RecordTable } from '#lib/documents';
import type { ConnectionSql } from '#lib/store';
import type { Transfer, TransferEffect } from '#lib/transfers';

import type { Completion, Portion } from './completion.js';
import type { Joining } from './joining.js';
import { type ImportMode, OVER_STAGED, type RegisterSql, registerSql } from './register-sql.js';
import { stagedJson, stagedLines } from './staged-lines.js';

/**
 * Records that are staged and planned together: PostgreSQL works on them while the next ones are read. Fewer when they
 * are long, since two portions are in memory.
 */
const PORTION = 20_000;
const PORTION_BYTES = 6_000_000;

/** So many records, and characters of them, are given to the statements as they are, without a staging table. */
const FEW = 500;
const FEW_CHARACTERS = 250_000;

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

type Count = Exclude<keyof TransferEffect, 'brake' | 'exported'>;

export interface Repeated {
  readonly key: string;
  readonly lines: readonly number[];
}

export interface StagingPlace {
  readonly table: RecordTable;
  readonly mode: ImportMode;
  readonly transfer: Transfer;
  /**
   * When the records of a portion are planned: while the next ones are read, the new ones going `ahead` into the
   * register at once or not, or when the document has been read to its `end`.
   *
   * To go ahead destroys nothing, and whoever finds at the end that the document must not go in undoes the transaction.
   */
  readonly planned: 'ahead' | 'meanwhile' | 'at-the-end';
  readonly completion?: Completion | undefined;
  /** What is to be true before a portion is planned. */
  readonly before?: (() => Promise<void>) | undefined;
  /** A statement that looks at each portion once it is planned: $1 environment, $2 company, after $3, up to $4. */
  readonly note?: string | undefined;
}

/**
 * Stages a document's records of one register and plans what becomes of them, portion by portion.
 *
 * Two portions are in memory at most, however long the document is.
 */
export class Staging {
  #effect = NOTHING;
  #createdAhead = 0;
  #records = 0;
  #register: { readonly isNew: boolean; readonly isLarge: boolean } | undefined;
  /** Those of a document that may be small; `null` once it is not. */
  #few: { records: readonly ReadRecord[]; json: string } | null;
  #lines: Buffer[] = [];
  #bytes = 0;
  #waiting = 0;
  #portion: Portion = { after: 0, upTo: 0 };
  #unplanned: Portion[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(
    private readonly sql: ConnectionSql,
    private readonly joining: Joining,
    private readonly place: StagingPlace,
  ) {
    // Who else looks at the records looks for them in their table.
    this.#few = place.completion || place.note !== undefined ? null : { records: [], json: '' };
  }

  get table(): RecordTable {
    return this.place.table;
  }

  /** Whether its records are completed from other registers. */
  get completes(): boolean {
    return this.place.completion !== undefined;
  }

  /** Records by what becomes of them; whole once {@link end} has returned, deletions apart. */
  get effect(): TransferEffect {
    return this.#effect;
  }

  /** How many records it has taken. */
  get records(): number {
    return this.#records;
  }

  /** How many records are in the register already. */
  get createdAhead(): number {
    return this.#createdAhead;
  }

  /** Whether the plan of some records is made, or being made. */
  get hasPlanned(): boolean {
    return this.place.planned !== 'at-the-end' && this.#portion.after > 0;
  }

  async take(batch: readonly ReadRecord[]): Promise<void> {
    this.#records += batch.length;
    this.#waiting += batch.length;
    this.#portion = { ...this.#portion, upTo: batch.at(-1)?.no ?? this.#portion.upTo };
    if (this.#few) {
      const { records, json } = this.#few;
      const few = { records: [...records, ...batch], json: json + (json === '' ? '' : ',') + stagedJson(batch) };
      const isSmall = few.records.length <= FEW && few.json.length <= FEW_CHARACTERS;
      this.#few = isSmall ? few : null;
      if (!isSmall) await this.line(few.records);
    } else await this.line(batch);
  }

  /** Has the records wait for their turn in the staging table. */
  private async line(batch: readonly ReadRecord[]): Promise<void> {
    // As bytes: strings that wait for their turn would be copied about by every garbage collection.
    const lines = Buffer.from(stagedLines(batch, this.place.table.children.length > 0));
    this.#lines.push(lines);
    this.#bytes += lines.length;
    if (this.#waiting >= PORTION || this.#bytes >= PORTION_BYTES) await this.handOver();
  }

  /** Everything taken so far is planned, or will be at the end, when this returns. */
  async flush(): Promise<void> {
    await this.handOver();
    await this.#work;
  }

  async end(): Promise<void> {
    if (this.#few) {
      if (this.#waiting > 0) await this.plan(this.#portion);
      return;
    }
    await this.flush();
    for (const portion of this.#unplanned.splice(0)) await this.plan(portion);
  }

  /** Runs one of the register's statements over what has been staged. */
  rows<Row extends object>(
    statement: Exclude<keyof RegisterSql, 'session'>,
    values: readonly unknown[],
    options?: { readonly prepare: boolean },
  ): Promise<Row[]> {
    const text = registerSql(this.place.table, this.place.mode, this.#few ? 'parameter' : 'table')[statement];
    const given = this.#few && OVER_STAGED.has(statement) ? [...values, `[${this.#few.json}]`] : values;
    return this.sql.rows<Row>(text, given, options);
  }

  /** The first key that stands more than once, with its first two lines. */
  async repeatedKey({ after, upTo }: Portion): Promise<Repeated | undefined> {
    if (this.#few) return firstRepeated(this.#few.records);
    const [repeated] = await this.rows<Repeated>('repeatedKeys', [after, upTo]);
    return repeated;
  }

  /** Waits for PostgreSQL to be done, well or not, so that the transaction can be undone. */
  async abandon(): Promise<void> {
    await this.#work.catch(() => undefined);
  }

  /** Gives what was read to PostgreSQL, once it is done with the portion before. */
  private async handOver(): Promise<void> {
    await this.#work;
    if (this.#waiting === 0) return;
    const [lines, portion] = [this.#lines, this.#portion];
    this.#lines = [];
    this.#bytes = 0;
    this.#waiting = 0;
    this.#portion = { after: portion.upTo, upTo: portion.upTo };
    if (this.place.planned === 'at-the-end') {
      this.#unplanned.push(portion);
      this.#work = this.stage(lines);
    } else this.#work = this.stage(lines).then(() => this.plan(portion));
    // What it fails with is thrown by whoever waits for it next.
    this.#work.catch(() => undefined);
  }

  private async stage(lines: readonly Buffer[]): Promise<void> {
    const copy = this.sql.copyWriter(registerSql(this.place.table, this.place.mode).copy);
    for (const some of lines) await copy.write(some);
    await copy.end();
  }

  private async plan(portion: Portion): Promise<void> {
    await this.place.before?.();
    const { after, upTo } = portion;
    const { transfer, note } = this.place;
    const { environmentId, companyId, id } = transfer;
    const where = [environmentId, companyId, id, after, upTo];
    const isLarge = upTo - after >= PLANNED_ANEW;
    const options = { prepare: !isLarge };
    if (this.place.completion) {
      // Look-ups of single records, however many: by index, whatever the portion itself is joined by.
      await this.joining.by('index');
      await this.place.completion.complete(this.sql, transfer, portion, options);
    }
    const register = isLarge ? await this.measureRegister(upTo - after) : undefined;
    const by = register && !register.isLarge ? 'hash' : 'index';
    await this.joining.by(by);
    const isNew = register?.isNew ?? false;
    const created = await this.count(
      isNew ? 'planNew' : by === 'hash' ? 'plan' : 'planByIndex',
      isNew ? [environmentId, id, after, upTo] : where,
      options,
    );
    if (note !== undefined) await this.sql.rows(note, [environmentId, companyId, after, upTo], options);
    if (this.place.planned !== 'ahead' || created === 0) return;
    if (!isNew && (await this.repeats(portion))) return;
    await this.rows(isNew ? 'createNew' : 'create', where, options);
    this.#createdAhead += created;
  }

  /** Runs a plan, adds what it counts, and answers how many records are new by it. */
  private async count(
    plan: 'plan' | 'planByIndex' | 'planNew',
    values: readonly unknown[],
    options: { prepare: boolean },
  ): Promise<number> {
    const counts = await this.rows<{ outcome: Count; records: number; emptied: number }>(plan, values, options);
    const effect: Record<Count, number> = { ...this.#effect };
    for (const { outcome, records, emptied } of counts) {
      effect[outcome] += records;
      effect.emptied += emptied;
    }
    const created = effect.created - this.#effect.created;
    this.#effect = effect;
    return created;
  }

  /** Looks once at how large the register was: that decides how a large portion is joined to it. */
  private async measureRegister(portion: number): Promise<{ readonly isNew: boolean; readonly isLarge: boolean }> {
    if (this.#register === undefined) {
      const { environmentId, companyId } = this.place.transfer;
      const limit = portion * LOOKED_UP + 1;
      const [size] = await this.rows<{ records: number }>('size', [environmentId, companyId, limit]);
      const records = size?.records ?? 0;
      this.#register = { isNew: records === 0, isLarge: records >= limit };
    }
    return this.#register;
  }

  /** A key that stands twice cannot be written by one statement; the document will be refused for it. */
  private async repeats(portion: Portion): Promise<boolean> {
    return (await this.repeatedKey(portion)) !== undefined;
  }
}

function firstRepeated(records: readonly ReadRecord[]): Repeated | undefined {
  const lines = new Map<string, number[]>();
  for (const { key, line } of records) if (key !== null) lines.set(key, [...(lines.get(key) ?? []), line]);
  const [first] = [...lines].filter(([, places]) => places.length > 1);
  return first && { key: first[0], lines: first[1].slice(0, 2) };
}

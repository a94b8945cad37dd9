import type { RecordTable, RegisterName } from '#lib/documents';
import type { ConnectionSql } from '#lib/store';
import type { Transfer } from '#lib/transfers';

/** Records of a document: those after one place of it up to another. */
export interface Portion {
  readonly after: number;
  readonly upTo: number;
}

/**
 * What is done to staged records before their mode says what becomes of them: they are completed from the company's
 * registers, or rejected because of them. The set-based form of a rule of `libs/policy`; a property test demands that
 * the two agree.
 */
export interface Completion {
  /** Temporary tables of one connection; emptied by every commit and rollback. */
  readonly session: readonly string[];
  /** Base data that it looks into, as the document will leave it; with the statement that notes what the document has. */
  readonly looksInto: ReadonlyMap<RecordTable, string>;
  complete(sql: ConnectionSql, of: Transfer, portion: Portion, options: { prepare: boolean }): Promise<void>;
  /** Plans what goes into another register because of the records, in items after the place `after`. */
  planOthers(sql: ConnectionSql, of: Transfer, after: number): Promise<OtherEffect | null>;
  applyOthers(sql: ConnectionSql, of: Transfer): Promise<void>;
}

/** What an import does to a register that its document has no records of. */
export interface OtherEffect {
  readonly register: RegisterName;
  readonly created: number;
}

/**
 * Fivaldi's XML documents, read as a stream: nothing here holds a whole one.
 *
 * Start with `record-table.ts` (which element is which field; one table per
 * stream in `streams/`), then `read-records.ts`. The way of the bytes is
 * gunzip → decode → gate (saxes with limits) → record builder. Knows nothing
 * of HTTP, databases or import modes.
 */
export { DocumentRefused, type DocumentRefusal } from './errors.js';
export { DEFAULT_LIMITS, type Limits } from './limits.js';
export { checkDocument, type ReadOptions, readRecords } from './read-records.js';
export {
  type Children,
  type DocumentSummary,
  type Encoding,
  type FieldValue,
  type ReadRecord,
  RECORD_REASONS,
  type RecordFault,
  type RecordReason,
} from './record.js';
export { explainFault, recordReasons } from './record-reasons.js';
export {
  type ChildTable,
  type Field,
  type FieldType,
  type Label,
  type Language,
  LANGUAGES,
  type RecordTable,
} from './record-table.js';
export { referencePage } from './reference.js';
export { tableOf, TABLES } from './streams/tables.js';
export { tuoterekisteri } from './streams/tuoterekisteri.js';
export { yritysrekisteri } from './streams/yritysrekisteri.js';
export { xsd } from './xsd.js';

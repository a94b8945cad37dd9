/**
 * Fivaldi's XML documents, read as a stream: nothing here holds a whole one.
 *
 * Start with `record-table.ts` (which element is which field; one table per
 * kind of record in `streams/`), then `read-records.ts`. The way of the bytes is
 * gunzip → decode → gate (saxes with limits) → record builder. Knows nothing
 * of HTTP, databases or import modes.
 */
export { encodingOf } from './encoding.js';
export { DocumentRefused, type DocumentRefusal } from './errors.js';
export { firstRecord, type Head } from './first-record.js';
export { type GivenFault, type GivenRecord, keyFaults, type ReadGiven, readGiven } from './given-record.js';
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
export { explainFault, explainReason, recordReasons } from './record-reasons.js';
export {
  type ChildTable,
  type Field,
  type FieldType,
  type Label,
  type Language,
  LANGUAGES,
  type RecordTable,
  type RegisterName,
} from './record-table.js';
export { referencePage } from './reference.js';
export { bond } from './streams/kiha/bond.js';
export { estatePerson } from './streams/kiha/estate-person.js';
export { housingCompany } from './streams/kiha/housing-company.js';
export { premises } from './streams/kiha/premises.js';
export { palkat } from './streams/palkat.js';
export { dimension, discount, employee, paymentTerm, postingGroup } from './streams/perustiedot.js';
export { bringsBasicData, documentTables, TABLES, tablesOf } from './streams/tables.js';
export { tilaukset } from './streams/tilaukset.js';
export { tilaushistoria } from './streams/tilaushistoria.js';
export { tuoterekisteri } from './streams/tuoterekisteri.js';
export { yritysrekisteri } from './streams/yritysrekisteri.js';
export { RecordWriter, UnwritableValue, type WritableRecord } from './write-records.js';
export { readTree, type TreeElement, type TreeLimits } from './tree.js';
export { xsd } from './xsd.js';

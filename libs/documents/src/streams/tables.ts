import type { DocumentStream } from '#lib/contracts';

import type { RecordTable, RegisterName } from '../record-table.js';
import { bond } from './kiha/bond.js';
import { estatePerson } from './kiha/estate-person.js';
import { housingCompany } from './kiha/housing-company.js';
import { premises } from './kiha/premises.js';
import { palkat } from './palkat.js';
import { dimension, discount, employee, paymentTerm, postingGroup } from './perustiedot.js';
import { tilaukset } from './tilaukset.js';
import { tilaushistoria } from './tilaushistoria.js';
import { tuoterekisteri } from './tuoterekisteri.js';
import { yritysrekisteri } from './yritysrekisteri.js';

/** In the order in which they must go in: what is named by code before what names it. */
const BY_STREAM: Readonly<Record<DocumentStream, readonly RecordTable[]>> = {
  kiha: [housingCompany, premises, estatePerson, bond],
  palkat: [palkat],
  perustiedot: [dimension, postingGroup, paymentTerm, discount, employee],
  projektit: [dimension],
  tilaukset: [tilaukset],
  tilaushistoria: [tilaushistoria],
  tuoterekisteri: [tuoterekisteri],
  yritysrekisteri: [yritysrekisteri],
};

/** Every kind of record there is, each once. */
export const TABLES: readonly RecordTable[] = [...new Set(Object.values(BY_STREAM).flat())];

/** The kinds of record that a stream is made of. */
export const tablesOf = (stream: DocumentStream): readonly RecordTable[] => BY_STREAM[stream];

const BASIC = new Set(BY_STREAM.perustiedot.map(({ register }) => register));

/** Whether a document of the stream brings base data beside its own, by the registers of its records. */
export const bringsBasicData = (stream: DocumentStream, registers: readonly RegisterName[]): boolean =>
  stream !== 'perustiedot' && registers.some((register) => BASIC.has(register));

/**
 * What a document of the stream may hold. The base data [Perustiedot] comes
 * "together with other transfers" for whoever may bring it in; it stands first,
 * because the others name it.
 */
export function documentTables(stream: DocumentStream, withBasicData: boolean): readonly RecordTable[] {
  const own = tablesOf(stream);
  return withBasicData && stream !== 'perustiedot' ? [...tablesOf('perustiedot'), ...own] : own;
}

import type { StreamName } from '#lib/contracts';

import type { RecordTable } from '../record-table.js';
import { tuoterekisteri } from './tuoterekisteri.js';
import { yritysrekisteri } from './yritysrekisteri.js';

/** Every stream whose documents we read. A new one is a table here and nothing else. */
export const TABLES: readonly RecordTable[] = [tuoterekisteri, yritysrekisteri];

/** The stream's table; `undefined` for streams whose documents we do not read. */
export function tableOf(stream: StreamName): RecordTable | undefined {
  return TABLES.find((table) => table.stream === stream);
}

import { parentPort, workerData } from 'node:worker_threads';
import { readSheet } from 'read-excel-file/universal';

/**
 * The first sheet of a workbook as rows of text, in a thread of its own: a sheet that was made to cost memory or time
 * costs this thread, which `sheet-rows.ts` bounds and ends. Runs as it is, so it imports nothing of ours.
 */
const { workbook, mostRows, mostColumns } = workerData as {
  readonly workbook: Uint8Array<ArrayBuffer>;
  readonly mostRows: number;
  readonly mostColumns: number;
};

// Numbers stay as they are written: a company's number may begin with a zero, and none may lose its last digits.
const rows = await readSheet(workbook.buffer, 1, { parseNumber: (text: string) => text as unknown as number });

const widest = rows.reduce((most, row) => Math.max(most, row.length), 0);
parentPort?.postMessage(
  rows.length > mostRows || widest > mostColumns
    ? { tooManyRows: rows.length > mostRows }
    : {
        rows: rows.map((row) =>
          row.map((cell) => (cell === null ? '' : cell instanceof Date ? cell.toISOString() : String(cell))),
        ),
      },
);

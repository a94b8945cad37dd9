import { Worker } from 'node:worker_threads';

import { ONBOARDING_ROWS } from '#lib/contracts';

import { MOST_COLUMNS } from './columns.js';
import type { FileRow } from './csv-rows.js';
import { OnboardingFileRefused } from './errors.js';
import { measuredWorkbook } from './workbook-parts.js';

/** Beside this module, under the ending that this module has: built or not. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './sheet-worker.ts' : './sheet-worker.js', import.meta.url);

/** What reading one sheet may take: twenty thousand rows take a second and 150 MB. */
const MEMORY_MB = 512;
const MILLISECONDS = 30_000;

type Answer = { readonly rows: readonly (readonly string[])[] } | { readonly tooManyRows: boolean };

/** The rows of a workbook's first sheet, the header first. Throws {@link OnboardingFileRefused}. */
export async function* sheetRows(bytes: Buffer): AsyncGenerator<FileRow> {
  const answer = await readAside(await measuredWorkbook(bytes));
  if ('tooManyRows' in answer) throw answer.tooManyRows ? tooManyRows() : tooComplex();
  for (const [index, cells] of answer.rows.entries()) {
    if (cells.some((cell) => cell.trim() !== '')) yield { line: index + 1, cells };
  }
}

async function readAside(workbook: Buffer): Promise<Answer> {
  // A copy with a memory of its own: it moves to the thread instead of being copied there.
  const bytes = new Uint8Array(workbook);
  const worker = new Worker(WORKER, {
    workerData: { workbook: bytes, mostRows: ONBOARDING_ROWS + 1, mostColumns: MOST_COLUMNS },
    transferList: [bytes.buffer],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 64 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const late = setTimeout(() => reject(tooComplex()), MILLISECONDS);
  worker
    .once('message', resolve)
    .once('error', (error: Error & { code?: string }) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooComplex() : notAWorkbook(error)),
    )
    .once('exit', () => reject(notAWorkbook()));
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    await worker.terminate();
  }
}

export const tooManyRows = (): OnboardingFileRefused =>
  new OnboardingFileRefused('too-many-rows', `The file has more than ${ONBOARDING_ROWS} rows: split it`, {
    limit: ONBOARDING_ROWS,
  });

const tooComplex = (): OnboardingFileRefused =>
  new OnboardingFileRefused('too-complex', 'The sheet is not a plain table of companies: it costs too much to read');

const notAWorkbook = (cause?: unknown): OnboardingFileRefused =>
  new OnboardingFileRefused('not-a-workbook', 'The file is not an XLSX workbook, or is damaged', {}, { cause });

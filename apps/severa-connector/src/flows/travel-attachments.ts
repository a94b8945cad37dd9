import type { Calls, Objection } from '../engine/flow.js';
import { plainDescription } from './plain-description.js';
import { numberIn, objectsOf, textIn } from './severa-json.js';
import type { TravelReport } from './travel-report.js';
import type { Attachment } from './trip-expense.js';

/** All attachments of a report together, and the name of each (contract §5.7). */
const MOST_BYTES = 4 * 1024 * 1024;
const LONGEST_NAME = 100;

interface Listed {
  readonly line: string;
  readonly file: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

type Fetched =
  | { readonly as: 'fetched'; readonly attachments: ReadonlyMap<string, readonly Attachment[]> }
  | { readonly as: 'objection'; readonly objection: Objection };

/**
 * The receipts of a report, by their line. What is for Severa's own eyes stays there. Nothing is fetched of a report whose
 * receipts are too many bytes by what Severa says of them, and nothing is sent of one where they turn out to be. A
 * receipt that is listed and is not there keeps its own report back, and no other.
 */
export async function fetchAttachments(calls: Calls, report: TravelReport): Promise<Fetched> {
  const listed: Listed[] = [];
  for (const { guid, attachments } of report.lines) {
    if (attachments > 0) listed.push(...(await filesOf(calls, guid)));
  }
  const long = listed.find(({ name }) => name.length > LONGEST_NAME);
  if (long) return objection('attachment-name-too-long', long.name);
  if (sum(listed.map(({ size }) => size)) > MOST_BYTES) return objection('attachments-too-large', null);

  const attachments = new Map<string, Attachment[]>();
  let bytes = 0;
  for (const { line, file, name, type } of listed) {
    const content = await calls.severa({ method: 'GET', path: ['files', file, 'filedata'], accept: 'bytes' });
    if (!(content instanceof Uint8Array)) return objection('attachment-missing', name);
    bytes += content.length;
    if (bytes > MOST_BYTES) return objection('attachments-too-large', null);
    attachments.set(line, [...(attachments.get(line) ?? []), { name, type, bytes: content }]);
  }
  return { as: 'fetched', attachments };
}

async function filesOf(calls: Calls, line: string): Promise<readonly Listed[]> {
  const files: Listed[] = [];
  const path = ['projecttravelexpenses', line, 'files'];
  for await (const page of calls.severaPages({ method: 'GET', path, query: [['rowCount', '100']], paging: 'rows' })) {
    for (const found of objectsOf(page)) {
      const file = textIn(found, 'fileGuid');
      if (file === null || found['isInternal'] === true) continue;
      const name = plainDescription(textIn(found, 'name')) || file;
      const type = textIn(found, 'contentType') ?? 'application/octet-stream';
      files.push({ line, file, name, type, size: numberIn(found, 'size') ?? 0 });
    }
  }
  return files;
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);

const objection = (cause: string, message: string | null): Fetched => ({
  as: 'objection',
  objection: { cause, field: 'attachments', ...(message !== null && { message }) },
});

import { type DocumentRefusal, DocumentRefused, readTree, type TreeElement, type TreeLimits } from '#lib/documents';

import type { Exchange, Incoming } from '../exchange.js';
import { children, type NetvisorElement, textAt } from './element.js';
import type { NetvisorReply, NetvisorRows } from './reply.js';

/** What the memory of a connector holds beside its work: a list of some hundred thousand rows is within it. */
const BOUNDS = { maxBytes: 48 * 1024 * 1024, maxDepth: 64, maxElements: 1_000_000 };

/**
 * What came back from Netvisor, and what it means (contract netvisor §3).
 *
 *   HTTP          | ResponseStatus                          | as
 *   --------------+-----------------------------------------+---------------------------------------------------------
 *   2xx           | OK                                      | ok
 *   any           | FAILED, AUTHENTICATION_FAILED           | unauthorised
 *   any           | FAILED, SYSTEM_MAINTENANCE              | unavailable
 *   any           | FAILED, TECHNICAL_ERROR                 | unknown: it may have been done
 *   any           | FAILED, REQUEST_NOT_UNIQUE              | unknown: our ids are new, so the request came twice,
 *                 |                                         |   and of what became of the first this says nothing
 *   any           | FAILED, any other category              | refused, in that category
 *   below 500     | FAILED, no category                     | refused, FAILED
 *   5xx           | FAILED, no category                     | unknown
 *   not 2xx       | OK                                      | unknown
 *   401           | none that could be read                 | unauthorised
 *   404           | none that could be read                 | refused, HTTP_404: there is no such resource
 *   429           | none that could be read                 | unavailable
 *   any other     | none: HTML, cut, empty, too large,      | unknown
 *                 |   packed, or not in its encoding        |
 *   none          |                                         | unknown, or unreachable where nothing was sent
 *
 * With Netvisor's old manner every refusal comes as 200: the verdict is the body's, wherever it has one.
 */
export function readAnswer(exchange: Exchange, transactionId: string, rows?: NetvisorRows): NetvisorReply {
  if (exchange.as === 'not-sent') return { as: 'unreachable', why: exchange.why };
  if (exchange.as === 'unanswered') return { as: 'unknown', why: exchange.why };
  const { answer } = exchange;
  const read = readBody(answer, rows);
  return 'unreadable' in read
    ? withoutVerdict(answer.status, read.unreadable, transactionId)
    : withVerdict(answer.status, read.root, transactionId);
}

function withVerdict(status: number, root: NetvisorElement, transactionId: string): NetvisorReply {
  const [verdict = '', said = ''] = statusesOf(root);
  if (verdict === 'OK') {
    if (status < 200 || status >= 300) return { as: 'unknown', why: `OK with HTTP ${status}` };
    return { as: 'ok', root, inserted: textAt(root, 'Replies', 'InsertedDataIdentifier') || null, transactionId };
  }
  // Some have put both into one element.
  const complaint = said === '' ? verdict : said;
  const category = /^([A-Z][A-Z_]*)\s*::/.exec(complaint)?.[1];
  const text = category === undefined ? complaint : complaint.slice(complaint.indexOf('::') + 2).trim();
  return ofCategory(category, text, status, transactionId);
}

function ofCategory(category: string | undefined, text: string, status: number, transactionId: string): NetvisorReply {
  switch (category) {
    case 'AUTHENTICATION_FAILED':
      return { as: 'unauthorised', text, transactionId };
    case 'SYSTEM_MAINTENANCE':
      return { as: 'unavailable', text };
    case 'TECHNICAL_ERROR':
    case 'REQUEST_NOT_UNIQUE':
      return { as: 'unknown', why: category };
    case undefined:
      if (status === 401) return { as: 'unauthorised', text, transactionId };
      if (status >= 500) return { as: 'unknown', why: `HTTP ${status}` };
      return { as: 'refused', category: 'FAILED', text, transactionId };
    default:
      return { as: 'refused', category, text, transactionId };
  }
}

function withoutVerdict(status: number, unreadable: string, transactionId: string): NetvisorReply {
  if (status === 401) return { as: 'unauthorised', text: 'HTTP 401', transactionId };
  if (status === 404) return { as: 'refused', category: 'HTTP_404', text: 'HTTP 404', transactionId };
  if (status === 429) return { as: 'unavailable', text: 'HTTP 429' };
  return { as: 'unknown', why: status >= 200 && status < 300 ? unreadable : `HTTP ${status}, ${unreadable}` };
}

/** The verdict and what is said of it: two elements of one name. */
function statusesOf(root: NetvisorElement): readonly string[] {
  const [status] = children(root, 'ResponseStatus');
  return status === undefined ? [] : children(status, 'Status').map(({ text }) => text.trim());
}

type Read = { readonly root: NetvisorElement } | { readonly unreadable: string };

function readBody(answer: Incoming, rows?: NetvisorRows): Read {
  const packed = answer.headers['content-encoding'];
  if (packed !== undefined && packed !== 'identity') return { unreadable: 'a packed answer, which was not asked for' };
  if (isHtml(answer)) return { unreadable: 'HTML instead of XML' };
  const root = treeOf(answer, rows);
  if (typeof root === 'string') return { unreadable: root };
  if (root.name.toLowerCase() !== 'root' || statusesOf(root).length === 0) {
    return { unreadable: 'an answer without its status' };
  }
  return { root };
}

/** The document, or why it could not be read. What it says of its own encoding stands above the header. */
function treeOf({ body, headers }: Incoming, rows?: NetvisorRows): TreeElement | string {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1];
  const take = rows && takenBy(rows);
  let tree = readOrRefusal(body, { charset, take });
  if (charset !== undefined && isOfEncoding(tree)) tree = readOrRefusal(body, { take });
  // Latin by its own word, and UTF-8 by every letter.
  if (tree === 'encoding-utf-8-in-disguise') tree = readOrRefusal(body.toString('utf8'), { take });
  return typeof tree === 'string' ? `an answer that could not be read: ${tree}` : tree;
}

function takenBy({ list, take }: NetvisorRows): NonNullable<TreeLimits['take']> {
  const wanted = list.toLowerCase();
  return (row, parent) => {
    if (parent.toLowerCase() !== wanted) return false;
    take(row);
    return true;
  };
}

interface Reading {
  readonly charset?: string | undefined;
  readonly take: TreeLimits['take'];
}

function readOrRefusal(source: Uint8Array | string, { charset, take }: Reading): TreeElement | DocumentRefusal {
  try {
    return readTree(source, { ...BOUNDS, take, ...(charset !== undefined && { charset }) });
  } catch (error) {
    if (error instanceof DocumentRefused) return error.refusal;
    throw error;
  }
}

const isOfEncoding = (tree: TreeElement | DocumentRefusal): boolean =>
  typeof tree === 'string' && tree.startsWith('encoding-');

const isHtml = (answer: Incoming): boolean =>
  /\bhtml\b/i.test(answer.headers['content-type'] ?? '') ||
  /^\s*<(!doctype\s+html|html)/i.test(answer.body.subarray(0, 200).toString('latin1'));

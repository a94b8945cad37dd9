import { DocumentRefused, readTree, type TreeElement } from '#lib/documents';

import type { Exchange, Outgoing } from '../exchange.js';

/** Whether a key of the SOAP interface opened it. */
export type KeyReply =
  | { readonly as: 'ok'; readonly version: string }
  | { readonly as: 'unauthorised'; readonly text: string }
  /** A fault that is not about the key: no right, a daily quota used up, terms that were not approved. */
  | { readonly as: 'refused'; readonly type: string; readonly text: string }
  | { readonly as: 'unknown'; readonly why: string }
  | { readonly as: 'unreachable'; readonly why: string };

const NAMESPACE = 'http://soap.severa.com/';
const LONGEST_TEXT = 500;
const LIMITS = { maxBytes: 256 * 1024, maxDepth: 20, maxElements: 200 };

/**
 * SOAP 1.1's GetVersion with the key in its header. The key is opaque: spaces and signs are a part of it, so it goes
 * out exactly as it is. `null`: it holds what no XML can.
 *
 * Source: contracts/severa §4.
 */
export function keyOutgoing(target: string, key: string): Outgoing | null {
  // eslint-disable-next-line no-control-regex -- those are the ones
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(key) || !key.isWellFormed()) return null;
  const body =
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">' +
    `<s:Header><WebServicePassword xmlns="${NAMESPACE}">${escaped(key)}</WebServicePassword></s:Header>` +
    `<s:Body><GetVersion xmlns="${NAMESPACE}"/></s:Body></s:Envelope>`;
  const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"${NAMESPACE}IAPI/GetVersion"` };
  return { method: 'POST', target, headers, body: Buffer.from(body, 'utf8') };
}

/**
 * What the answer says of the key.
 *
 *   an envelope with              | as
 *   ------------------------------+---------------------------------------------
 *   GetVersionResponse            | ok
 *   AuthenticationFailure…, or a  | unauthorised
 *   fault that denies access      |
 *   any other fault               | refused, by its name
 *   none, or no envelope          | 401, 403: unauthorised; otherwise unknown
 */
export function keyReplyOf(exchange: Exchange): KeyReply {
  if (exchange.as === 'not-sent') return { as: 'unreachable', why: exchange.why };
  if (exchange.as === 'unanswered') return { as: 'unknown', why: exchange.why };
  const { status, body } = exchange.answer;
  const content = contentOf(body);
  const response = content && childOf(content, 'GetVersionResponse');
  if (response) return { as: 'ok', version: (childOf(response, 'GetVersionResult')?.text ?? '').slice(0, 100) };
  const fault = content && childOf(content, 'Fault');
  if (fault) return faultOf(fault);
  if (status === 401 || status === 403) return { as: 'unauthorised', text: '' };
  return { as: 'unknown', why: `status ${status} without an answer of SOAP` };
}

/** The fault's own name stands in its detail, where it has one, and otherwise in its code. */
function faultOf(fault: TreeElement): KeyReply {
  const named = childOf(fault, 'detail')?.children[0];
  const code = childOf(fault, 'faultcode')?.text ?? '';
  const type = (named ? localName(named.name) : localName(code.trim())).slice(0, 100);
  const text = (childOf(fault, 'faultstring')?.text ?? '').trim().slice(0, LONGEST_TEXT);
  const aboutKey = /AuthenticationFailure/i.test(`${type} ${code}`) || /access denied/i.test(text);
  return aboutKey ? { as: 'unauthorised', text } : { as: 'refused', type, text };
}

function contentOf(body: Uint8Array): TreeElement | undefined {
  try {
    const root = readTree(body, LIMITS);
    return localName(root.name) === 'Envelope' ? childOf(root, 'Body') : undefined;
  } catch (error) {
    if (error instanceof DocumentRefused) return undefined;
    throw error;
  }
}

const childOf = (element: TreeElement, name: string): TreeElement | undefined =>
  element.children.find((inner) => localName(inner.name) === name);

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** A line break and a tab are written so that no reader makes a space of them. */
const escaped = (text: string): string => text.replace(/[&<>\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);

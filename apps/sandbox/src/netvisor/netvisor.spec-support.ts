import { createHmac, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';

import { type NetvisorSandbox, type NetvisorSandboxOptions, startNetvisorSandbox } from './netvisor-sandbox.js';
import { readXml } from './read-xml.js';
import { childOf, childrenOf, type XmlElement } from './xml.js';

export const PARTNER = { id: 'PARTNER-1', key: 'partner-key-for-tests-only' };
export const COMPANY = {
  organisationId: '1967543-8',
  customerId: 'CUSTOMER-1',
  customerKey: 'customer-key-for-tests-only',
};
export const NOON = new Date('2026-11-20T10:00:00Z');

export interface Signing {
  readonly company?: typeof COMPANY;
  readonly partner?: typeof PARTNER;
  readonly sender?: string;
  readonly language?: string;
  readonly transactionId?: string;
  readonly at?: Date;
  /** Another second than `at`, signed. */
  readonly unix?: string;
  /** In place of, or beside, the headers that are right; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Signed in place of the URL that is sent. */
  readonly signedUrl?: string;
}

/** The MAC by the recipe, and by nothing of the sandbox's. */
export const macOf = (fields: readonly string[], customerKey: string, partnerKey: string): string =>
  createHmac('sha256', `${customerKey}&${partnerKey}`)
    .update(Buffer.from([...fields, customerKey, partnerKey].join('&'), 'latin1'))
    .digest('hex');

/** The headers of a signed request. */
export function signedHeaders(url: string, signing: Signing): Record<string, string> {
  const { company = COMPANY, partner = PARTNER, sender = 'Severa connector', language = 'FI', at = NOON } = signing;
  const { transactionId = randomUUID(), signedUrl = url } = signing;
  const timestamp = at.toISOString().replace('T', ' ').replace('Z', '');
  const { unix = String(Math.floor(at.getTime() / 1000)) } = signing;
  const { organisationId, customerId, customerKey } = company;
  const fields = [signedUrl, sender, customerId, timestamp, language, organisationId, transactionId, unix];
  const headers: Record<string, string | undefined> = {
    'X-Netvisor-Authentication-Sender': sender,
    'X-Netvisor-Authentication-CustomerId': customerId,
    'X-Netvisor-Authentication-PartnerId': partner.id,
    'X-Netvisor-Authentication-Timestamp': timestamp,
    'X-Netvisor-Authentication-TimestampUnix': unix,
    'X-Netvisor-Authentication-TransactionId': transactionId,
    'X-Netvisor-Interface-Language': language,
    'X-Netvisor-Organisation-ID': organisationId,
    'X-Netvisor-Authentication-MAC': macOf(fields, customerKey, partner.key),
    'X-Netvisor-Authentication-MACHashCalculationAlgorithm': 'HMACSHA256',
    'X-Netvisor-Authentication-UseHTTPResponseStatusCodes': '1',
    ...signing.headers,
  };
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given);
}

export interface Answered {
  readonly status: number;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface Wire {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
}

/** Sends exactly this, on a connection of its own. Rejects when the connection is cut. */
export function send({ method, url, headers, body }: Wire): Promise<Answered> {
  const { hostname, port, origin } = new URL(url);
  const length = body === undefined ? {} : { 'Content-Length': String(body.length) };
  return new Promise((resolve, reject) => {
    const path = url.slice(origin.length);
    const request = httpRequest({ hostname, port, method, path, headers: { ...headers, ...length }, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, bytes, text: bytes.toString('utf8') });
      });
    });
    request.end(body);
  });
}

/** A sandbox with one company, a signing caller and a clock that stands still until it is moved. */
export interface Bench {
  readonly sandbox: NetvisorSandbox;
  readonly clock: { now: Date };
  /** `target` stands after the slash, with its query. A body is what stands in `<root>`. */
  readonly call: (target: string, body?: string, signing?: Signing) => Promise<Answered>;
  readonly control: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: unknown }>;
  /** Puts records into the company; gives their keys. */
  readonly seed: (register: string, body: unknown) => Promise<number[]>;
  readonly state: () => Promise<State>;
  readonly journal: () => Promise<Readonly<Record<string, unknown>>[]>;
}

type Record_ = Readonly<Record<string, unknown>>;
export interface State {
  readonly customers: readonly { readonly key: number; readonly fields: Readonly<Record<string, string>> }[];
  readonly products: readonly { readonly key: number; readonly fields: Readonly<Record<string, string>> }[];
  readonly dimensions: readonly { readonly name: string; readonly items: readonly Record_[] }[];
  readonly salesInvoices: readonly (Record_ & { readonly fields: Readonly<Record<string, string>> })[];
  readonly workdays: readonly (Record_ & { readonly rows: readonly Record_[] })[];
  readonly tripExpenses: readonly Record_[];
}

export async function startBench(options: Partial<NetvisorSandboxOptions> = {}): Promise<Bench> {
  const clock = { now: NOON };
  const sandbox = await startNetvisorSandbox({ partner: PARTNER, now: () => clock.now, ...options });
  const control: Bench['control'] = async (method, path, body) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${sandbox.controlUrl}${path}`, { method, ...init });
    const text = await response.text();
    return { status: response.status, json: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  await control('POST', '/companies', COMPANY);
  const of = `/companies/${COMPANY.organisationId}`;
  return {
    sandbox,
    clock,
    control,
    call: (target, body, signing = {}) => {
      const url = `${sandbox.url}${target}`;
      const headers = signedHeaders(url, { at: clock.now, ...signing });
      const bytes = body === undefined ? undefined : Buffer.from(`<root>${body}</root>`, 'utf8');
      return send({ method: body === undefined ? 'GET' : 'POST', url, headers, body: bytes });
    },
    seed: async (register, body) => {
      const { status, json } = await control('POST', `${of}/${register}`, body);
      if (status !== 201) throw new Error(`${register}: ${status} ${JSON.stringify(json)}`);
      return (json as { keys: number[] }).keys;
    },
    state: async () => (await control('GET', `${of}/state`)).json as State,
    journal: async () => (await control('GET', '/journal')).json as Readonly<Record<string, unknown>>[],
  };
}

/** The whole answer as elements. */
export function rootOf({ text }: Answered): XmlElement {
  const read = readXml(text);
  if ('fault' in read) throw new Error(read.fault);
  return read.root;
}

/** `OK`, or the second status of a failure. */
export function verdictOf(answered: Answered): string {
  const head = childOf(rootOf(answered), 'ResponseStatus');
  const statuses = head ? childrenOf(head, 'Status').map(({ text }) => text) : [];
  return statuses.length === 1 ? (statuses[0] ?? '') : (statuses[1] ?? '');
}

/** The category of a failure, and null of a success. */
export const categoryOf = (answered: Answered): string | null => {
  const [category = '', text] = verdictOf(answered).split(' :: ');
  return text === undefined ? null : category;
};

/** The key that an add tells. */
export const keyOf = (answered: Answered): number =>
  Number(childOf(rootOf(answered), 'Replies', 'InsertedDataIdentifier')?.text);

/** What stands beside `ResponseStatus`, as it was written. */
export const contentOf = ({ text }: Answered): string => text.replace(/^.*<\/ResponseStatus>(.*)<\/Root>$/s, '$1');

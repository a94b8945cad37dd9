import { randomUUID } from 'node:crypto';

import { DEFAULT_LIMITS, type ExchangeLimits, Line, type Outgoing } from '../exchange.js';
import type { NetvisorElement } from './element.js';
import { arranged, ElementRefused } from './element-order.js';
import { mac, timestampsOf } from './mac.js';
import { masked } from './masked.js';
import { readAnswer } from './read-answer.js';
import type { NetvisorReply, NetvisorRows } from './reply.js';
import { type NetvisorEncoding, writeElement } from './write-element.js';

/** An hour's work may be asked for in one call, and its answer must be waited for (contract netvisor §0.3). */
export const NETVISOR_LIMITS: ExchangeLimits = { ...DEFAULT_LIMITS, headers: 180_000, body: 180_000 };

export interface NetvisorClientOptions {
  /** Of the interface: `https://integration.netvisor.fi`, `https://isvapi.netvisor.fi`. */
  readonly urls: { readonly production: string; readonly training: string };
  /** What this integration is called at Netvisor's support. ASCII. */
  readonly sender: string;
  /** One id and key for all companies of all customers. */
  readonly partnerId: string;
  readonly partnerKey: string;
  /** Of the body; the documented one, unless told otherwise. */
  readonly encoding?: NetvisorEncoding;
  /** The clock of the signature; Netvisor refuses one that is far off. */
  readonly now?: () => Date;
  readonly newId?: () => string;
  readonly limits?: ExchangeLimits;
}

export interface NetvisorRequest {
  readonly method: 'GET' | 'POST';
  /** `customer.nv` */
  readonly resource: string;
  /** In the order in which it goes onto the wire. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** What stands in `<root>`. Its elements may be in any order: the resource's own is made here. */
  readonly body?: NetvisorElement;
  /** A long list of the answer, whose rows are not to be held all at once. */
  readonly rows?: NetvisorRows;
}

export interface NetvisorCredentials {
  readonly host: 'production' | 'training';
  readonly customerId: string;
  readonly customerKey: string;
  /** The company's business id, with its hyphen. */
  readonly organisationId: string;
  /** Of error texts, and of names such as those of travel expenses. */
  readonly language: 'FI' | 'SE' | 'EN';
}

/**
 * Netvisor's interface: signs what it sends and says what the answer means.
 *
 * One request each time, with an id and timestamps of its own: an id that was used is refused, so none gives
 * idempotency. Netvisor takes one call at a time for a company; to see to that is the asker's business. A body that
 * Netvisor could not take (a letter outside the encoding, a text too long, a code it does not have) is not sent: the
 * reply is `refused` in Netvisor's own category, with the element's name and no transaction id. Keys stand in no
 * reply, error or log.
 */
export class NetvisorClient {
  readonly #options: NetvisorClientOptions;
  readonly #hosts: Readonly<Record<NetvisorCredentials['host'], Host>>;

  constructor(options: NetvisorClientOptions) {
    const { urls, limits = NETVISOR_LIMITS } = options;
    this.#options = options;
    this.#hosts = { production: new Host(urls.production, limits), training: new Host(urls.training, limits) };
  }

  /** @throws UnknownElement for a body that none of the resource's is: a mistake of ours. */
  async send(credentials: NetvisorCredentials, request: NetvisorRequest): Promise<NetvisorReply> {
    const { customerId, organisationId } = credentials;
    if (!isHeaderText(customerId) || !isHeaderText(organisationId)) {
      return { as: 'unauthorised', text: 'The identifiers hold a character that none can have.', transactionId: '' };
    }
    const written = this.#written(request);
    if ('as' in written) return written;

    const host = this.#hosts[credentials.host];
    const transactionId = (this.#options.newId ?? randomUUID)();
    const target = host.target(request);
    const headers = { ...this.#headers(credentials, host.origin + target, transactionId), ...written.headers };
    const outgoing: Outgoing = { method: request.method, target, headers, ...(written.body && { body: written.body }) };
    const reply = readAnswer(await host.line.exchange(outgoing), transactionId, request.rows);
    const { partnerId, partnerKey } = this.#options;
    return masked(reply, { ...credentials, partnerId, partnerKey });
  }

  close(): void {
    for (const host of Object.values(this.#hosts)) host.line.close();
  }

  #written({ resource, body }: NetvisorRequest): Written | NetvisorReply {
    if (body === undefined) return { headers: {} };
    const encoding = this.#options.encoding ?? 'ISO-8859-15';
    try {
      return {
        headers: { 'Content-Type': `text/xml; charset=${encoding}` },
        body: writeElement(arranged(resource, body), encoding),
      };
    } catch (error) {
      if (!(error instanceof ElementRefused)) throw error;
      return { as: 'refused', category: error.category, text: error.message, transactionId: '' };
    }
  }

  #headers(credentials: NetvisorCredentials, url: string, transactionId: string): Record<string, string> {
    const { sender, partnerId, partnerKey, now = () => new Date() } = this.#options;
    const { customerId, customerKey, organisationId, language } = credentials;
    const times = timestampsOf(now());
    const signed = { url, sender, customerId, ...times, language, organisationId, transactionId };
    return {
      Accept: 'application/xml, text/xml',
      'X-Netvisor-Authentication-Sender': sender,
      'X-Netvisor-Authentication-CustomerId': customerId,
      'X-Netvisor-Authentication-PartnerId': partnerId,
      'X-Netvisor-Authentication-Timestamp': times.timestamp,
      'X-Netvisor-Authentication-TimestampUnix': times.timestampUnix,
      'X-Netvisor-Authentication-TransactionId': transactionId,
      'X-Netvisor-Interface-Language': language,
      'X-Netvisor-Organisation-ID': organisationId,
      'X-Netvisor-Authentication-MAC': mac({ ...signed, customerKey, partnerKey }),
      'X-Netvisor-Authentication-MACHashCalculationAlgorithm': 'HMACSHA256',
      'X-Netvisor-Authentication-UseHTTPResponseStatusCodes': '1',
    };
  }
}

interface Written {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** One of Netvisor's two environments. What is signed is the very text that is sent. */
class Host {
  readonly origin: string;
  readonly line: Line;
  readonly #base: string;

  constructor(url: string, limits: ExchangeLimits) {
    const address = new URL(url);
    this.origin = address.origin;
    this.#base = address.pathname.replace(/\/+$/, '');
    this.line = new Line(address, limits);
  }

  target({ resource, query = [] }: NetvisorRequest): string {
    const asked = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
    return `${this.#base}/${encoded(resource)}${asked && `?${asked}`}`;
  }
}

/** Lists and times keep their commas and colons: Netvisor's own examples have them so (contract §1.4). */
const encoded = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll('%2C', ',').replaceAll('%3A', ':');

const isHeaderText = (text: string): boolean => /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text);

import { type Answer, answerOf } from './answer.js';
import { DEFAULT_LIMITS, type ExchangeLimits, Line, type Outgoing } from './exchange.js';
import { type Json, jsonText } from './json.js';
import { type Signable, signature } from './signature.js';
import { targetOf } from './target.js';

export interface FivaldiClientOptions {
  /** Of the interface: `https://api.fivaldi.net/customer/api`. */
  readonly url: string;
  /** One id and secret for all companies of all customers. */
  readonly partnerId: string;
  readonly partnerSecret: string;
  /** The clock of the signature; Fivaldi refuses one that is far off. */
  readonly now?: () => Date;
  readonly limits?: ExchangeLimits;
}

export interface FivaldiRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** After the interface's address, by its parts: each is encoded here, so an id may be any text. */
  readonly path: readonly string[];
  /** In the order in which it goes onto the wire. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: Json;
}

/**
 * Fivaldi's Customer API: signs what it sends and says what the answer means.
 *
 * One request each time. A signature is made anew for every one, so whoever asks again after `unauthorised` does it
 * with a fresh timestamp; whether it may, and with whose request of the two a second, is the asker's business.
 * The secret stays in here: it stands in no answer, error or log.
 */
export class FivaldiClient {
  readonly #line: Line;
  readonly #base: string;
  readonly #partnerId: string;
  readonly #secret: string;
  readonly #now: () => Date;

  constructor({
    url,
    partnerId,
    partnerSecret,
    now = () => new Date(),
    limits = DEFAULT_LIMITS,
  }: FivaldiClientOptions) {
    const address = new URL(url);
    this.#line = new Line(address, limits);
    this.#base = address.pathname.replace(/\/+$/, '');
    this.#partnerId = partnerId;
    this.#secret = partnerSecret;
    this.#now = now;
  }

  async send(request: FivaldiRequest): Promise<Answer> {
    return answerOf(await this.#line.exchange(this.#signed(request)));
  }

  close(): void {
    this.#line.close();
  }

  #signed({ method, path, query, body }: FivaldiRequest): Outgoing {
    const target = targetOf(this.#base, path, query);
    const headers = {
      'X-Fivaldi-Partner': this.#partnerId,
      'X-Fivaldi-Timestamp': String(Math.floor(this.#now().getTime() / 1000)),
    };
    const signable: Signable = { method, target, headers };
    const sent = { Accept: 'application/json', ...headers };
    if (body === undefined) return { method, target, headers: { ...sent, ...this.#authorization(signable) } };

    const bytes = Buffer.from(jsonText(body), 'utf8');
    const contentType = 'application/json';
    const authorization = this.#authorization({ ...signable, body: { bytes, contentType } });
    return { method, target, headers: { ...sent, 'Content-Type': contentType, ...authorization }, body: bytes };
  }

  #authorization(signable: Signable): { readonly Authorization: string } {
    return { Authorization: `Fivaldi ${signature(this.#secret, signable)}` };
  }
}

import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, globalAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

/** How long each part of an exchange may take, in milliseconds, and how much an answer may hold. */
export interface ExchangeLimits {
  /** To a connection, its TLS included. */
  readonly connect: number;
  /** From there to the answer's first line and headers. */
  readonly headers: number;
  /** From there to the last byte. */
  readonly body: number;
  readonly answerBytes: number;
}

/** Lists come whole (contract §1.5), so answers may be long and slow. */
export const DEFAULT_LIMITS: ExchangeLimits = {
  connect: 10_000,
  headers: 120_000,
  body: 120_000,
  answerBytes: 64 * 1024 * 1024,
};

/** Why an answer that went over `answerBytes` was left unread. */
export const TOO_LARGE = 'the answer is too large';

/** Bytes to send, as they are. */
export interface Outgoing {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Incoming {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/**
 * What became of a request.
 *
 *   answered    a whole answer came
 *   not-sent    there was no connection, so the other side has seen nothing of it
 *   unanswered  it may have been seen, and acted upon: nobody knows
 */
export type Exchange =
  | { readonly as: 'answered'; readonly answer: Incoming }
  | { readonly as: 'not-sent'; readonly why: string }
  | { readonly as: 'unanswered'; readonly why: string };

/** One server: its address and the connections that are kept to it. */
export class Line {
  readonly #secure: boolean;
  readonly #agent: HttpAgent;

  constructor(
    private readonly url: URL,
    private readonly limits: ExchangeLimits,
  ) {
    this.#secure = url.protocol === 'https:';
    // Through the proxy that the whole process goes out by, where it was started with one (NODE_USE_ENV_PROXY).
    const { proxyEnv } = globalAgent.options;
    this.#agent = this.#secure ? new HttpsAgent({ keepAlive: true, proxyEnv }) : new HttpAgent({ keepAlive: true });
  }

  /** Sends exactly these bytes once, follows nothing, repeats nothing. Never throws for what the other side does. */
  exchange(outgoing: Outgoing): Promise<Exchange> {
    return new Promise((resolve) => new OneExchange(this.#open(outgoing), this.#secure, this.limits, resolve));
  }

  close(): void {
    this.#agent.destroy();
  }

  #open({ method, target, headers, body }: Outgoing): ClientRequest {
    const { hostname, port } = this.url;
    const request = (this.#secure ? httpsRequest : httpRequest)({
      // An IPv6 address stands in brackets in a URL and without them in a connection.
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || (this.#secure ? 443 : 80),
      path: target,
      method,
      headers: { ...headers, ...(body && { 'Content-Length': String(body.length) }) },
      agent: this.#agent,
    });
    request.end(body);
    return request;
  }
}

class OneExchange {
  #connected = false;
  #over = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly request: ClientRequest,
    secure: boolean,
    private readonly limits: ExchangeLimits,
    private readonly settle: (exchange: Exchange) => void,
  ) {
    this.#within(limits.connect, 'no connection in time');
    request.on('socket', (socket: Socket) => {
      // One that is kept, or that came through a proxy, has said so before: missing that, what was sent would seem unsent.
      if (secure ? 'secureConnecting' in socket && !socket.secureConnecting : !socket.connecting) this.#wasConnected();
      else socket.once(secure ? 'secureConnect' : 'connect', () => this.#wasConnected());
    });
    request.on('error', (error: Error & { code?: string }) => this.#failed(error.code ?? 'connection broke'));
    request.on('response', (message) => this.#receive(message));
  }

  #wasConnected(): void {
    this.#connected = true;
    this.#within(this.limits.headers, 'no answer in time');
  }

  #receive(message: IncomingMessage): void {
    this.#connected = true;
    this.#within(this.limits.body, 'the answer did not end in time');
    const parts: Buffer[] = [];
    let bytes = 0;
    message.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > this.limits.answerBytes) return this.#failed(TOO_LARGE);
      parts.push(part);
    });
    message.on('error', (error: Error & { code?: string }) => this.#failed(error.code ?? 'the answer broke off'));
    message.on('end', () => {
      const answer = { status: message.statusCode ?? 0, headers: message.headers, body: Buffer.concat(parts) };
      this.#end({ as: 'answered', answer });
    });
  }

  #within(milliseconds: number, otherwise: string): void {
    clearTimeout(this.#timer);
    if (!this.#over) this.#timer = setTimeout(() => this.#failed(otherwise), milliseconds);
  }

  #failed(why: string): void {
    this.#end({ as: this.#connected ? 'unanswered' : 'not-sent', why });
    this.request.destroy();
  }

  #end(exchange: Exchange): void {
    clearTimeout(this.#timer);
    this.#over = true;
    this.settle(exchange);
  }
}

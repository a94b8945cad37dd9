import { DEFAULT_LIMITS, type ExchangeLimits, Line, type Outgoing } from '../exchange.js';
import { type Json, jsonText } from '../json.js';
import { targetOf } from '../target.js';
import { type SeveraReply, severaReplyOf } from './severa-answer.js';
import { type KeyReply, keyOutgoing, keyReplyOf } from './severa-key.js';
import type { SeveraCredentials, SeveraRequest } from './severa-request.js';
import { isHeaderText, SeveraTokens } from './severa-token.js';

export interface SeveraClientOptions {
  /** Of the REST interface: `https://api.severa.visma.com/rest-api`. */
  readonly url: string;
  /** Of the older SOAP interface: `https://sync.severa.com/webservice/S3/API.svc`. */
  readonly soapUrl: string;
  /** Awaited before every request to the REST interface, those for tokens too. What it throws stops the request. */
  readonly pace: (clientId: string) => Promise<void>;
  readonly now?: () => Date;
  readonly limits?: ExchangeLimits;
}

/** The largest page that is taken. Five hundred customers are a tenth of it; as objects it takes several times as much. */
const MOST_JSON_BYTES = 16 * 1024 * 1024;

/** The largest file that is taken. Netvisor takes attachments of 4 MB in all. */
const MOST_FILE_BYTES = 8 * 1024 * 1024;

/**
 * Severa's REST interface, and a check for the key of its older one.
 *
 * One request each time, at the pace it is given. The only thing done twice is what was refused for its token: a 401
 * says that nothing was done, so the same request goes out once more with a new one. Secrets, keys and tokens stay in
 * here: they stand in no answer, error or log.
 */
export class SeveraClient {
  readonly #lines: { readonly json: Line; readonly bytes: Line; readonly soap: Line };
  readonly #base: string;
  readonly #soapPath: string;
  readonly #pace: SeveraClientOptions['pace'];
  readonly #tokens: SeveraTokens;

  constructor({ url, soapUrl, pace, now = () => new Date(), limits = DEFAULT_LIMITS }: SeveraClientOptions) {
    const address = new URL(url);
    const soapAddress = new URL(soapUrl);
    const within = (bytes: number): ExchangeLimits => ({
      ...limits,
      answerBytes: Math.min(limits.answerBytes, bytes),
    });
    this.#lines = {
      json: new Line(address, within(MOST_JSON_BYTES)),
      bytes: new Line(address, within(MOST_FILE_BYTES)),
      soap: new Line(soapAddress, limits),
    };
    this.#base = address.pathname.replace(/\/+$/, '');
    this.#soapPath = soapAddress.pathname;
    this.#pace = pace;
    this.#tokens = new SeveraTokens((clientId, body) => this.#requestToken(clientId, body), now);
  }

  async send(credentials: SeveraCredentials, request: SeveraRequest): Promise<SeveraReply> {
    if (!isHeaderText(credentials.clientId)) {
      return { as: 'unauthorised', text: 'The client id holds characters that no client id has' };
    }
    const { clientSecret } = credentials;
    const first = await this.#attempt(credentials, request);
    if (first.token === null || first.reply.as !== 'unauthorised') return without(first.reply, clientSecret);
    this.#tokens.forget(credentials, first.token);
    return without((await this.#attempt(credentials, request)).reply, clientSecret);
  }

  /** Whether the key of the SOAP interface opens it: asks for its version, which changes and reads nothing. */
  async checkKey(key: string): Promise<KeyReply> {
    const outgoing = keyOutgoing(this.#soapPath, key);
    if (outgoing === null) return { as: 'unauthorised', text: 'The key holds characters that no key can have' };
    return without(keyReplyOf(await this.#lines.soap.exchange(outgoing)), key);
  }

  close(): void {
    for (const line of Object.values(this.#lines)) line.close();
  }

  async #attempt(
    credentials: SeveraCredentials,
    request: SeveraRequest,
  ): Promise<{ readonly reply: SeveraReply; readonly token: string | null }> {
    const answer = await this.#tokens.tokenFor(credentials);
    if (answer.as !== 'token') return { reply: answer, token: null };
    const { token } = answer;
    const { accept = 'json' } = request;
    const outgoing = this.#outgoing(request, { Authorization: `Bearer ${token}`, Client_Id: credentials.clientId });
    await this.#pace(credentials.clientId);
    return { reply: severaReplyOf(await this.#lines[accept].exchange(outgoing), accept), token };
  }

  async #requestToken(clientId: string, body: Readonly<Record<string, string>>): Promise<SeveraReply> {
    const outgoing = this.#outgoing({ method: 'POST', path: ['token'], body }, {});
    await this.#pace(clientId);
    return severaReplyOf(await this.#lines.json.exchange(outgoing));
  }

  #outgoing(request: SeveraRequest, authorisation: Readonly<Record<string, string>>): Outgoing {
    const { method, path, query, body, accept } = request;
    const target = targetOf(path[0] === 'heartbeat' ? this.#base : `${this.#base}/v1`, path, query);
    const headers = { Accept: accept === 'bytes' ? '*/*' : 'application/json', ...authorisation };
    if (body === undefined) return { method, target, headers };
    const bytes = Buffer.from(jsonText(body as Json), 'utf8');
    return { method, target, headers: { ...headers, 'Content-Type': 'application/json' }, body: bytes };
  }
}

/** What says no may repeat what it says no to, without the blanks around it. A secret is longer than a word's part. */
function without<Reply extends SeveraReply | KeyReply>(reply: Reply, secret: string): Reply {
  const bare = secret.trim();
  const masked = (text: string): string => (bare.length < 4 ? text : text.replaceAll(bare, '***'));
  if ('text' in reply) return { ...reply, text: masked(reply.text) };
  return 'texts' in reply ? { ...reply, texts: reply.texts.map(masked) } : reply;
}

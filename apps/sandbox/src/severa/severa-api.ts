import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import { digestOf } from '../journal.js';
import { reply } from '../reply.js';
import { type Answer, bare, plain } from '../wire.js';
import { badBody, badParameter, jsonAnswer, notFound } from './exception.js';
import { isGiven } from './model.js';
import type { Outcome } from './outcome.js';
import { operationOf } from './operations.js';
import type { Organisation } from './organisation.js';
import { type Fault, spoiled } from './severa-faults.js';
import type { SeveraWorld } from './severa-world.js';
import { SOAP_PATH, soapAnswer } from './soap.js';
import { forbidden, refusal } from './tokens.js';

export const PREFIX = '/rest-api';
const LARGEST_BODY = 32 * 1024 * 1024;

/** A call as it came. */
interface Arrived {
  /** `SOAP` for the older interface. */
  readonly method: string;
  /** `/v1/…` whichever spelling of the version it came with, `/heartbeat/…`, or the name of a SOAP operation. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** The body's JSON; undefined for what is none. */
  readonly json: unknown;
  readonly headers: IncomingMessage['headers'];
  readonly clientId: string | undefined;
}

/** Whose it was, where that is known, and what came of it. */
interface Done extends Outcome {
  readonly organisation?: Organisation;
}

/**
 * Severa's interface, in the order in which a call passes: limit, the fault that was ordered, token, scope, body,
 * effect, journal, answer. The effect and its line in the journal are one step that nothing comes between.
 */
export class SeveraApi {
  constructor(private readonly world: SeveraWorld) {}

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    if (body === null) return reply(response, bare(413), { Connection: 'close' }, null);
    const call = arrived(incoming, body);
    const organisation = this.world.ofClient(call.clientId ?? '');
    if (organisation && !this.world.admits(organisation.clientId)) {
      return reply(response, this.limited(), this.limitHeaders(), null);
    }
    const fault = this.world.faults.pick({ method: call.method, path: call.path, cuid: organisation?.guid ?? null });
    return this.carryOut(call, fault, response);
  }

  private async carryOut(call: Arrived, fault: Fault | null, response: ServerResponse): Promise<void> {
    const instead = fault && spoiled(fault, this.limited());
    const isBefore = fault?.inBook.when === 'before';
    const done: Done = isBefore && instead ? { answer: instead } : this.done(call);
    const answer = instead ?? done.answer;
    this.write(call, done, answer, fault);
    const ms = this.world.latencyMs + (fault?.kind === 'slow' ? fault.inBook.ms : 0);
    if (ms > 0) await wait(ms, undefined, { ref: false });
    const asItIs = fault?.kind === 'html' || fault?.kind === 'maintenance';
    const headers = fault?.kind === 'limited' ? this.limitHeaders() : (done.headers ?? {});
    return reply(response, answer, headers, asItIs ? null : (fault?.inBook ?? null));
  }

  private done(call: Arrived): Done {
    const now = this.world.clock();
    const { method, path, json, clientId } = call;
    if (method === 'SOAP') return { answer: this.soap(call, now) };
    if (path === '/heartbeat/server' || path === '/heartbeat/database') return { answer: plain(200, 'OK') };
    if (method === 'POST' && path === '/v1/token') {
      if (json === undefined) return { answer: noJson(call) };
      return { answer: this.world.tokens.issue(json, (id) => this.world.ofClient(id), now) };
    }
    if (method === 'POST' && path === '/v1/refreshtoken') {
      return { answer: this.world.tokens.refresh(json, clientId, now) };
    }
    return this.authorised(call, now);
  }

  private authorised(call: Arrived, now: Date): Done {
    const { method, path, query, json, clientId, headers } = call;
    const holder = this.world.tokens.holder(headers.authorization, clientId, now);
    if ('body' in holder) return { answer: holder };
    const { organisation } = holder;
    if (method === 'POST' && path === '/v1/signout') return { answer: this.world.tokens.signOut(json) };
    const refusedAll = refusal(organisation);
    if (refusedAll) return { answer: refusedAll };
    if (method === 'GET' && path === '/heartbeat/authorized') return { answer: bare(204) };
    const { operation, elsewhere, guid } = operationOf(method, path.startsWith('/v1/') ? path.slice(3) : path);
    if (!operation) return { answer: elsewhere ? bare(405) : notFound('There is no such operation.') };
    const refused = forbidden(holder, operation.scope);
    if (refused) return { answer: refused };
    const unknown = [...query.keys()].find((name) => !isDeclared(name, operation.parameters));
    if (unknown !== undefined) return { answer: badParameter(unknown, 'There is no such parameter here.') };
    if (method !== 'GET' && json === undefined) return { answer: noJson(call) };
    return { organisation, ...operation.handle({ organisation, guid, query, body: json, now }) };
  }

  private soap({ body, headers }: Arrived, now: Date): Answer {
    const action = headers['soapaction'];
    const call = { body, action: typeof action === 'string' ? action : undefined };
    return soapAnswer(call, (key) => this.world.ofKey(key), now);
  }

  private write(call: Arrived, done: Done, answer: Answer, fault: Fault | null): void {
    const { organisation, changes = [] } = done;
    if (!organisation || changes.length === 0) return;
    this.world.journal.append({
      at: this.world.clock().toISOString(),
      organisation: organisation.guid,
      clientId: organisation.clientId,
      method: call.method,
      path: call.path,
      sha256: digestOf(call.body, call.json),
      changes,
      status: fault?.inBook.kind === 'cut' ? null : answer.status,
      fault: fault?.kind ?? null,
    });
  }

  private limited(): Answer {
    return plain(429, `API calls quota exceeded! maximum admitted ${this.world.limit.most} per 1s.`);
  }

  private limitHeaders(): Record<string, string> {
    return this.world.retryAfter === null ? {} : { 'Retry-After': String(this.world.retryAfter) };
  }
}

const noJson = ({ headers }: Arrived): Answer =>
  isJson(headers)
    ? badBody('InvalidRequest', { name: '', message: 'The body is not valid JSON.' })
    : { ...jsonAnswer(415, ''), type: null };

const isJson = (headers: IncomingMessage['headers']): boolean =>
  /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');

/** Sorting stands as `sortings[0].key`; the sandbox keeps to the order in which records came. */
const isDeclared = (name: string, parameters: readonly string[]): boolean =>
  parameters.includes(name) || /^sortings\[\d+\]\.(key|value)$/.test(name);

function arrived({ method = '', url = '', headers }: IncomingMessage, body: Buffer): Arrived {
  const at = url.indexOf('?');
  const target = at < 0 ? url : url.slice(0, at);
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  const isSoap = target.toLowerCase() === SOAP_PATH.toLowerCase() && method === 'POST';
  if (isSoap) {
    return { method: 'SOAP', path: soapOperation(headers), query, body, json: undefined, headers, clientId: undefined };
  }
  const path = target.startsWith(`${PREFIX}/`) ? target.slice(PREFIX.length).replace(/^\/v1\.0\//, '/v1/') : '';
  const json = isJson(headers) ? parsed(body) : undefined;
  const said = headers['client_id'];
  const inBody = path === '/v1/token' && isGiven(json) ? json['client_id'] : undefined;
  const clientId = typeof said === 'string' ? said : typeof inBody === 'string' ? inBody : undefined;
  return { method, path, query, body, json, headers, clientId };
}

const soapOperation = (headers: IncomingMessage['headers']): string =>
  /(\w+)"?$/.exec(String(headers['soapaction'] ?? ''))?.[1] ?? '';

/** Null when it is larger than anything that belongs here. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Undefined for what is no JSON in UTF-8. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

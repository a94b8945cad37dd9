import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import type { Log } from '#lib/service';

import type { Call, Route } from './call.js';
import { discover } from './discovery.js';
import type { Fault } from './faults.js';
import { digestOf } from './journal.js';
import { reply } from './reply.js';
import { routeOf } from './routes.js';
import { header, isForm, verify, type WireRequest } from './signature.js';
import { limitHeaders } from './token-bucket.js';
import { type Answer, answerOf, type AppliedRecord, bare, type Family, plain, refused, serverError } from './wire.js';
import type { World } from './world.js';

export const PREFIX = '/customer/api';
const LARGEST_BODY = 32 * 1024 * 1024;
const LIMITED = plain(429, 'Too Many Requests');

/** A call whose signature held. */
interface Signed {
  readonly request: WireRequest;
  readonly partner: string;
  readonly began: Date;
  /** After the prefix, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly cuid: string | null;
  /** Where it leads in its company. */
  readonly inCompany: string;
  readonly json: unknown;
}

interface Done {
  readonly answer: Answer;
  readonly records: readonly AppliedRecord[];
}

const nothing = (answer: Answer): Done => ({ answer, records: [] });

/**
 * The Customer API, in the order in which a call passes: signature, limit, the fault that was ordered, rights, body,
 * effect, journal, answer. The effect and its line in the journal are one step that nothing comes between.
 */
export class CustomerApi {
  constructor(
    private readonly world: World,
    private readonly log: Log,
  ) {}

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    if (body === null) return reply(response, bare(413), { Connection: 'close' }, null);
    const request = wireRequest(incoming, body);
    const verdict = verify(request, (partner) => this.world.secretOf(partner), this.world.clock());
    if ('failed' in verdict) {
      this.refuse(request, verdict);
      return reply(response, bare(401), {}, null);
    }
    const call = this.signed(request, verdict.partner);
    const { granted, bucket, size } = this.world.take(call.partner, call.cuid);
    const headers = limitHeaders(bucket, size);
    if (!granted) {
      this.write(call, nothing(LIMITED), 429, null);
      return reply(response, LIMITED, headers, null);
    }
    const fault = this.world.faults.pick({ method: request.method, path: call.path, cuid: call.cuid });
    return this.carryOut(call, fault, (answer) => reply(response, answer, headersUnder(fault, headers), fault));
  }

  private async carryOut(call: Signed, fault: Fault | null, send: (answer: Answer) => Promise<void>): Promise<void> {
    const early = fault?.when === 'before' ? this.spoiled(fault, call) : null;
    if (early) {
      this.write(call, nothing(early), fault?.kind === 'cut' ? null : early.status, fault);
      return send(early);
    }
    if (fault?.kind === 'slow' && fault.when === 'before') await wait(fault.ms, undefined, { ref: false });
    const done = this.done(call);
    const late = (fault?.when === 'after' && this.spoiled(fault, call)) || done.answer;
    this.write(call, done, fault?.kind === 'cut' ? null : late.status, fault);
    if (fault?.kind === 'slow' && fault.when === 'after') await wait(fault.ms, undefined, { ref: false });
    return send(late);
  }

  /** The answer that a fault puts in place of the right one; null when it only changes how that is sent. */
  private spoiled(fault: Fault, call: Signed): Answer | null {
    switch (fault.kind) {
      case 'error':
        return serverError(familyOf(routeOf(call.request.method, call.inCompany).route), this.world.clock());
      case 'limited':
        return LIMITED;
      case 'unauthorised':
        return bare(401);
      case 'forbidden':
        return bare(403);
      case 'cut':
      case 'html':
        return bare(200);
      case 'slow':
      case 'encoding':
      case 'truncated':
      case 'drip':
      case 'huge':
        return null;
    }
  }

  private signed(request: WireRequest, partner: string): Signed {
    const [target = '', query = ''] = split(request.target, '?');
    const path = target.startsWith(PREFIX) ? target.slice(PREFIX.length) : '';
    const [, cuid, inCompany = ''] = /^\/companies\/([^/]+)(\/.*)$/.exec(path) ?? [];
    const began = this.world.clock();
    const json = isJson(request) ? parsed(request.body) : undefined;
    return { request, partner, began, path, query: new URLSearchParams(query), cuid: cuid ?? null, inCompany, json };
  }

  private done(call: Signed): Done {
    if (call.cuid !== null) return this.doneInCompany(call, call.cuid);
    if (call.request.method !== 'GET') return nothing(bare(405));
    if (call.path === '/ping') return nothing(plain(200, 'pong'));
    const now = this.world.clock();
    if (call.path !== '/customers' && call.path !== '/companies') return nothing(unknownPath(now));
    return nothing(answerOf(discover(call.path, call.query, this.world.companiesOf(call.partner)), 'older', now));
  }

  /** A company that is not there and one that has not let the partner in look the same. */
  private doneInCompany(call: Signed, cuid: string): Done {
    const now = this.world.clock();
    const { route, methods, path } = routeOf(call.request.method, call.inCompany);
    if (!route) return nothing(methods.length > 0 ? bare(405) : unknownPath(now));
    const company = this.world.company(cuid);
    if (!company?.allows(call.partner, `${route.area}:${route.method === 'GET' ? 'read' : 'add'}`)) {
      return nothing(bare(403));
    }
    const type = header(call.request, 'content-type') ?? '';
    if (route.method !== 'GET' && (route.takesFile ? !isForm(type) : !isJson(call.request))) return nothing(bare(415));
    if (route.method !== 'GET' && !route.takesFile && call.json === undefined) {
      return nothing(answerOf(refused('Required request body is missing or is no JSON'), route.family, now));
    }
    const { partner, query } = call;
    const file = route.takesFile ? { contentType: type, bytes: call.request.body } : null;
    const handled: Call = { company, partner, path: (name) => path[name] ?? '', query, body: call.json, file, now };
    const outcome = route.handle(handled);
    const records = outcome.kind === 'given' ? (outcome.records ?? []) : [];
    return { answer: answerOf(outcome, route.family, now), records };
  }

  private write(call: Signed, { records }: Done, status: number | null, fault: Fault | null): void {
    const { partner, cuid, request, began } = call;
    this.world.journal.append({
      began: began.toISOString(),
      at: this.world.clock().toISOString(),
      partner,
      cuid,
      method: request.method,
      path: request.target,
      sha256: digestOf(request.body, call.json),
      applied: records.length > 0,
      records,
      status,
      fault: fault?.kind ?? null,
    });
  }

  private refuse(
    { method, target }: WireRequest,
    verdict: Exclude<ReturnType<typeof verify>, { partner: string }>,
  ): void {
    const { failed: check, partner, mistake = null } = verdict;
    this.world.remember({ at: this.world.clock().toISOString(), check, mistake, partner, method, target });
    this.log.warn({ check, mistake, partner, method, target }, 'a signature does not hold');
  }
}

const headersUnder = (fault: Fault | null, headers: Record<string, string>): Record<string, string> =>
  fault?.kind === 'limited' ? { ...headers, 'X-RateLimit-Remaining': '0' } : headers;

const familyOf = (route: Route | null): Family => route?.family ?? 'older';

const unknownPath = (now: Date): Answer => answerOf({ kind: 'absent', message: 'No such operation' }, 'older', now);

function wireRequest({ method = '', url = '', rawHeaders }: IncomingMessage, body: Buffer): WireRequest {
  const headers = rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : [],
  );
  return { method, target: url, headers, body };
}

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

const isJson = (request: WireRequest): boolean =>
  /^application\/json\s*(;|$)/i.test(header(request, 'content-type') ?? '') && request.body.length > 0;

/** Undefined for what is no JSON in UTF-8. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

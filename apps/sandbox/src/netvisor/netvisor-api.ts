import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import type { Log } from '#lib/service';

import { type Answer, answerOf } from './answer.js';
import { authenticate, type Caller, type SignedRequest } from './authentication.js';
import { bodyText } from './body-text.js';
import type { Call, Resource } from './call.js';
import type { Fault } from './netvisor-faults.js';
import { reply } from './netvisor-reply.js';
import type { NetvisorWorld } from './netvisor-world.js';
import type { Organisation } from './organisation.js';
import { invalid, type Outcome, type Refusal, refusal } from './outcome.js';
import { readXml } from './read-xml.js';
import { RESOURCES } from './resources.js';
import { sameName, type XmlElement } from './xml.js';

const LARGEST_BODY = 64 * 1024 * 1024;

const MAINTENANCE = refusal('SYSTEM_MAINTENANCE', 'Netvisor is being maintained. Please try again later.');
const BROKEN = refusal('TECHNICAL_ERROR', 'A technical error occurred.');
const OVERLAPPING = refusal('TECHNICAL_ERROR', 'Another request of the same company is being processed.');
const REPEATED = refusal('REQUEST_NOT_UNIQUE', 'The TransactionId has been used before.');

/** A request as it came, before its body. */
interface Request extends SignedRequest {
  readonly method: string;
  /** Lower case, without a slash. */
  readonly resource: string;
  readonly query: URLSearchParams;
  readonly wantsStatuses: boolean;
  readonly base: string;
}

/** A request of somebody who is believed, to a company that is there. */
interface Admitted {
  readonly request: Request;
  readonly caller: Caller;
  readonly organisation: Organisation;
  readonly overlap: boolean;
}

/**
 * Netvisor's interface, in the order in which a call passes: signature, company, TransactionId, no other call of the
 * company under way, the fault that was ordered, resource, body, effect, journal, answer. The effect and its line in
 * the journal are one step that nothing comes between.
 */
export class NetvisorApi {
  constructor(
    private readonly world: NetvisorWorld,
    private readonly log: Log,
  ) {}

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = requestOf(incoming);
    const admitted = this.admit(request);
    if ('category' in admitted) {
      this.log.warn({ category: admitted.category, resource: request.resource }, 'a call is not let in');
      await bodyOf(incoming);
      return reply(response, this.answer(admitted, request), null);
    }
    const { organisation } = admitted;
    const fault = admitted.overlap
      ? null
      : this.world.faults.pick({ method: request.method, path: request.resource, cuid: organisation.id });
    organisation.inFlight += 1;
    let answer: Answer;
    try {
      const body = await bodyOf(incoming);
      answer = this.carriedOut(admitted, body, fault);
      await this.kept(response, fault);
    } finally {
      organisation.inFlight -= 1;
    }
    return reply(response, answer, fault);
  }

  private admit(request: Request): Admitted | Refusal {
    const { world } = this;
    const caller = authenticate(request, {
      partner: world.partner,
      customerKey: (id) => world.customerKey(id),
      windowMs: world.windowMs,
      now: world.now(),
    });
    if ('category' in caller) return caller;
    const organisation = world.organisation(caller.organisationId);
    if (!organisation?.users.has(caller.customerId)) {
      return refusal('AUTHENTICATION_FAILED', `The user has no company with the identifier ${caller.organisationId}.`);
    }
    if (!world.useTransaction(caller.transactionId)) return REPEATED;
    organisation.calls += 1;
    const overlap = organisation.inFlight > 0;
    if (overlap) organisation.overlaps += 1;
    return { request, caller, organisation, overlap };
  }

  private carriedOut(admitted: Admitted, body: Buffer | null, fault: Fault | null): Answer {
    const { request } = admitted;
    const outcome = this.outcomeOf(admitted, body, fault);
    this.write(admitted, outcome, fault);
    return this.answer(fault?.kind === '500-after-applying' ? BROKEN : outcome, request);
  }

  private outcomeOf({ request, caller, organisation, overlap }: Admitted, body: Buffer | null, fault: Fault | null) {
    if (overlap) return OVERLAPPING;
    if (fault?.inBook.when === 'before') return fault.kind === 'maintenance' ? MAINTENANCE : BROKEN;
    const resource = resourceOf(request, organisation);
    if ('category' in resource) return resource;
    const content = request.method === 'GET' ? null : contentOf(body, request.header('content-type'));
    if (content && 'category' in content) return content;
    const { query, base } = request;
    const { language } = caller;
    const call: Call = {
      organisation,
      language,
      base,
      now: this.world.now(),
      query: (name) => query.get(name) || undefined,
      body: content,
    };
    return resource.handle(call);
  }

  /** Of calls that were to change something, and of those that came beside another. */
  private write({ request, organisation, overlap }: Admitted, outcome: Outcome, fault: Fault | null): void {
    const isWrite = request.method === 'POST';
    if (!isWrite && !overlap) return;
    const effect = outcome.kind === 'done' ? outcome.effect : undefined;
    this.world.journal.append({
      at: this.world.now().toISOString(),
      organisation: organisation.id,
      resource: request.resource,
      method: effect?.method ?? (isWrite ? request.query.get('method') : null),
      key: effect?.key ?? null,
      reference: effect?.reference ?? null,
      applied: effect !== undefined,
      overlap,
      refused: outcome.kind === 'refused' && fault?.inBook.when !== 'before' ? outcome.category : null,
      fault: fault?.kind ?? null,
    });
  }

  /** Settles when the answer may go, or nobody waits for it any more. */
  private async kept(response: ServerResponse, fault: Fault | null): Promise<void> {
    const ms = this.world.latencyMs + (fault?.kind === 'slow' ? fault.inBook.ms : 0);
    if (ms === 0) return;
    const gone = new AbortController();
    const abort = () => gone.abort();
    response.once('close', abort);
    await wait(ms, undefined, { ref: false, signal: gone.signal }).catch(() => undefined);
    response.off('close', abort);
  }

  private answer(outcome: Outcome, { wantsStatuses }: Request): Answer {
    return answerOf(outcome, wantsStatuses, this.world.now());
  }
}

function requestOf({ method = '', url = '', headers }: IncomingMessage): Request {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const header = (name: string) => String(headers[name] ?? '');
  const names = [...new URLSearchParams(query)].map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const base = `http://${header('host')}`;
  return {
    method,
    url: base + url,
    header,
    resource: path.slice(1).toLowerCase(),
    query: new URLSearchParams(names),
    wantsStatuses: header('x-netvisor-authentication-usehttpresponsestatuscodes') === '1',
    base: `${base}/`,
  };
}

function resourceOf({ method, resource }: Request, { resources }: Organisation): Resource | Refusal {
  const found = RESOURCES.get(resource);
  if (!found) return { ...refusal('INVALID_DATA', `There is no resource ${resource}.`), status: 404 };
  if (resources && !resources.has(resource)) {
    return refusal('SERVICE_ACCESS_ERROR', `The resource ${resource} is not in use.`);
  }
  return found.method === method ? found : refusal('INVALID_DATA', `The resource ${resource} needs ${found.method}.`);
}

/** What stands in `<root>`. */
function contentOf(body: Buffer | null, contentType: string): XmlElement | Refusal {
  if (body === null) return refusal('INVALID_DATA_SIZE', 'The request is too large.');
  const text = bodyText(body, contentType);
  if (text === null) return invalid('The content is not in the encoding that it says');
  const read = readXml(text);
  if ('fault' in read) return invalid(`The content is not well-formed: ${read.fault}`);
  const [content, ...more] = read.root.children;
  if (!sameName(read.root.name, 'root') || !content || more.length > 0) {
    return invalid('The content must be one element in root');
  }
  return content;
}

/** Null when it is larger than anything that belongs here. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= LARGEST_BODY) chunks.push(chunk);
  }
  return length > LARGEST_BODY ? null : Buffer.concat(chunks);
}

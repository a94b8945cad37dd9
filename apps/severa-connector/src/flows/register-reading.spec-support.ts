import type { NetvisorElement, NetvisorRequest, SeveraRequest } from '#lib/upstream';

import type { Calls, Flow, Json, JsonObject, Known, Reading } from '../engine/flow.js';
import { NetvisorRegister } from './netvisor-register.spec-support.js';
import { SETTINGS } from './register-sides.spec-support.js';

/** Reading calls over lists by their path, and what of Netvisor there is. Keeps what was asked. */
export class ReadSides implements Calls {
  readonly asked: string[] = [];

  constructor(
    private readonly lists: Readonly<Record<string, readonly unknown[]>>,
    private readonly register = new NetvisorRegister(),
  ) {}

  netvisor(request: NetvisorRequest): Promise<NetvisorElement> {
    const query = (request.query ?? []).map(([name, value]) => `${name}=${value}`);
    this.asked.push([request.resource, ...query].join(' '));
    const reply = this.register.reply(request);
    if (reply.as !== 'ok') throw new Error(reply.as);
    return Promise.resolve(reply.root);
  }

  severa(request: SeveraRequest): Promise<unknown> {
    this.#ask(request);
    return Promise.resolve(this.lists[request.path.join('/')]);
  }

  /** Two to a page; of a list by tokens each page names the next. */
  async *severaPages(
    request: SeveraRequest,
    told?: (token: string | null) => void,
  ): AsyncGenerator<readonly unknown[]> {
    this.#ask(request);
    const list = await Promise.resolve(this.lists[request.path.join('/')] ?? []);
    const token = request.query?.find(([name]) => name === 'pageToken')?.[1];
    for (let from = Number(token ?? 0); from < list.length; from += 2) {
      told?.(request.paging === 'token' && from + 2 < list.length ? String(from + 2) : null);
      yield list.slice(from, from + 2);
    }
  }

  #ask({ path, query }: SeveraRequest): void {
    const filters = (query ?? []).filter(([name]) => name !== 'rowCount').map(([name, value]) => `${name}=${value}`);
    this.asked.push([path.join('/'), ...filters].join(' '));
  }
}

export const readingOf = (calls: Calls, since: Date | null = null): Reading => ({
  settings: SETTINGS,
  calls,
  since,
  now: new Date('2026-03-18T10:00:00Z'),
  pairs: () => Promise.resolve(new Map()),
  pairsInNetvisor: () => Promise.resolve(new Map()),
});

/** All records of a reading, by their keys. */
export async function readAll(flow: Flow, reading: Reading): Promise<Readonly<Record<string, JsonObject>>> {
  const read: Record<string, JsonObject> = {};
  for await (const { records } of flow.read(reading)) {
    for (const { key, content } of records) read[key] = content;
  }
  return read;
}

/**
 * The keys of each page of a reading that is broken off after every page that can be gone on from: it goes on from there
 * with the next.
 */
export async function readInParts(flow: Flow, reading: Reading): Promise<readonly (readonly string[])[]> {
  const parts: (readonly string[])[] = [];
  let from: Json | undefined;
  for (let broken = true; broken;) {
    broken = false;
    for await (const { records, at } of flow.read({ ...reading, ...(from !== undefined && { from }) })) {
      parts.push(records.map(({ key }) => key));
      if (at === undefined) continue;
      from = at;
      broken = true;
      break;
    }
  }
  return parts;
}

/** All that a flow's list of the other side has found, in its order; one code may be there twice. */
export async function readIndex(
  flow: Flow,
  reading: Reading,
  wanted?: ReadonlySet<string>,
): Promise<readonly (readonly [string, Known])[]> {
  const all: (readonly [string, Known])[] = [];
  for await (const { found } of flow.index?.(reading, wanted) ?? []) all.push(...found);
  return all;
}

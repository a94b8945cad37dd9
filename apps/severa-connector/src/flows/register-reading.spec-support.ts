import type { NetvisorElement, NetvisorRequest, SeveraRequest } from '#lib/upstream';

import type { Calls, Flow, JsonObject, Reading } from '../engine/flow.js';
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

  /** Two to a page. */
  async *severaPages(request: SeveraRequest): AsyncGenerator<readonly unknown[]> {
    this.#ask(request);
    const list = await Promise.resolve(this.lists[request.path.join('/')] ?? []);
    for (let from = 0; from < list.length; from += 2) yield list.slice(from, from + 2);
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

import {
  child,
  element,
  type NetvisorReply,
  type NetvisorRequest,
  type SeveraReply,
  type SeveraRequest,
  textAt,
} from '#lib/upstream';

import type { Flow, Known, Situation, Step } from './flow.js';

/** A small flow between two systems that are plain objects. */

export interface Item {
  readonly code: string;
  readonly value: string;
}

/** How an answer is spoilt; `null`: it is not. `done`: what was asked was done before that. */
export type Spoil = (request: NetvisorRequest) => { readonly reply: NetvisorReply; readonly done: boolean } | null;

const OK = { as: 'ok', inserted: null, transactionId: 't' } as const;

/** The source and the target of one company. */
export class TwoSystems {
  readonly source = new Map<string, Item>();
  readonly target = new Map<string, Item>();
  /** Every write, in order: what was done to the target, however often. */
  readonly journal: string[] = [];
  calls = 0;
  atOnce = 0;
  mostAtOnce = 0;
  milliseconds = 0;
  spoil: Spoil = () => null;
  before: (request?: NetvisorRequest) => Promise<void> | void = () => undefined;

  readonly severa = {
    send: async ({ path }: SeveraRequest): Promise<SeveraReply> => {
      this.calls += 1;
      await this.before();
      const body = [...this.source].map(([key, item]) => ({ key, ...item }));
      return { as: 'ok', status: 200, body: path[0] === 'items' ? body : null, nextPageToken: null };
    },
  };

  readonly netvisor = {
    send: async (request: NetvisorRequest): Promise<NetvisorReply> => {
      this.calls += 1;
      this.atOnce += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
      try {
        await this.before(request);
        if (this.milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, this.milliseconds));
        const spoilt = this.spoil(request);
        if (spoilt && !spoilt.done) return spoilt.reply;
        const reply = this.#answer(request);
        return spoilt ? spoilt.reply : reply;
      } finally {
        this.atOnce -= 1;
      }
    },
  };

  /** Does something once the target has been written to so often. */
  afterWrites(count: number, what: () => Promise<unknown>): void {
    let done = false;
    this.before = async () => {
      if (done || this.journal.length < count) return;
      done = true;
      await what();
    };
  }

  #answer({ method, query = [], body }: NetvisorRequest): NetvisorReply {
    const parameters = new Map(query);
    if (method === 'GET') {
      const wanted = parameters.get('code');
      const found = [...this.target].filter(([, { code }]) => wanted === undefined || code === wanted);
      const rows = found.map(([key, { code, value }]) =>
        element('item', [element('key', key), element('code', code), element('value', value)]),
      );
      return { ...OK, root: element('root', rows) };
    }
    const item = { code: textAt(body!, 'code') ?? '', value: textAt(body!, 'value') ?? '' };
    const key = parameters.get('id') ?? String(this.target.size + 1);
    this.journal.push(`${parameters.get('method')} ${item.code} ${item.value}`);
    this.target.set(key, item);
    return { ...OK, root: element('root', []), inserted: parameters.has('id') ? null : key };
  }
}

const lookUp = (code: string): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'netvisor', request: { method: 'GET', resource: 'items.nv', query: [['code', code]] } },
});

const send = (operation: 'create' | 'change', { code, value }: Item, key?: string): Step => ({
  do: 'write',
  operation,
  repeatable: operation === 'change',
  call: {
    system: 'netvisor',
    request: {
      method: 'POST',
      resource: 'item.nv',
      query: key === undefined ? [['method', 'add']] : [['method', 'edit'], ['id', key]], // prettier-ignore
      body: element('item', [element('code', code), element('value', value)]),
    },
  },
});

function next({ source, known, unsure, rival }: Situation): Step {
  const item = source as Item | null;
  if (item === null) return { do: 'done' };
  if (item.value === 'broken') throw new Error('a fault of the flow');
  if (item.value === 'long') return { do: 'reject', objections: [{ cause: 'name-too-long', field: 'value' }] };
  if (item.value === 'later') return { do: 'wait', cause: 'customer-not-moved' };
  if (rival != null) return { do: 'reject', objections: [{ cause: 'duplicate-customer-code', message: rival }] };
  if (known === null || unsure === 'create') return lookUp(item.code);
  if (known.key === null) return send('create', item);
  return known['value'] === item.value ? { do: 'done', linked: true } : send('change', item, known.key);
}

/** Items from Severa to Netvisor, matched by their code. */
export const itemFlow: Flow = {
  name: 'customers-to-netvisor',
  stream: 'severa-asiakasrekisteri',
  direction: 'import',
  source: 'severa',
  whole: true,
  mode: ({ customers }) => (customers === 'to-netvisor' ? 'automatic' : 'off'),
  every: () => 40,
  async *read({ calls }) {
    for await (const page of calls.severaPages({ method: 'GET', path: ['items'] })) {
      const records = (page as readonly (Item & { readonly key: string })[]).map(({ key, code, value }) => ({
        key,
        number: code,
        name: `Item ${code}`,
        content: { code, value },
      }));
      for (let from = 0; from < records.length; from += 500) yield { records: records.slice(from, from + 500) };
    }
  },
  next,
  learn({ source, known }, step, { reply }): Known {
    const item = source as unknown as Item;
    if (step.do === 'write') {
      const inserted = 'inserted' in reply ? reply.inserted : null;
      return { key: inserted ?? known?.key ?? null, value: item.value };
    }
    const found = 'root' in reply ? child(reply.root, 'item') : undefined;
    return found ? { key: textAt(found, 'key') ?? null, value: textAt(found, 'value') ?? null } : { key: null };
  },
};

/** The same, moved when a person says so. */
export const offeredFlow: Flow = {
  ...itemFlow,
  name: 'customers-to-severa',
  mode: ({ customers }) => (customers === 'to-severa' ? 'on-demand' : 'off'),
};

/** The same, with a list of what the other side has. */
export const listedFlow: Flow = {
  ...itemFlow,
  name: 'products-to-netvisor',
  mode: ({ products }) => (products === 'to-netvisor' ? 'automatic' : 'off'),
  matchOf: (source) => (source as unknown as Item).code,
  async *index({ calls }) {
    const root = await calls.netvisor({ method: 'GET', resource: 'items.nv' });
    yield {
      found: root.children.map((item) => [
        textAt(item, 'code') ?? '',
        { key: textAt(item, 'key') ?? null, value: textAt(item, 'value') ?? null },
      ]),
    };
  },
};

export const items = (count: number, value = 'new'): readonly (readonly [string, Item])[] =>
  Array.from({ length: count }, (_, nth) => [
    `guid-${String(nth).padStart(5, '0')}`,
    { code: String(100 + nth), value },
  ]);

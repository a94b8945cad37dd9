/**
 * What the sandbox can be told to do wrong, before or after it has applied the call.
 *
 *   kind         | before: nothing is applied          | after: it is applied
 *   -------------+-------------------------------------+-------------------------------------
 *   slow         | waits `ms`, then goes on as usual   | waits `ms` with the answer
 *   error        | 500                                 | 500
 *   cut          | the connection is cut               | the connection is cut
 *   html         | 200 and a page of HTML              | 200 and a page of HTML
 *   limited      | 429, no tokens remaining            | -
 *   unauthorised | 401                                 | -
 *   forbidden    | 403                                 | -
 *   encoding     | -                                   | bytes that are not the UTF-8 they say
 *   truncated    | -                                   | half of the body, in a whole answer
 *   drip         | -                                   | one byte each `ms`
 *   huge         | -                                   | `bytes` of valid JSON
 */
const WHEN = {
  slow: ['before', 'after'],
  error: ['before', 'after'],
  cut: ['before', 'after'],
  html: ['before', 'after'],
  limited: ['before'],
  unauthorised: ['before'],
  forbidden: ['before'],
  encoding: ['after'],
  truncated: ['after'],
  drip: ['after'],
  huge: ['after'],
} as const satisfies Record<string, readonly ('before' | 'after')[]>;

export type FaultKind = keyof typeof WHEN;
export const FAULT_KINDS = Object.keys(WHEN) as readonly FaultKind[];

/** Which calls meet a fault. Absent conditions hold for every call; the first rule that fits counts. */
export interface FaultOrder {
  readonly kind: FaultKind;
  /** Absent: `after` where the kind allows it. */
  readonly when?: 'before' | 'after' | undefined;
  readonly method?: string | undefined;
  /** Of the path after `/customer/api`, without the query; `*` is any run of characters. */
  readonly path?: string | undefined;
  readonly cuid?: string | undefined;
  /** Calls that pass unharmed first. */
  readonly skip?: number | undefined;
  /** Calls that are harmed at most. */
  readonly count?: number | undefined;
  /** The share of calls that are harmed, 0 to 1, drawn by `seed`: the same seed harms the same calls. */
  readonly share?: number | undefined;
  readonly seed?: number | undefined;
  readonly ms?: number | undefined;
  readonly bytes?: number | undefined;
}

export interface Fault {
  readonly id: number;
  readonly kind: FaultKind;
  readonly when: 'before' | 'after';
  readonly ms: number;
  readonly bytes: number;
}

interface Rule extends Fault {
  readonly order: FaultOrder;
  readonly fits: (call: FaultableCall) => boolean;
  readonly draw: () => number;
  seen: number;
  harmed: number;
}

export interface FaultableCall {
  readonly method: string;
  readonly path: string;
  readonly cuid: string | null;
}

const DEFAULT_MS = 1000;
const DEFAULT_BYTES = 64 * 1024 * 1024;

/** Whether a fault can be met at that time. */
export const isPossible = ({ kind, when }: FaultOrder): boolean =>
  when === undefined || WHEN[kind].some((it) => it === when);

/** The rules in force, in the order in which they were given. */
export class FaultBook {
  private rules: Rule[] = [];
  private nextId = 1;

  add(order: FaultOrder): number {
    if (!isPossible(order)) throw new RangeError(`${order.kind} is not possible ${order.when ?? ''}`);
    const id = this.nextId++;
    const when = order.when ?? WHEN[order.kind].at(-1) ?? 'after';
    const { kind, ms = DEFAULT_MS, bytes = DEFAULT_BYTES, seed = id } = order;
    this.rules.push({ id, kind, when, ms, bytes, order, fits: fitting(order), draw: draws(seed), seen: 0, harmed: 0 });
    return id;
  }

  remove(id: number): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((rule) => rule.id !== id);
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
  }

  /** Each rule with the calls that fitted it, and those it harmed. */
  list(): readonly (FaultOrder & { id: number; seen: number; harmed: number })[] {
    return this.rules.map(({ id, order, seen, harmed }) => ({ ...order, id, seen, harmed }));
  }

  /** The fault of this call. Every rule draws for every call that fits it, so that none shifts another's luck. */
  pick(call: FaultableCall): Fault | null {
    const hit = this.rules.filter((rule) => rule.fits(call) && isMet(rule));
    const [first] = hit;
    if (!first) return null;
    first.harmed += 1;
    return first;
  }
}

function isMet(rule: Rule): boolean {
  const { skip = 0, count = Infinity, share = 1 } = rule.order;
  rule.seen += 1;
  if (rule.seen <= skip) return false;
  return rule.draw() < share && rule.harmed < count;
}

function fitting({ method, path = '*', cuid }: FaultOrder): (call: FaultableCall) => boolean {
  const escaped = path.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const pattern = new RegExp(`^${escaped.join('.*')}$`);
  return (call) =>
    (method === undefined || method === call.method) &&
    (cuid === undefined || cuid === call.cuid) &&
    pattern.test(call.path);
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function draws(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

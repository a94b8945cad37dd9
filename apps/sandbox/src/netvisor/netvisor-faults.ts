import { FaultBook, type FaultOrder as BookOrder } from '../faults.js';

/**
 * What the sandbox can be told to do wrong, and how the book of faults knows it.
 *
 *   kind                 | the call is applied | what the caller meets
 *   ---------------------+---------------------+---------------------------------------------
 *   slow                 | yes                 | the right answer, `latencyMs` later
 *   reset-before         | no                  | the connection is cut
 *   reset-after-applying | yes                 | the connection is cut
 *   500-after-applying   | yes                 | TECHNICAL_ERROR, 500
 *   truncated            | yes                 | half of the answer
 *   html                 | no                  | 200 and a page of HTML
 *   maintenance          | no                  | SYSTEM_MAINTENANCE
 *   wrong-encoding       | yes                 | an answer that is not the UTF-8 it says
 */
const KINDS = {
  slow: { kind: 'slow', when: 'after' },
  'reset-before': { kind: 'cut', when: 'before' },
  'reset-after-applying': { kind: 'cut', when: 'after' },
  '500-after-applying': { kind: 'error', when: 'after' },
  truncated: { kind: 'truncated', when: 'after' },
  html: { kind: 'html', when: 'before' },
  maintenance: { kind: 'limited', when: 'before' },
  'wrong-encoding': { kind: 'encoding', when: 'after' },
} as const satisfies Record<string, Pick<BookOrder, 'kind' | 'when'>>;

export type FaultKind = keyof typeof KINDS;
export const FAULT_KINDS = Object.keys(KINDS) as readonly FaultKind[];

/** Which calls meet a fault. Absent conditions hold for every call; the first order that fits counts. */
export interface FaultOrder {
  readonly kind: FaultKind;
  /** A resource, `*` in it any run of characters; with `GET ` or `POST ` before it, or not. */
  readonly operation?: string | undefined;
  readonly organisationId?: string | undefined;
  /** Calls that pass unharmed first. */
  readonly skip?: number | undefined;
  /** Calls that are harmed at most. */
  readonly times?: number | undefined;
  /** The share of calls that are harmed, 0 to 1, drawn by `seed`: the same seed harms the same calls. */
  readonly share?: number | undefined;
  readonly seed?: number | undefined;
  readonly latencyMs?: number | undefined;
}

export interface Fault {
  readonly kind: FaultKind;
  readonly isBefore: boolean;
  readonly latencyMs: number;
}

const DEFAULT_MS = 1000;

/** The orders in force, in the order in which they came. */
export class NetvisorFaults {
  private readonly book = new FaultBook();
  private readonly orders = new Map<number, FaultOrder>();

  add(order: FaultOrder): number {
    const {
      operation = '*',
      organisationId: cuid,
      times: count,
      latencyMs: ms = DEFAULT_MS,
      skip,
      share,
      seed,
    } = order;
    const [, method, path = '*'] = /^(?:(GET|POST)\s+)?(.*)$/.exec(operation) ?? [];
    const id = this.book.add({
      ...KINDS[order.kind],
      method,
      path: path.toLowerCase(),
      cuid,
      count,
      ms,
      skip,
      share,
      seed,
    });
    this.orders.set(id, order);
    return id;
  }

  remove(id: number): boolean {
    return this.book.remove(id);
  }

  clear(): void {
    this.book.clear();
  }

  /** Each order with the calls that fitted it, and those it harmed. */
  list(): readonly (FaultOrder & { readonly id: number; readonly seen: number; readonly harmed: number })[] {
    return this.book.list().flatMap(({ id, seen, harmed }) => {
      const order = this.orders.get(id);
      return order ? [{ ...order, id, seen, harmed }] : [];
    });
  }

  pick(method: string, resource: string, organisationId: string): Fault | null {
    const picked = this.book.pick({ method, path: resource, cuid: organisationId });
    const order = picked && this.orders.get(picked.id);
    return order ? { kind: order.kind, isBefore: picked.when === 'before', latencyMs: picked.ms } : null;
  }
}

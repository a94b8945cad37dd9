import { type Fault, type FaultableCall, FaultBook, type FaultOrder } from './faults.js';

/** What can be ordered of a system's sandbox, in that system's words; which calls meet it. */
export interface NamedFaultOrder<Kind extends string> {
  readonly kind: Kind;
  /** Calls that pass unharmed first. */
  readonly skip?: number | undefined;
  /** Calls that are harmed at most. */
  readonly times?: number | undefined;
  /** The share of calls that are harmed, 0 to 1, drawn by `seed`: the same seed harms the same calls. */
  readonly share?: number | undefined;
  readonly seed?: number | undefined;
  readonly latencyMs?: number | undefined;
}

/** A fault that a call has met; `inBook` as the book of faults has it: what is sent follows from it. */
export interface MetFault<Kind extends string> {
  readonly kind: Kind;
  readonly inBook: Fault;
}

/** The orders in force, in the order in which they came; the book of faults knows them by its own words. */
export class FaultOrders<Order extends NamedFaultOrder<string>> {
  readonly #book = new FaultBook();
  readonly #orders = new Map<number, Order>();

  constructor(
    private readonly inBook: (order: Order) => Pick<FaultOrder, 'kind' | 'when' | 'method' | 'path' | 'cuid'>,
  ) {}

  add(order: Order): number {
    const { times: count, latencyMs: ms, skip, share, seed } = order;
    const id = this.#book.add({ ...this.inBook(order), count, ms, skip, share, seed });
    this.#orders.set(id, order);
    return id;
  }

  remove(id: number): boolean {
    this.#orders.delete(id);
    return this.#book.remove(id);
  }

  clear(): void {
    this.#orders.clear();
    this.#book.clear();
  }

  /** Each order with the calls that fitted it, and those it harmed. */
  list(): readonly (Order & { readonly id: number; readonly seen: number; readonly harmed: number })[] {
    return this.#book.list().flatMap(({ id, seen, harmed }) => {
      const order = this.#orders.get(id);
      return order ? [{ ...order, id, seen, harmed }] : [];
    });
  }

  pick(call: FaultableCall): MetFault<Order['kind']> | null {
    const inBook = this.#book.pick(call);
    const order = inBook && this.#orders.get(inBook.id);
    return order ? { kind: order.kind, inBook } : null;
  }
}

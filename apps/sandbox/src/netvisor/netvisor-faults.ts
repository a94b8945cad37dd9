import { FaultOrders, type MetFault, type NamedFaultOrder } from '../fault-orders.js';
import type { FaultOrder as BookOrder } from '../faults.js';

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
export interface FaultOrder extends NamedFaultOrder<FaultKind> {
  /** A resource, `*` in it any run of characters; with `GET ` or `POST ` before it, or not. */
  readonly operation?: string | undefined;
  readonly organisationId?: string | undefined;
}

/** A fault that a call has met. */
export type Fault = MetFault<FaultKind>;

export class NetvisorFaults extends FaultOrders<FaultOrder> {
  constructor() {
    super(({ kind, operation = '*', organisationId: cuid }) => {
      const [, method, path = '*'] = /^(?:(GET|POST)\s+)?(.*)$/.exec(operation) ?? [];
      return { ...KINDS[kind], method, path: path.toLowerCase(), cuid };
    });
  }
}

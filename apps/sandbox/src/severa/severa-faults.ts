import { FaultOrders, type MetFault, type NamedFaultOrder } from '../fault-orders.js';
import type { FaultOrder as BookOrder } from '../faults.js';
import { type Answer, bare, plain } from '../wire.js';
import { exception, unauthenticated } from './exception.js';

/**
 * What the sandbox can be told to do wrong, and how the book of faults knows it.
 *
 *   kind                 | the call is applied | what the caller meets
 *   ---------------------+---------------------+---------------------------------------------
 *   slow                 | yes                 | the right answer, `latencyMs` later
 *   reset-before         | no                  | the connection is cut
 *   reset-after-applying | yes                 | the connection is cut
 *   500-before           | no                  | InternalSystemError, 500
 *   500-after-applying   | yes                 | InternalSystemError, 500
 *   truncated            | yes                 | half of the JSON, in a whole answer
 *   html                 | no                  | 200 and a page of HTML
 *   maintenance          | no                  | 503 and a page of HTML
 *   wrong-encoding       | yes                 | an answer that is not the UTF-8 it says
 *   limited              | no                  | 429 in plain text
 *   unauthorised         | no                  | AuthenticationRequired, 401
 */
const KINDS = {
  slow: { kind: 'slow', when: 'after' },
  'reset-before': { kind: 'cut', when: 'before' },
  'reset-after-applying': { kind: 'cut', when: 'after' },
  '500-before': { kind: 'error', when: 'before' },
  '500-after-applying': { kind: 'error', when: 'after' },
  truncated: { kind: 'truncated', when: 'after' },
  html: { kind: 'html', when: 'before' },
  maintenance: { kind: 'html', when: 'before' },
  'wrong-encoding': { kind: 'encoding', when: 'after' },
  limited: { kind: 'limited', when: 'before' },
  unauthorised: { kind: 'unauthorised', when: 'before' },
} as const satisfies Record<string, Pick<BookOrder, 'kind' | 'when'>>;

export type FaultKind = keyof typeof KINDS;
export const FAULT_KINDS = Object.keys(KINDS) as readonly FaultKind[];

/** Which calls meet a fault. Absent conditions hold for every call; the first order that fits counts. */
export interface FaultOrder extends NamedFaultOrder<FaultKind> {
  /** `PATCH /v1/invoices/*`, `/heartbeat/*`, `SOAP GetVersion`; `*` is any run of characters. */
  readonly operation?: string | undefined;
  /** The guid of an organisation. */
  readonly organisation?: string | undefined;
}

/** A fault that a call has met. */
export type Fault = MetFault<FaultKind>;

export class SeveraFaults extends FaultOrders<FaultOrder> {
  constructor() {
    super(({ kind, operation = '*', organisation: cuid }) => {
      const [, method, path = '*'] = /^(?:([A-Z]+)\s+)?(.*)$/.exec(operation) ?? [];
      return { ...KINDS[kind], method, path, cuid };
    });
  }
}

const PAGE = '<!DOCTYPE html>\n<html lang="en"><head><title>Severa</title></head><body><h1>Severa</h1></body></html>\n';

/** The answer that a fault puts in place of the right one; null when it only changes how that one is sent. */
export function spoiled({ kind }: Fault, limited: Answer): Answer | null {
  switch (kind) {
    case 'reset-before':
    case 'reset-after-applying':
      return bare(200);
    case '500-before':
    case '500-after-applying':
      return exception(500, 'InternalSystemError', { message: 'An unexpected error occurred.' });
    case 'html':
      return { ...plain(200, PAGE), type: 'text/html; charset=utf-8' };
    case 'maintenance':
      return { ...plain(503, PAGE), type: 'text/html; charset=utf-8' };
    case 'limited':
      return limited;
    case 'unauthorised':
      return unauthenticated();
    case 'slow':
    case 'truncated':
    case 'wrong-encoding':
      return null;
  }
}

import type { NetvisorElement } from './element.js';

/**
 * What may come of a request to Netvisor. `transactionId` is what Netvisor's support finds the request by; `''` where
 * nothing was sent, since Netvisor could not have taken it.
 */
export type NetvisorReply =
  | {
      readonly as: 'ok';
      readonly root: NetvisorElement;
      /** The key that a new record was given. */
      readonly inserted: string | null;
      readonly transactionId: string;
    }
  /** Nothing was changed. `category` as published, `text` as it stood. */
  | { readonly as: 'refused'; readonly category: string; readonly text: string; readonly transactionId: string }
  /** Wrong identifiers, or the user whose they were is gone. */
  | { readonly as: 'unauthorised'; readonly text: string; readonly transactionId: string }
  /** Maintenance: nothing was done. */
  | { readonly as: 'unavailable'; readonly text: string }
  /** It may have been done. */
  | { readonly as: 'unknown'; readonly why: string }
  /** Nothing was sent. */
  | { readonly as: 'unreachable'; readonly why: string };

/**
 * The rows of a list, each given as it is read; the answer then has the list without them. They count only once the reply
 * is `ok`, and an answer that is read twice over gives them twice.
 */
export interface NetvisorRows {
  /** `Customerlist`, in any case. */
  readonly list: string;
  readonly take: (row: NetvisorElement) => void;
}

import type { XmlElement } from './xml.js';

/** Netvisor's words for what went wrong, and the status that goes with each where the caller wants statuses. */
export const STATUS_OF = {
  AUTHENTICATION_FAILED: 401,
  SERVICE_ACCESS_ERROR: 403,
  INVALID_DATA: 400,
  INVALID_DATA_SIZE: 400,
  DUPLICATE_DATA: 400,
  REQUEST_NOT_UNIQUE: 400,
  PERIOD_LOCK: 400,
  SYSTEM_MAINTENANCE: 500,
  TECHNICAL_ERROR: 500,
} as const;
export type Category = keyof typeof STATUS_OF;

/** A no, as the second `Status` of the answer says it. */
export interface Refusal {
  readonly kind: 'refused';
  readonly category: Category;
  readonly text: string;
  /** Another status than the category's. */
  readonly status?: number;
}

/** What a call changed, for the journal. */
export interface Effect {
  readonly method: string;
  /** The NetvisorKey; null where the resource tells none. */
  readonly key: string | null;
  /** What the caller calls it: a code, a number, an employee and a day. */
  readonly reference: string | null;
}

/** What a call came to. `content` stands beside `ResponseStatus`; `inserted` is the key that an add tells. */
export type Outcome =
  | Refusal
  | {
      readonly kind: 'done';
      readonly content?: XmlElement;
      readonly inserted?: number;
      readonly effect?: Effect;
    };

export const refusal = (category: Category, text: string): Refusal => ({ kind: 'refused', category, text });

/** Data that Netvisor does not take, with the words its texts begin with. */
export const invalid = (text: string): Refusal => refusal('INVALID_DATA', `Data form incorrect:. ${text}`);

export const duplicate = (text: string): Refusal => refusal('DUPLICATE_DATA', `Data form incorrect:. ${text}`);

export const given = (content: XmlElement): Outcome => ({ kind: 'done', content });

/** An add that tells the new key. */
export const inserted = (key: number, reference: string | null, method = 'add'): Outcome => ({
  kind: 'done',
  inserted: key,
  effect: { method, key: String(key), reference },
});

/** A change that tells nothing but OK. */
export const changed = (effect: Effect): Outcome => ({ kind: 'done', effect });

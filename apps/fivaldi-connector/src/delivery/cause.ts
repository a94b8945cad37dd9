/** Who has to act before a record can be delivered. */
export type Owner = 'sender' | 'main-user' | 'accountant' | 'operator';

export type Texts = Readonly<Record<'fi' | 'sv' | 'en', string>>;

export interface Cause {
  readonly owner: Owner;
  /** What is wrong. */
  readonly what: Texts;
  /** What to do about it. */
  readonly remedy: Texts;
}

/** A cause with its texts in Finnish, Swedish and English. */
export const cause = (
  owner: Owner,
  what: readonly [fi: string, sv: string, en: string],
  remedy: readonly [fi: string, sv: string, en: string],
): Cause => ({ owner, what: texts(what), remedy: texts(remedy) });

const texts = ([fi, sv, en]: readonly [string, string, string]): Texts => ({ fi, sv, en });

/** Every cause that a delivery can end with. */
export const DELIVERY_CAUSES = [
  'too-long',
  'too-many-digits',
  'missing',
  'not-in-list',
  'not-euro',
  'no-price',
  'customer-first',
  'business-id',
  'address',
  'product-missing',
  'product-code',
  'already-there',
  'not-draft',
  'refused',
  'not-allowed',
  'no-answer',
  'repeat-unsafe',
  'list-too-long',
  'made-not-found',
  'not-changeable',
  'removed-here',
  'linked-twice',
  'changed-on-both-sides',
  'new-in-fivaldi',
  'credentials-refused',
  'right-missing',
] as const;
export type DeliveryCause = (typeof DELIVERY_CAUSES)[number];

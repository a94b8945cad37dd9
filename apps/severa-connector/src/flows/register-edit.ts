import type { JsonObject } from '../engine/flow.js';

/**
 * A register's record as the other side is to have it, by field. `''`: the source has none of it.
 */
export type Card = Readonly<Record<string, string>>;

/**
 * What an edit has to say, so that the other side has what the source has, and nothing that is not ours is lost.
 *
 *   the source has | there, of ours   | the edit says
 *   ---------------+------------------+---------------------
 *   a value        | the same         | nothing
 *   a value        | another, nothing | the value
 *   nothing        | a value          | `''`: it is blanked
 *   nothing        | nothing          | nothing
 *
 * "Of ours" is what was sent, or was found to be the same: a value that somebody wrote on the other side, where the
 * source has none, stays. Source: contracts/netvisor §2, empty elements.
 *
 * @param sent what of ours is there.
 */
export function editOf(card: Card, sent: Card): Card {
  return Object.fromEntries(Object.entries(card).filter(([field, value]) => value !== (sent[field] ?? '')));
}

/** What of a card found on the other side is as we have it. */
export const agreed = (card: Card, found: Card): Card =>
  Object.fromEntries(Object.entries(card).filter(([field, value]) => value !== '' && found[field] === value));

/** What of ours is there by now, where it has been looked at anew: what we sent, as it stands, and what agrees. */
export const standing = (card: Card, sent: Card, found: Card): Card =>
  given({
    ...agreed(card, found),
    ...Object.fromEntries(Object.keys(sent).map((field) => [field, found[field] ?? ''])),
  });

/** What of ours is there once the whole card has been sent. */
export const given = (card: Card): Card => Object.fromEntries(Object.entries(card).filter(([, value]) => value !== ''));

/** A card out of what was stored; `null`: none was. */
export function cardIn(known: JsonObject | null, name: string): Card | null {
  const value = known?.[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Card) : null;
}

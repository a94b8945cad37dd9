import { sortableTime } from './answer.js';
import { type Call, today } from './call.js';
import type { DimensionUse } from './dimension-tree.js';
import type { Card, Fields } from './organisation.js';
import { invalid, type Refusal } from './outcome.js';

/** What an edit makes of a card: what is absent stays, what is empty becomes blank. */
export function edited(card: Card, fields: Fields, dimensions: readonly DimensionUse[] | null, call: Call): Card {
  return {
    ...card,
    fields: { ...card.fields, ...fields },
    dimensions: dimensions ?? card.dimensions,
    changed: sortableTime(call.now),
  };
}

export const newCard = (fields: Fields, dimensions: readonly DimensionUse[], call: Call): Card => ({
  key: call.organisation.nextKey(),
  fields,
  dimensions,
  isDeleted: false,
  changed: sortableTime(call.now),
});

/** What is wrong with a card's dimensions, by the parameters of the call. */
export function faultOfDimensions(uses: readonly DimensionUse[], call: Call): Refusal | null {
  const { dimensions } = call.organisation;
  const missing = call.query('useonlyexistingdimensions') === '1' ? dimensions.missing(uses) : undefined;
  if (missing) return invalid(`Dimension not found: ${missing.name} / ${missing.item}`);
  const checks = call.query('checkdimensionvalidityperiod') === '1';
  const outside = checks ? dimensions.outside(uses, today(call)) : undefined;
  return outside ? invalid(`Dimension is not valid today: ${outside.name} / ${outside.item}`) : null;
}

/** Case does not matter, and nothing is a match of nothing. */
export function contains(values: readonly (string | undefined)[], keyword: string): boolean {
  const wanted = keyword.toLowerCase();
  return values.some((value) => value?.toLowerCase().includes(wanted));
}

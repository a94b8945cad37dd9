import type { Known, Objection, Situation, Step } from '../engine/flow.js';

/**
 * A record that has moved, and was removed from the side it had moved to. It is looked for by its code, each time it is
 * tried: whoever removed it may have made it anew by hand. Where there is none, nothing is made until a person has it
 * tried again (`link/retries.ts` makes it forgotten then): what somebody has removed does not come back by itself.
 */
export const goneThere = (known: Known | null, key: string): Known => ({
  key,
  gone: true,
  look: true,
  ...(known?.['mine'] === true && { mine: true }),
  ...(typeof known?.['doubted'] === 'string' && { doubted: known['doubted'] }),
});

/** Whether a look-up is of the record itself, by its key, and not of its code. */
export const isLookedAt = ({ known, unsure }: Pick<Situation, 'known' | 'unsure'>): boolean =>
  known?.key != null && unsure !== 'create' && known['look'] !== true && known['gone'] !== true;

/** After a look by its code that has found nothing. */
export const stillGone = (known: Known, key: string): Known => {
  const { look: _, ...rest } = goneThere(known, key);
  return rest;
};

/** What is next about one that is gone: a look by its code, once, then a person. `null`: it is not gone. */
export function nextOfGone({ known, asked }: Situation, code: string, lookUp: () => Step): Step | null {
  if (known?.['gone'] !== true) return null;
  const objection: Objection = { cause: 'gone-in-target', field: code };
  return known['look'] === true || asked !== true ? lookUp() : { do: 'reject', objections: [objection] };
}

import type { Known, Objection, Step } from '../engine/flow.js';

/** A record was made, and not told under which key: it has to be looked up, and is never made again by itself. */
export const MADE_BLIND: Known = { key: null, look: true, made: true };

/**
 * What a look-up that has found nothing does not make forgotten: a creation that was said to be done, and one that was
 * said to be a duplicate.
 */
export const nothingFound = (known: Known | null): Known => ({
  key: null,
  ...(known?.['made'] === true && { made: true }),
  ...(known?.['refused'] === true && { refused: true }),
});

/** Made and not found: a person looks. Tried again, the record is looked up first, and made only then. */
export const unfound = (known: Known): Step | null =>
  known.key === null && known['made'] === true ? { do: 'reject', objections: [UNFOUND] } : null;

const UNFOUND: Objection = { cause: 'repeat-unsafe' };

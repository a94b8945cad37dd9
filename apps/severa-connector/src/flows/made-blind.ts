import type { Known, Objection, Step } from '../engine/flow.js';

/** A record was made, and not told under which key: it has to be looked up, and is never made again by itself. */
export const madeBlind = (sought: string): Known => ({ key: null, look: true, made: true, sought });

/** Made and not found: a person looks. Tried again, the record is looked up first, and made only then. */
export const unfound = (known: Known): Step | null =>
  known.key === null && known['made'] === true ? { do: 'reject', objections: [UNFOUND] } : null;

const UNFOUND: Objection = { cause: 'repeat-unsafe' };

import type { Known, Situation } from '../engine/flow.js';

/**
 * What a record is looked for by. One that may have been made is looked for as it was sent, whatever it is called in its
 * source by now: under its new code it would not be found, and be made a second time.
 */
export const soughtOf = ({ known, unsure }: Pick<Situation, 'known' | 'unsure'>, code: string): string =>
  (unsure === 'create' || known?.['look'] === true) && typeof known?.['sought'] === 'string' ? known['sought'] : code;

/**
 * What is known when there is none of this code, and from the moment that one is made of it. What it does not make
 * forgotten: a creation that was said to be done, and one that was said to be a duplicate.
 */
export const nothingFound = (known: Known | null, sought: string): Known => ({
  key: null,
  sought,
  ...(known?.['made'] === true && { made: true }),
  ...(known?.['refused'] === true && { refused: true }),
});

/** Whether it was another code that there was none of. */
export const isOutdated = ({ sought }: Known, code: string): boolean => typeof sought === 'string' && sought !== code;

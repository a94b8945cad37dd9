import type { Known, Objection, Situation, Step } from '../engine/flow.js';
import { nextOfGone } from './gone-there.js';

/** Two records of one code would become one: neither moves, unless it was there before the other came. */
export function productRivalry({ rival, known }: Situation): readonly Objection[] {
  if (rival === undefined || rival === null || known?.['mine'] === true) return [];
  return [{ cause: 'duplicate-product-code', field: 'code', ...(rival !== '' && { message: rival }) }];
}

/**
 * What is next about a product whose key there is known. Nothing of it is ever changed there, so that nobody would hear of
 * its removal: each time that it comes up again, it is looked at once.
 *
 * @param looks the look-ups: by its code, and of itself.
 */
export function nextOfLinkedProduct(
  situation: Situation,
  key: string,
  code: string,
  looks: { readonly byCode: () => Step; readonly itself: () => Step },
): Step {
  const { known, moved, asked } = situation;
  const gone = nextOfGone(situation, code, looks.byCode);
  if (gone) return gone;
  if (known?.['mine'] !== true) return { do: 'done', linked: true, known: linkedProduct(key, code) };
  return moved === true && asked !== true ? looks.itself() : { do: 'done' };
}

/** `code` is the one that it has there: it stays the same, whatever becomes of the source's. */
export const linkedProduct = (key: string, code: string): Known => ({ key, code, mine: true });

export const codeThere = (known: Known, code: string): string =>
  typeof known['code'] === 'string' ? known['code'] : code;

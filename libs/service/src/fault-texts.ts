import type { Language } from './problem-titles.js';

/** The same in our languages; where one is absent, the message beside it stands. */
export type Said = Readonly<Partial<Record<Language, string>>>;

/** A fault as a schema tells it. */
export interface ToldFault {
  readonly code: string;
  readonly message: string;
  /** The greatest or least that is taken. */
  readonly limit?: number;
}

/**
 * What is wrong with a field of a request, for whoever filled it in. In English the schema's own message stands, which is
 * more exact; a rule with a message of its own brings its other languages along, and has none here.
 */
export function saidOf({ code, message, limit }: ToldFault): Said {
  const text = STANDARD.test(message) ? TEXTS[code] : undefined;
  if (!text) return {};
  const end = limit === undefined ? '.' : ` (${limit}).`;
  return { fi: `${text.fi}${end}`, sv: `${text.sv}${end}` };
}

/** What a schema says by itself, where nobody has given it a message. */
const STANDARD = /^(Invalid|Too small|Too big|Unrecognized)/;

const TEXTS: Readonly<Record<string, { readonly fi: string; readonly sv: string }>> = {
  invalid_type: { fi: 'Arvo puuttuu tai on väärää tyyppiä', sv: 'Värdet saknas eller är av fel typ' },
  invalid_value: { fi: 'Arvo ei ole mikään sallituista', sv: 'Värdet är inget av de tillåtna' },
  invalid_format: { fi: 'Arvo ei ole pyydettyä muotoa', sv: 'Värdet har inte den form som krävs' },
  invalid_union: { fi: 'Arvo ei ole mitään sallituista muodoista', sv: 'Värdet har ingen av de tillåtna formerna' },
  unrecognized_keys: { fi: 'Kenttää ei tunneta', sv: 'Fältet är okänt' },
  too_small: { fi: 'Arvo on liian pieni tai lyhyt', sv: 'Värdet är för litet eller kort' },
  too_big: { fi: 'Arvo on liian suuri tai pitkä', sv: 'Värdet är för stort eller långt' },
};

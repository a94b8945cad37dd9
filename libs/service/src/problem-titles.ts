import type { ErrorKind } from '#lib/errors';

/** The languages of the product: Finnish, Swedish, English. */
export const LANGUAGES = ['fi', 'sv', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

type Title = Readonly<Record<Language, string>>;

/** The title of a problem, by kind: the same for every occurrence, so that people learn it. */
export const TITLES: Readonly<Record<ErrorKind, Title>> = {
  invalid: { fi: 'Pyyntö on virheellinen', sv: 'Begäran är felaktig', en: 'The request is not valid' },
  unauthenticated: { fi: 'Kirjautuminen puuttuu', sv: 'Inloggning saknas', en: 'You are not signed in' },
  denied: { fi: 'Ei sallittu', sv: 'Inte tillåtet', en: 'Not allowed' },
  absent: { fi: 'Ei löydy', sv: 'Finns inte', en: 'Not found' },
  stalled: { fi: 'Lähetys keskeytyi', sv: 'Sändningen avbröts', en: 'The sending stalled' },
  conflict: { fi: 'Ristiriita nykytilan kanssa', sv: 'Konflikt med nuläget', en: 'In conflict with the present state' },
  outdated: { fi: 'Tieto on muuttunut', sv: 'Uppgiften har ändrats', en: 'It has changed since you read it' },
  oversized: { fi: 'Liian suuri', sv: 'För stor', en: 'Too large' },
  unsupported: { fi: 'Muotoa ei tueta', sv: 'Formatet stöds inte', en: 'The format is not supported' },
  reused: { fi: 'Avain on jo käytetty', sv: 'Nyckeln är redan använd', en: 'The key has been used before' },
  unconditional: { fi: 'Ehto If-Match puuttuu', sv: 'Villkoret If-Match saknas', en: 'If-Match is missing' },
  limited: { fi: 'Liian monta pyyntöä', sv: 'För många begäranden', en: 'Too many requests' },
  broken: { fi: 'Palvelussa on vika', sv: 'Fel i tjänsten', en: 'The service failed' },
  unavailable: { fi: 'Ei juuri nyt käytettävissä', sv: 'Inte tillgänglig just nu', en: 'Not available just now' },
};

/**
 * The language that an `Accept-Language` field likes best, of the three that we
 * have; English when it likes none of them or cannot be read.
 */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? '').slice(0, 200).split(',').map(wishOf);
  const best = wishes
    .filter(({ language, weight }) => language !== undefined && weight > 0)
    .reduce<Wish>((liked, wish) => (wish.weight > liked.weight ? wish : liked), { language: undefined, weight: 0 });
  return best.language ?? 'en';
}

interface Wish {
  readonly language: Language | undefined;
  readonly weight: number;
}

function wishOf(range: string): Wish {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  const language = LANGUAGES.find((known) => tag === known || tag.startsWith(`${known}-`));
  return { language, weight: /^(0(\.\d{1,3})?|1(\.0{1,3})?)$/.test(quality) ? Number(quality) : 0 };
}

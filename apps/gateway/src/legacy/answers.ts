import type { Language } from '#lib/service';

/** What a message tells of; what an answer does not know is left out of it. */
export interface Facts {
  /** Our code of the matter: `document.malformed`. */
  readonly code?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** A rule's own words, in the reader's language. */
  readonly why?: string | undefined;
  readonly transferId?: string | undefined;
  readonly records?: { readonly created: number; readonly updated: number; readonly unchanged: number };
  readonly left?: number | undefined;
  readonly deleted?: number | undefined;
  readonly rejected?: number | undefined;
  /** ISO 8601. */
  readonly opensAt?: string | null | undefined;
  readonly limit?: number | undefined;
  readonly seconds?: number | undefined;
}

interface Entry {
  readonly code: number;
  readonly fi: string;
  readonly sv: string;
  readonly en: string;
}

/**
 * Every answer of the legacy door, by number. A number keeps its meaning for ever; a new matter gets a new one.
 *
 *   0         read in, every record
 *   negative  could not be parsed, or not be carried out; nothing was changed
 *   1–19      refused before it was accepted; nothing was changed
 *   20–39     accepted, and not read in whole: see the transfer
 *
 * Contract §2.3 has the three classes and the meaning of 0 and, most likely, of 2. The other numbers are ours.
 */
export const ANSWERS = {
  'read-in': { code: 0, fi: 'ok', sv: 'ok', en: 'ok' },
  unreadable: {
    code: -1,
    fi: 'Aineistoa ei voi lukea; mitään ei muutettu.',
    sv: 'Materialet kan inte läsas; ingenting ändrades.',
    en: 'The document cannot be read; nothing was changed.',
  },
  failed: {
    code: -2,
    fi: 'Aineiston sisäänluku epäonnistui; mitään ei muutettu.',
    sv: 'Inläsningen misslyckades; ingenting ändrades.',
    en: 'Reading the document in has failed; nothing was changed.',
  },
  'form-unfit': {
    code: 1,
    fi: 'Pyyntö ei ole sellainen kuin pitää: lähetä multipart/form-data, jossa p_filename, p_username, p_password ja p_yt ovat kukin kerran.',
    sv: 'Begäran har inte rätt form: sänd multipart/form-data med p_filename, p_username, p_password och p_yt, var och en en gång.',
    en: 'The request does not have its form: send multipart/form-data with p_filename, p_username, p_password and p_yt, each once.',
  },
  'sign-in-refused': {
    code: 2,
    fi: 'Väärä käyttäjätunnus tai salasana, tai tunnusta ei voi nyt käyttää.',
    sv: 'Fel användarnamn eller lösenord, eller så kan användarnamnet inte användas nu.',
    en: 'Wrong user name or password, or the user name cannot be used now.',
  },
  'password-change-needed': {
    code: 3,
    fi: 'Salasana on kertakäyttöinen: vaihda se ensin (POST /v1/token/password).',
    sv: 'Lösenordet är ett engångslösenord: byt det först (POST /v1/token/password).',
    en: 'This is a one-time password: change it first (POST /v1/token/password).',
  },
  'company-unknown': {
    code: 4,
    fi: 'Yritystä p_yt ei ole, tai sinulla ei ole siihen oikeuksia.',
    sv: 'Företaget p_yt finns inte, eller så har du inga rättigheter till det.',
    en: 'There is no company p_yt, or you have no rights in it.',
  },
  denied: {
    code: 5,
    fi: 'Oikeudet eivät riitä.',
    sv: 'Rättigheterna räcker inte.',
    en: 'The rights do not allow this.',
  },
  closed: {
    code: 6,
    fi: 'Nyt ei ole sallittu aika.',
    sv: 'Tiden är inte tillåten nu.',
    en: 'The allowed times do not include now.',
  },
  'foreign-company': {
    code: 7,
    fi: 'Aineiston FVBusinessId on muu kuin p_yt.',
    sv: 'Materialets FVBusinessId är ett annat än p_yt.',
    en: 'The FVBusinessId of the document is not p_yt.',
  },
  'without-records': {
    code: 8,
    fi: 'Aineistossa ei ole yhtään tietuetta.',
    sv: 'Materialet har inga poster.',
    en: 'The document has no records.',
  },
  'wrong-stream': {
    code: 9,
    fi: 'Aineistossa on tietoja, joita ei voi lukea sisään, tai useita aineistoja.',
    sv: 'Materialet innehåller uppgifter som inte kan läsas in, eller flera material.',
    en: 'The document holds what cannot be read in, or several kinds of document.',
  },
  'basic-data-denied': {
    code: 10,
    fi: 'Aineistossa on perustietoja, joihin sinulla ei ole oikeutta.',
    sv: 'Materialet innehåller grunduppgifter som du inte har rätt till.',
    en: 'The document brings base data, which you may not bring in.',
  },
  'too-large': {
    code: 11,
    fi: 'Aineisto on liian suuri: jaa se osiin.',
    sv: 'Materialet är för stort: dela upp det.',
    en: 'The document is too large: split it.',
  },
  'lane-full': {
    code: 12,
    fi: 'Yrityksen jono on täynnä: lähetä myöhemmin uudelleen.',
    sv: 'Företagets kö är full: sänd på nytt senare.',
    en: "The company's queue is full: send it again later.",
  },
  'too-large-before-credentials': {
    code: 13,
    fi: 'Näin suuri aineisto on lähetettävä tunnuksen, salasanan ja p_yt:n jälkeen: siirrä p_filename viimeiseksi.',
    sv: 'Ett så stort material ska sändas efter användarnamn, lösenord och p_yt: flytta p_filename sist.',
    en: 'So large a document must come after user name, password and p_yt: put p_filename last.',
  },
  'too-many-before-credentials': {
    code: 14,
    fi: 'Liian monta aineistoa tulee nyt ennen tunnusta: siirrä p_filename viimeiseksi tai lähetä myöhemmin uudelleen.',
    sv: 'För många material kommer nu före användarnamnet: flytta p_filename sist eller sänd på nytt senare.',
    en: 'Too many documents are coming before their user names now: put p_filename last, or send it again later.',
  },
  partial: {
    code: 20,
    fi: 'Osa tietueista hylättiin, muut luettiin sisään.',
    sv: 'En del av posterna avvisades, de övriga lästes in.',
    en: 'Some records were rejected, the others were read in.',
  },
  held: {
    code: 21,
    fi: 'Vastaanotettu; odottaa ihmisen vahvistusta, koska poistaisi tai tyhjentäisi tietoja.',
    sv: 'Mottaget; väntar på att en människa bekräftar, eftersom uppgifter skulle raderas eller tömmas.',
    en: 'Received; waits for a person to confirm it, since it would delete or empty something.',
  },
  deferred: {
    code: 22,
    fi: 'Vastaanotettu; odottaa sallittua aikaa.',
    sv: 'Mottaget; väntar på tillåten tid.',
    en: 'Received; waits for an allowed time.',
  },
  unfinished: {
    code: 23,
    fi: 'Vastaanotettu; sisäänluku on kesken.',
    sv: 'Mottaget; inläsningen pågår.',
    en: 'Received; still being read in.',
  },
  'denied-later': {
    code: 24,
    fi: 'Vastaanotettu, mutta oikeudet eivät riittäneet sisäänlukuun; mitään ei muutettu.',
    sv: 'Mottaget, men rättigheterna räckte inte till inläsningen; ingenting ändrades.',
    en: 'Received, but the rights did not allow to read it in; nothing was changed.',
  },
  stopped: {
    code: 25,
    fi: 'Vastaanotettu, mutta sisäänluku keskeytettiin; mitään ei muutettu.',
    sv: 'Mottaget, men inläsningen avbröts; ingenting ändrades.',
    en: 'Received, but the transfer was stopped; nothing was changed.',
  },
} as const satisfies Record<string, Entry>;

export type AnswerName = keyof typeof ANSWERS;

const WORDS = {
  fi: { line: 'rivi', column: 'sarake', rejected: 'hylätty', limit: 'raja', opens: 'aukeaa', transfer: 'siirto' },
  sv: { line: 'rad', column: 'kolumn', rejected: 'avvisade', limit: 'gräns', opens: 'öppnas', transfer: 'överföring' },
  en: { line: 'line', column: 'column', rejected: 'rejected', limit: 'limit', opens: 'opens', transfer: 'transfer' },
} as const;
const COUNTED = {
  fi: { created: 'uutta', updated: 'muutettua', unchanged: 'ennallaan', left: 'jätetty', deleted: 'poistettu' },
  sv: { created: 'nya', updated: 'ändrade', unchanged: 'oförändrade', left: 'lämnade', deleted: 'raderade' },
  en: { created: 'new', updated: 'changed', unchanged: 'as before', left: 'left alone', deleted: 'deleted' },
} as const;
const AGAIN = { fi: 'uudelleen aikaisintaan', sv: 'på nytt tidigast om', en: 'again after' } as const;

/**
 * An answer as it is sent, contract §2.3: `<code> <bytes> <message>`. The first line of the message is the number's own
 * text; what is known beside it stands on lines of its own.
 */
export function answerText(answer: AnswerName, bytes: number, facts: Facts, language: Language): string {
  const entry = ANSWERS[answer];
  return [`${entry.code} ${bytes} ${entry[language]}`, ...linesOf(facts, language)].join('\n');
}

function linesOf(facts: Facts, language: Language): readonly string[] {
  const { code, line, column, why, limit, seconds, opensAt, transferId } = facts;
  const words = WORDS[language];
  const place = line === undefined ? '' : ` (${words.line} ${line}, ${words.column} ${column ?? 1})`;
  return [
    why,
    code && `${code}${place}`,
    countsOf(facts, language),
    limit === undefined ? undefined : `${words.limit}: ${limit}`,
    seconds === undefined ? undefined : `${AGAIN[language]} ${seconds} s`,
    opensAt ? `${words.opens}: ${opensAt}` : undefined,
    transferId && `${words.transfer}: ${transferId}`,
  ].filter((text) => text !== undefined && text !== '') as readonly string[];
}

function countsOf({ records, left, deleted, rejected }: Facts, language: Language): string | undefined {
  if (!records) return undefined;
  const words = COUNTED[language];
  const { created, updated, unchanged } = records;
  return [
    `${created} ${words.created}, ${updated} ${words.updated}, ${unchanged} ${words.unchanged}`,
    left ? `${left} ${words.left}` : '',
    deleted ? `${deleted} ${words.deleted}` : '',
    rejected ? `${rejected} ${WORDS[language].rejected}` : '',
  ]
    .filter((text) => text !== '')
    .join(', ');
}

import type { Label, Language } from './record-table.js';
import type { RecordFault, RecordReason } from './record.js';

/** What to tell the sender. `{element}`, `{limit}`, `{child}` and `{code}` stand for the fault's own. */
export const recordReasons: Readonly<Record<RecordReason, Label>> = {
  'missing-required': {
    fi: '{element} puuttuu tai on tyhjä.',
    sv: '{element} saknas eller är tomt.',
    en: '{element} is missing or empty.',
  },
  'too-long': {
    fi: '{element} saa olla enintään {limit} merkkiä.',
    sv: '{element} får ha högst {limit} tecken.',
    en: '{element} may have at most {limit} characters.',
  },
  'pattern-mismatch': {
    fi: '{element} on väärää muotoa. Sallittu muoto: {limit}.',
    sv: '{element} har fel form. Tillåten form: {limit}.',
    en: '{element} has the wrong form. Allowed: {limit}.',
  },
  'not-a-decimal': {
    fi: '{element} ei ole desimaaliluku. Kirjoita numeroita ja tarvittaessa piste, esim. 12.50.',
    sv: '{element} är inte ett decimaltal. Skriv siffror och vid behov en punkt, t.ex. 12.50.',
    en: '{element} is not a decimal number. Write digits and, where needed, a dot: 12.50.',
  },
  'decimal-comma': {
    fi: '{element}: desimaalierotin on pilkku. Käytä pistettä, esim. 12.50.',
    sv: '{element}: decimaltecknet är ett komma. Använd punkt, t.ex. 12.50.',
    en: '{element}: the decimal separator is a comma. Use a dot: 12.50.',
  },
  'too-many-digits': {
    fi: '{element}: liian monta numeroa. Sallittu (numeroita, joista desimaaleja): {limit}.',
    sv: '{element}: för många siffror. Tillåtet (siffror, varav decimaler): {limit}.',
    en: '{element}: too many digits. Allowed (digits, of them decimals): {limit}.',
  },
  'not-in-code-list': {
    fi: '{element} ei ole sallittu koodi. Sallitut: {limit}.',
    sv: '{element} är inte en tillåten kod. Tillåtna: {limit}.',
    en: '{element} is not one of the codes: {limit}.',
  },
  'not-a-boolean': {
    fi: '{element}: kirjoita 1 (kyllä) tai 0 (ei).',
    sv: '{element}: skriv 1 (ja) eller 0 (nej).',
    en: '{element}: write 1 (yes) or 0 (no).',
  },
  'not-a-date': {
    fi: '{element} ei ole kalenterin päivä muodossa VVVV-KK-PP.',
    sv: '{element} är inte en kalenderdag i formen ÅÅÅÅ-MM-DD.',
    en: '{element} is not a day of the calendar, written YYYY-MM-DD.',
  },
  'unknown-element': {
    fi: '{element} ei ole tunnettu elementti tässä kohdassa.',
    sv: '{element} är inte ett känt element här.',
    en: '{element} is not a known element here.',
  },
  'unknown-attribute': {
    fi: '{element} ei ole tunnettu määrite.',
    sv: '{element} är inte ett känt attribut.',
    en: '{element} is not a known attribute.',
  },
  'repeated-element': {
    fi: '{element} on annettu kahdesti.',
    sv: '{element} har angetts två gånger.',
    en: '{element} is given twice.',
  },
  'duplicate-child': {
    fi: '{element}: sama tunnus on annettu kahdesti.',
    sv: '{element}: samma id har angetts två gånger.',
    en: '{element}: the same id is given twice.',
  },
  'too-many-children': {
    fi: '{element}: enintään {limit} yhdessä tietueessa.',
    sv: '{element}: högst {limit} i en post.',
    en: '{element}: at most {limit} in one record.',
  },
  'text-between-elements': {
    fi: '{element} sisältää tekstiä elementtiensä välissä.',
    sv: '{element} innehåller text mellan sina element.',
    en: '{element} holds text between its elements.',
  },
  'forbidden-character': {
    fi: '{element} sisältää merkin, jota XML ei voi kuljettaa.',
    sv: '{element} innehåller ett tecken som XML inte kan bära.',
    en: '{element} holds a character that XML cannot carry.',
  },
  'unknown-product': {
    fi: '{element}, rivi {child}: tuotetta {code} ei ole tuoterekisterissä.',
    sv: '{element}, rad {child}: produkten {code} finns inte i produktregistret.',
    en: '{element}, row {child}: the product {code} is not in the product register.',
  },
  'repeated-batch': {
    fi: '{element}: tämän tunnuksen erä on jo tuotu. Samaa erää ei oteta kahdesti.',
    sv: '{element}: ett parti med detta id har redan lästs in. Samma parti tas inte emot två gånger.',
    en: '{element}: a batch of this id has come in already. No batch is taken twice.',
  },
};

/** The fault as a sentence, with the place where it stands. */
export function explainFault({ line, column, ...fault }: RecordFault, language: Language): string {
  return `${line}:${column} ${explainReason(fault, language)}`;
}

/** The reason as a sentence about `element`. */
export function explainReason(
  { reason, element, limit, child, code }: Omit<RecordFault, 'line' | 'column'>,
  language: Language,
): string {
  // A function, because a replacement text would read `$&` in it as an instruction.
  return recordReasons[reason][language]
    .replace('{element}', () => element)
    .replace('{limit}', () => String(limit ?? ''))
    .replace('{child}', () => child ?? '')
    .replace('{code}', () => code ?? '');
}

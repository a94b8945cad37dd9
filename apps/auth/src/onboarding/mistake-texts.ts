import type { Language } from '#lib/service';

import type { Mistake } from './row-check.js';

type Text = Readonly<Record<'fi' | 'sv' | 'en', string>>;

/** What each mistake says, in the asker's language; `{fact}` is filled from the mistake. */
const TEXTS: Readonly<Record<string, Text>> = {
  'cell.missing': { fi: 'Tieto puuttuu', sv: 'Uppgiften saknas', en: 'The value is missing' },
  'text.unusable': {
    fi: 'Teksti sisältää merkkejä, joita ei voi tallentaa',
    sv: 'Texten innehåller tecken som inte kan sparas',
    en: 'The text holds characters that cannot be stored',
  },
  'text.too-long': {
    fi: 'Liian pitkä: {length} merkkiä, enintään {limit}',
    sv: 'För lång: {length} tecken, högst {limit}',
    en: 'Too long: {length} characters, at most {limit}',
  },
  'number.not-digits': { fi: 'Vain numeroita', sv: 'Endast siffror', en: 'Digits only' },
  'business-id.malformed': {
    fi: 'Y-tunnus on seitsemän numeroa, väliviiva ja tarkistenumero',
    sv: 'FO-numret är sju siffror, bindestreck och kontrollsiffra',
    en: 'A business ID is seven digits, a hyphen and a check digit',
  },
  'business-id.never-issued': {
    fi: 'Tällaista Y-tunnusta ei anneta kenellekään',
    sv: 'Ett sådant FO-nummer ges inte åt någon',
    en: 'No such business ID is ever issued',
  },
  'business-id.check-digit': {
    fi: 'Tarkistenumero on väärä: pitäisi olla {expected}',
    sv: 'Kontrollsiffran är fel: den borde vara {expected}',
    en: 'The check digit is wrong: it should be {expected}',
  },
  'business-id.taken': {
    fi: 'Y-tunnus on jo yrityksellä, jonka Fivaldi-numero on {number}',
    sv: 'FO-numret hör redan till företaget med Fivaldi-nummer {number}',
    en: 'The business ID already belongs to the company with Fivaldi number {number}',
  },
  'file.duplicate': {
    fi: 'Sama arvo on myös rivillä {line}',
    sv: 'Samma värde finns också på rad {line}',
    en: 'The same value is on line {line} too',
  },
  'yes-or-no.unknown': { fi: 'Kirjoita kyllä tai ei', sv: 'Skriv ja eller nej', en: 'Write yes or no' },
  'percent.unknown': {
    fi: 'Kirjoita kokonaisluku 0–100',
    sv: 'Skriv ett heltal 0–100',
    en: 'Write a whole number from 0 to 100',
  },
  'mode.unknown': {
    fi: 'Tuntematon tapa; lähin on {nearest}. Mahdolliset: {modes}',
    sv: 'Okänt sätt; närmast är {nearest}. Möjliga: {modes}',
    en: 'Unknown mode; the nearest is {nearest}. Possible: {modes}',
  },
  'template.unknown': {
    fi: 'Mallia ei ole; lähin on {nearest}',
    sv: 'Mallen finns inte; närmast är {nearest}',
    en: 'There is no such template; the nearest is {nearest}',
  },
  'template.none': {
    fi: 'Ympäristössä ei ole malleja',
    sv: 'Miljön har inga mallar',
    en: 'The environment has no templates',
  },
  'settings.incomplete': {
    fi: 'XML-siirtojen perustiedoista puuttuu tämä osio: tallenna kaikki neljä tai ei mitään',
    sv: 'Denna del saknas i XML-överföringarnas grunduppgifter: alla fyra eller ingen',
    en: 'This section of the XML settings is missing: all four, or none',
  },
  'grant.refused': {
    fi: 'Mallin oikeutta {right} ei voi antaa kumppanikäyttäjälle {partnerUser}: operaattori ei ole sallinut sitä',
    sv: 'Mallens rätt {right} kan inte ges åt partneranvändaren {partnerUser}: operatören tillåter den inte',
    en: "The template's right {right} cannot be given to partner user {partnerUser}: the operator does not allow it",
  },
  'restriction-group.name-taken': {
    fi: 'Yrityksellä on jo oma rajoitusryhmä {group}',
    sv: 'Företaget har redan en egen begränsningsgrupp {group}',
    en: 'The company already has a restriction group {group} of its own',
  },
  'restriction-group.member-elsewhere': {
    fi: 'Mallin rajoitusryhmän jäsen on jo yrityksen ryhmässä {group}',
    sv: 'En medlem i mallens begränsningsgrupp hör redan till företagets grupp {group}',
    en: "A member of the template's restriction group is in the company's group {group} already",
  },
  'row.stray-cell': {
    fi: 'Rivillä on tieto sarakkeessa, jolla ei ole otsikkoa',
    sv: 'Raden har en uppgift i en kolumn utan rubrik',
    en: 'The row has a value in a column without a header',
  },
};

/** The codes that have a text; every mistake has one of them. */
export const MISTAKE_CODES: readonly string[] = Object.keys(TEXTS);

/** One mistake as a sentence. */
export function explainMistake({ code, facts }: Mistake, language: Language): string {
  const text = TEXTS[code]?.[language] ?? code;
  return text.replaceAll(/\{(\w+)\}/g, (_, fact: string) => String(facts[fact] ?? ''));
}

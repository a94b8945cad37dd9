type Said = Readonly<Record<'fi' | 'sv' | 'en', string>>;

/** Why nothing of a file of links is taken. */
export const FILE_TEXTS = {
  'column-unknown': {
    fi: 'Tiedostossa on sarake, jota vastaavaa kenttää liittymässä ei ole.',
    sv: 'Filen har en kolumn som saknar motsvarande fält i anslutningen.',
    en: 'The file has a column that a link has no field for.',
  },
  'column-twice': {
    fi: 'Tiedostossa on sama sarake kahdesti.',
    sv: 'Filen har samma kolumn två gånger.',
    en: 'The file has a column twice.',
  },
  'business-id-missing': {
    fi: 'Tiedostosta puuttuu sarake business-id.',
    sv: 'Filen saknar kolumnen business-id.',
    en: 'The file has no column business-id.',
  },
  'too-long': {
    fi: 'Tiedostossa on liian monta riviä.',
    sv: 'Filen har för många rader.',
    en: 'The file has too many rows.',
  },
  malformed: {
    fi: 'Tiedostoa ei voi lukea: lainausmerkit eivät täsmää, tai rivi on aivan liian pitkä.',
    sv: 'Filen kan inte läsas: citattecknen stämmer inte, eller en rad är alldeles för lång.',
    en: 'The file cannot be read: its quotes do not match, or a row is far too long.',
  },
  unsupported: {
    fi: 'Lähetä tiedosto muodossa text/csv.',
    sv: 'Skicka filen som text/csv.',
    en: 'Send the file as text/csv.',
  },
  'too-large': {
    fi: 'Tiedosto on liian suuri.',
    sv: 'Filen är för stor.',
    en: 'The file is too large.',
  },
  'not-utf-8': {
    fi: 'Tiedosto ei ole UTF-8-muotoa.',
    sv: 'Filen är inte UTF-8.',
    en: 'The file is not UTF-8.',
  },
} as const satisfies Readonly<Record<string, Said>>;
export type FileFault = keyof typeof FILE_TEXTS;

/** What is wrong with one row of it. */
export const ROW_TEXTS = {
  missing: {
    fi: 'Y-tunnus puuttuu.',
    sv: 'FO-numret saknas.',
    en: 'The business ID is missing.',
  },
  twice: {
    fi: 'Sama Y-tunnus on toisellakin rivillä.',
    sv: 'Samma FO-nummer finns också på en annan rad.',
    en: 'The business ID stands in another row, too.',
  },
  'company-unknown': {
    fi: 'Ympäristössä ei ole yritystä, jolla on tämä Y-tunnus.',
    sv: 'Miljön har inget företag med detta FO-nummer.',
    en: 'The environment has no company with this business ID.',
  },
  ambiguous: {
    fi: 'Ympäristössä on monta yritystä, joilla on tämä Y-tunnus.',
    sv: 'Miljön har flera företag med detta FO-nummer.',
    en: 'The environment has several companies with this business ID.',
  },
  'partner-unknown': {
    fi: 'Tällaista kumppanikäyttäjää ei ole.',
    sv: 'Det finns ingen sådan partneranvändare.',
    en: 'There is no such partner user.',
  },
} as const satisfies Readonly<Record<string, Said>>;
export type RowFault = keyof typeof ROW_TEXTS;

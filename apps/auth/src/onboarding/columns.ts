/** The columns of an onboarding file, by the name that mistakes and the API give them. */
export const COLUMNS = [
  'name',
  'businessId',
  'fivaldiNumber',
  'webServices',
  'template',
  'companyRegister',
  'productRegister',
  'salesOrders',
  'payroll',
  'brakePercent',
] as const;
export type Column = (typeof COLUMNS)[number];

/**
 * What a column may be called, in Finnish, Swedish and English; the first of each language is what a report says.
 * Case, spaces, hyphens and underscores do not count.
 */
export const HEADERS: Readonly<Record<Column, Readonly<Record<'fi' | 'sv' | 'en', readonly [string, ...string[]]>>>> = {
  name: {
    fi: ['Yritys', 'Nimi', 'Yrityksen nimi', 'Asiakasyritys', 'Asiakas'],
    sv: ['Företag', 'Namn', 'Företagets namn', 'Kundföretag', 'Kund'],
    en: ['Company', 'Name', 'Company name', 'Client company', 'Client'],
  },
  businessId: {
    fi: ['Y-tunnus', 'Yritystunnus', 'LY-tunnus'],
    sv: ['FO-nummer', 'Företags- och organisationsnummer', 'Organisationsnummer'],
    en: ['Business ID', 'Business identity code'],
  },
  fivaldiNumber: {
    fi: ['Fivaldi-numero', 'Fivaldi-yritysnumero', 'Fivaldi-tunnus', 'Fivaldi'],
    sv: ['Fivaldi-nummer', 'Fivaldi-företagsnummer'],
    en: ['Fivaldi number', 'Fivaldi company number', 'FVBusinessId'],
  },
  webServices: {
    fi: ['Web Services', 'Web Service', 'Web-palvelut', 'Verkkopalvelut'],
    sv: ['Web Services', 'Webbtjänster'],
    en: ['Web Services', 'Web service'],
  },
  template: {
    fi: ['Malli', 'Mallipohja', 'Pohja'],
    sv: ['Mall'],
    en: ['Template'],
  },
  companyRegister: {
    fi: ['Yritysrekisterin tuontitapa', 'Yritysrekisteri'],
    sv: ['Företagsregistrets importsätt', 'Företagsregister'],
    en: ['Company register mode', 'Company register'],
  },
  productRegister: {
    fi: ['Tuoterekisterin tuontitapa', 'Tuoterekisteri'],
    sv: ['Produktregistrets importsätt', 'Produktregister'],
    en: ['Product register mode', 'Product register'],
  },
  salesOrders: {
    fi: ['Myyntitilausten tuontitapa', 'Myyntitilaukset'],
    sv: ['Försäljningsordrarnas importsätt', 'Försäljningsorder'],
    en: ['Sales order mode', 'Sales orders'],
  },
  payroll: {
    fi: ['Palkkatapahtumien seurantakohteet', 'Palkkatapahtumat', 'Palkat'],
    sv: ['Lönetransaktionernas dimensioner', 'Lönetransaktioner', 'Löner'],
    en: ['Payroll dimensions', 'Payroll transactions', 'Payroll'],
  },
  brakePercent: {
    fi: ['Jarrun raja-arvo %', 'Jarru %', 'Jarru'],
    sv: ['Bromsens gräns %', 'Broms %', 'Broms'],
    en: ['Brake percent', 'Brake %', 'Brake'],
  },
};

/** Without these no row can mean a company. */
export const REQUIRED: readonly Column[] = ['name', 'fivaldiNumber'];

/** No sheet that people fill in is wider; one that is was made to cost. */
export const MOST_COLUMNS = 200;

export type HeaderFault =
  | { readonly code: 'header.unknown'; readonly column: number; readonly header: string; readonly nearest: string }
  | { readonly code: 'header.repeated'; readonly column: number; readonly header: string; readonly field: Column }
  | { readonly code: 'header.missing'; readonly field: Column; readonly header: string }
  | { readonly code: 'header.too-wide'; readonly limit: number };

/** Texts compare equal when people would say that they are the same. */
export const folded = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s\-_.:–]+/gu, '');

const NAMES: readonly (readonly [header: string, column: Column])[] = COLUMNS.flatMap((column) =>
  Object.values(HEADERS[column]).flatMap((headers) => [...headers, column].map((header) => [header, column] as const)),
);
const BY_NAME = new Map(NAMES.map(([header, column]) => [folded(header), column]));

/** The field of each column in the order of the file (`undefined` for one without a header), or everything wrong with them. */
export function readHeader(
  cells: readonly string[],
): { readonly columns: readonly (Column | undefined)[] } | { readonly faults: readonly HeaderFault[] } {
  if (cells.length > MOST_COLUMNS) return { faults: [{ code: 'header.too-wide', limit: MOST_COLUMNS }] };
  const faults: HeaderFault[] = [];
  const columns = cells.map((cell, index) => {
    const header = cell.trim();
    if (header === '') return undefined;
    const column = BY_NAME.get(folded(header));
    const shown = header.slice(0, 60);
    if (column === undefined) {
      faults.push({ code: 'header.unknown', column: index + 1, header: shown, nearest: nearestHeader(shown) });
    } else if (cells.findIndex((other) => BY_NAME.get(folded(other)) === column) < index) {
      faults.push({ code: 'header.repeated', column: index + 1, header: shown, field: column });
    }
    return column;
  });
  for (const field of REQUIRED) {
    if (!columns.includes(field)) faults.push({ code: 'header.missing', field, header: HEADERS[field].fi[0] });
  }
  return faults.length > 0 ? { faults } : { columns };
}

const nearestHeader = (header: string): string =>
  nearest(
    header,
    NAMES.map(([name]) => name),
  ) ?? HEADERS.name.fi[0];

/** The choice that is fewest strokes away, the first of equals; `undefined` among none. */
export function nearest(text: string, choices: readonly string[]): string | undefined {
  const wanted = folded(text).slice(0, 60);
  let best: string | undefined;
  let fewest = Infinity;
  for (const choice of choices) {
    const other = folded(choice);
    // It takes at least as many strokes as one is longer than the other.
    if (Math.abs(other.length - wanted.length) >= fewest) continue;
    const strokes = strokesBetween(wanted, other);
    if (strokes < fewest) [best, fewest] = [choice, strokes];
  }
  return best;
}

/**
 * Letters to put in, take out or replace (Levenshtein), row by row of the table. A file may be wrong in every cell, so
 * this runs a million times: its rows are two, and of numbers.
 */
function strokesBetween(one: string, other: string): number {
  let row = new Uint16Array(other.length + 1).map((_, index) => index);
  let next = new Uint16Array(row.length);
  for (let i = 0; i < one.length; i += 1) {
    const letter = one.charCodeAt(i);
    next[0] = i + 1;
    for (let j = 0; j < other.length; j += 1) {
      const replaced = row[j]! + (letter === other.charCodeAt(j) ? 0 : 1);
      next[j + 1] = Math.min(row[j + 1]! + 1, next[j]! + 1, replaced);
    }
    [row, next] = [next, row];
  }
  return row[other.length]!;
}

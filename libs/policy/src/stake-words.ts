import type { DestructiveChoice } from './destructive-choice.js';
import type { Words } from './rule-words.js';

type Language = keyof Words;

/** What a choice puts at stake in one company. */
export interface StakeFigures {
  readonly choice: DestructiveChoice;
  readonly records: number;
  readonly byHand: number;
  readonly changedByHand: number;
  readonly rows: number;
  /** The most at stake first. */
  readonly fields: readonly { readonly label: Words; readonly records: number }[];
}

/** So many fields are named; the rest are counted in the answer itself. */
const NAMED = 5;

/** What a destructive choice puts at stake, in figures: "may empty, of 120 customers: E-invoice address (37)". */
export function explainStake(figures: StakeFigures, language: Language): string {
  if (figures.records === 0 && figures.fields.length === 0) return NOTHING[language];
  return SENTENCES[figures.choice][language](figures, namedFields(figures, language));
}

const namedFields = ({ fields }: StakeFigures, language: Language): string => {
  const named = fields.slice(0, NAMED).map(({ label, records }) => `${label[language]} (${records})`);
  return named.join(', ') + (fields.length > NAMED ? ' …' : '');
};

type Sentence = (figures: StakeFigures, fields: string) => string;
type Sentences = Readonly<Record<Language, Sentence>>;

const NOTHING: Words = {
  fi: 'Rekisterissä ei ole nyt mitään menetettävää.',
  sv: 'I registret finns just nu inget att förlora.',
  en: 'The register has nothing to lose now.',
};

const SENTENCES: Readonly<Record<DestructiveChoice, Sentences>> = {
  'company.add-only': {
    fi: ({ records }, fields) => `Manuaalisesti perustettuja asiakkaita: ${records}. Niiltä voi tyhjentyä: ${fields}`,
    sv: ({ records }, fields) => `Manuellt skapade kunder: ${records}. Hos dem kan tömmas: ${fields}`,
    en: ({ records }, fields) => `Customers made by hand: ${records}. Of them may be emptied: ${fields}`,
  },
  'company.update-all': {
    fi: ({ records }, fields) => `Asiakkaita ja toimittajia: ${records}. Niiltä voi tyhjentyä: ${fields}`,
    sv: ({ records }, fields) => `Kunder och leverantörer: ${records}. Hos dem kan tömmas: ${fields}`,
    en: ({ records }, fields) => `Customers and suppliers: ${records}. Of them may be emptied: ${fields}`,
  },
  'product.update-all': {
    fi: ({ records }, fields) => `Tuotteita: ${records}. Niiltä voi tyhjentyä: ${fields}`,
    sv: ({ records }, fields) => `Produkter: ${records}. Hos dem kan tömmas: ${fields}`,
    en: ({ records }, fields) => `Products: ${records}. Of them may be emptied: ${fields}`,
  },
  'product.replace-all': {
    fi: ({ records, byHand }) => `Voi poistua tuotteita: ${records}, joista manuaalisesti perustettuja ${byHand}`,
    sv: ({ records, byHand }) => `Produkter som kan raderas: ${records}, varav manuellt skapade ${byHand}`,
    en: ({ records, byHand }) => `Products that may be deleted: ${records}, of which made by hand ${byHand}`,
  },
  'order.update-all': {
    fi: ({ records, byHand, changedByHand, rows }, fields) =>
      `Tilauksia: ${records}. Manuaalisesti perustettuja tai muutettuja: ${byHand + changedByHand}, joiden riveistä ` +
      `(${rows}) jäävät vain aineiston rivit. Voi tyhjentyä: ${fields}`,
    sv: ({ records, byHand, changedByHand, rows }, fields) =>
      `Order: ${records}. Manuellt skapade eller ändrade: ${byHand + changedByHand}; av deras rader (${rows}) blir ` +
      `bara materialets kvar. Kan tömmas: ${fields}`,
    en: ({ records, byHand, changedByHand, rows }, fields) =>
      `Orders: ${records}. Made or changed by hand: ${byHand + changedByHand}, of whose rows (${rows}) only those of ` +
      `the data are left. May be emptied: ${fields}`,
  },
  'payroll.from-employee': {
    fi: ({ records }, fields) => `Palkansaajia ilman yhtään oletusta: ${records}. Oletus puuttuu: ${fields}`,
    sv: ({ records }, fields) => `Löntagare utan ett enda standardvärde: ${records}. Standardvärde saknas: ${fields}`,
    en: ({ records }, fields) => `Employees without any default: ${records}. A default is missing: ${fields}`,
  },
};

import type { DocumentStream } from '#lib/contracts';

/**
 * What a value may be, and how long. Lengths count characters, not bytes.
 *
 *   kind    | written in a document    | canonical text
 *   --------+--------------------------+------------------------------------
 *   text    | anything, 1–max          | itself
 *   pattern | as the pattern says      | itself
 *   decimal | -1234.50 (a dot)         | -1234.5: no outer zeros, never '-0'
 *   code    | one of the values        | itself
 *   boolean | 1 or 0                   | true or false
 *   date    | 2025-02-03               | 2025-02-03
 */
export type FieldType =
  | { readonly kind: 'text'; readonly max: number }
  | {
      readonly kind: 'pattern';
      /** A regular expression over the whole value; also valid as an XML Schema pattern. */
      readonly pattern: string;
      readonly max: number;
      /** What the pattern means, for people: "two capital letters". */
      readonly says: Label;
    }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'code'; readonly values: readonly string[] }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'date' };

export const LANGUAGES = ['fi', 'sv', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Label = Readonly<Record<Language, string>>;

/**
 * Where an element's name comes from: `documented` in Fivaldi's own help,
 * `seen` in a public program, or `ours`, chosen in the same manner because the
 * real name is not public (contract §2.4).
 */
export type FieldSource = 'documented' | 'seen' | 'ours';

export interface Field {
  /** The element's name, or the attribute's. */
  readonly element: string;
  /** An attribute of a child element instead of an element. */
  readonly attribute?: true;
  /** The register's column, snake_case. */
  readonly field: string;
  readonly type: FieldType;
  readonly required?: true;
  /**
   * A personal identity code. It is stored and written out, but never stands in
   * a transfer's items, a preview, a log or the audit log.
   */
  readonly sensitive?: true;
  readonly label: Label;
  readonly source: FieldSource;
}

/** A part that a record may have several of, told apart by an id of its own. */
export interface ChildTable {
  readonly element: string;
  /** What they are together: `addresses`. */
  readonly kind: string;
  /** The `field` that holds the id. */
  readonly key: string;
  /** How many of them one record may have. */
  readonly atMost: number;
  readonly label: Label;
  readonly fields: readonly Field[];
}

/** The company's own copies of Fivaldi's registers. */
export type RegisterName =
  | 'product'
  | 'company'
  | 'order'
  | 'payroll_batch'
  | 'dimension'
  | 'posting_group'
  | 'payment_term'
  | 'discount'
  | 'employee'
  | 'sales_history'
  | 'housing_company'
  | 'premises'
  | 'bond'
  | 'estate_person';

/** One kind of record: which element becomes which field. The reader, the schema and the page all follow it. */
export interface RecordTable {
  /** Whose right brings it in; where no stream does, whose right reads it out. */
  readonly stream: DocumentStream;
  readonly register: RegisterName;
  readonly element: string;
  /** The `field` that tells one record from another. */
  readonly key: string;
  readonly label: Label;
  readonly fields: readonly Field[];
  readonly children: readonly ChildTable[];
}

/** One row of a table. The three texts are the label in Finnish, Swedish and English. */
type Row = (element: string, field: string, type: FieldType, ...label: readonly [string, string, string]) => Field;

const rowFrom =
  (source: FieldSource): Row =>
  (element, field, type, fi, sv, en) => ({ element, field, type, label: { fi, sv, en }, source });

export const documented = rowFrom('documented');
export const seen = rowFrom('seen');
export const ours = rowFrom('ours');
export const required = (field: Field): Field => ({ ...field, required: true });
export const attribute = (field: Field): Field => ({ ...field, attribute: true });
export const sensitive = (field: Field): Field => ({ ...field, sensitive: true });

export const text = (max: number): FieldType => ({ kind: 'text', max });
export const decimal = (precision: number, scale: number): FieldType => ({ kind: 'decimal', precision, scale });
export const wholeNumber = (digits: number): FieldType => decimal(digits, 0);
/** The contract's price or quantity: at most ten digits before the dot and six after it. */
export const amount = decimal(16, 6);
/** The contract's sum of money. */
export const money = decimal(14, 2);
export const percent = decimal(5, 2);
export const boolean: FieldType = { kind: 'boolean' };
export const date: FieldType = { kind: 'date' };
export const code = (...values: readonly string[]): FieldType => ({ kind: 'code', values });

/** ISO 3166-1, two letters. */
export const country: FieldType = {
  kind: 'pattern',
  pattern: '[A-Z]{2}',
  max: 2,
  says: { fi: 'kaksi isoa kirjainta, esim. FI', sv: 'två stora bokstäver, t.ex. FI', en: 'two capital letters, as FI' },
};

/** ISO 4217, three letters. */
export const currency: FieldType = {
  kind: 'pattern',
  pattern: '[A-Z]{3}',
  max: 3,
  says: {
    fi: 'kolme isoa kirjainta, esim. EUR',
    sv: 'tre stora bokstäver, t.ex. EUR',
    en: 'three capital letters, as EUR',
  },
};

/** Tells the rows of one record apart. Without leading zeros, so that one number is one row. */
export const rowNumber: FieldType = {
  kind: 'pattern',
  pattern: '0|[1-9][0-9]{0,5}',
  max: 6,
  says: {
    fi: 'kokonaisluku ilman etunollia, esim. 10',
    sv: 'ett heltal utan inledande nollor, t.ex. 10',
    en: 'a whole number without leading zeros, as 10',
  },
};

/** The four levels of dimensions [seurantakohteet], under the names that a kind of record gives them. */
export const dimensions = (prefix: string): readonly Field[] =>
  [1, 2, 3, 4].map((level) =>
    ours(
      `${prefix}Dimension${level}`,
      `dimension${level}`,
      text(8),
      `Seurantakohde ${level}`,
      `Uppföljningsobjekt ${level}`,
      `Dimension ${level}`,
    ),
  );

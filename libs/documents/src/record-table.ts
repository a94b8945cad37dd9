import type { StreamName } from '#lib/contracts';

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
  readonly label: Label;
  readonly fields: readonly Field[];
}

/** One stream's documents: which element becomes which field. The reader, the schema and the page all follow it. */
export interface RecordTable {
  readonly stream: StreamName;
  readonly register: 'product' | 'company';
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
export const ours = rowFrom('ours');
export const required = (field: Field): Field => ({ ...field, required: true });
export const attribute = (field: Field): Field => ({ ...field, attribute: true });

export const text = (max: number): FieldType => ({ kind: 'text', max });
export const decimal = (precision: number, scale: number): FieldType => ({ kind: 'decimal', precision, scale });
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

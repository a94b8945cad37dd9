/** A check of values against the part of OpenAPI 3.0 that Severa's published interface uses. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, '../../../../../shared/contracts/severa/openapi.min.json');

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly readOnly?: boolean;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface Declared {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly headers?: Json }>>;
  readonly security?: readonly { readonly OAuth2?: readonly string[] }[];
}

type Json = Readonly<Record<string, unknown>>;

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Declared>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The published interface where it lies beside the checkout; null elsewhere. */
export const OPENAPI: Document | null = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Document) : null;

/** `path` stands with its version, as published. */
export const declaredOf = (method: string, path: string): Declared | undefined =>
  OPENAPI?.paths[path]?.[method.toLowerCase()];

/** The schema of the JSON in a body; undefined where there is none. */
export const jsonSchema = (content: Content | undefined): Schema | undefined =>
  content?.content?.['application/json']?.schema;

export const schemaNamed = (name: string): Schema => OPENAPI?.components.schemas[name] ?? {};

/** A schema with its reference followed. What stands beside a reference stays. */
export const followed = (schema: Schema): Schema => {
  const { $ref, ...beside } = schema;
  return $ref === undefined ? schema : { ...schemaNamed($ref.split('/').at(-1) ?? ''), ...beside };
};

/** Every way in which a value is not what its schema says; a field that is not declared is one. */
export function problems(given: Schema, value: unknown, where = '$'): string[] {
  const schema = followed(given);
  if (value === null) return schema.nullable ? [] : [`${where} is null`];
  if (schema.enum) return schema.enum.includes(value) ? [] : [`${where} is ${JSON.stringify(value)}`];
  switch (schema.type) {
    case 'array':
      if (!Array.isArray(value)) return [`${where} is no array`];
      return value.flatMap((one, index) => problems(schema.items ?? {}, one, `${where}[${index}]`));
    case 'object':
      return objectProblems(schema, value, where);
    case 'string':
      return textProblems(schema, value, where);
    case 'integer':
      return Number.isSafeInteger(value) ? [] : [`${where} is no integer`];
    case 'number':
      return typeof value === 'number' ? [] : [`${where} is no number`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${where} is no boolean`];
    case undefined:
    default:
      return [`${where} has no type that is known`];
  }
}

function objectProblems({ properties = {}, required = [] }: Schema, value: unknown, where: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${where} is no object`];
  const missing = required.filter((name) => !(name in value)).map((name) => `${where}.${name} is missing`);
  const found = Object.entries(value).flatMap(([name, inside]) => {
    const property = properties[name];
    return property ? problems(property, inside, `${where}.${name}`) : [`${where}.${name} is not declared`];
  });
  return [...missing, ...found];
}

function textProblems(
  { format, minLength = 0, maxLength = Infinity }: Schema,
  value: unknown,
  where: string,
): string[] {
  if (typeof value !== 'string') return [`${where} is no string`];
  if (value.length < minLength || value.length > maxLength) return [`${where} has ${value.length} characters`];
  const pattern = { date: /^\d{4}-\d{2}-\d{2}$/, 'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/ };
  const wanted = format === 'date' || format === 'date-time' ? pattern[format] : /^/;
  return wanted.test(value) ? [] : [`${where} is no ${format}`];
}

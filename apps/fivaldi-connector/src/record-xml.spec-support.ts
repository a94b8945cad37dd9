import { type Field, type RecordTable, type RegisterName, TABLES } from '#lib/documents';
import type { Children, Fields } from '#lib/policy';

/** Records of specs as elements, whatever stands in them. */

export interface WrittenRecord {
  readonly register: RegisterName;
  readonly key: string;
  /** `null` stands as an empty element. */
  readonly fields: Fields;
  readonly children: Children;
  /** Whether it has an element that its table does not know. */
  readonly faulty: boolean;
}

export const tableOf = (register: string): RecordTable => TABLES.find((table) => table.register === register)!;

export function recordXml({ register, key, fields, children, faulty }: WrittenRecord): string {
  const table = tableOf(register);
  const kinds = table.children.map((child) =>
    Object.entries(children[child.kind] ?? {})
      .map(([id, of]) => elementXml(child, id, of))
      .join(''),
  );
  const fault = faulty ? `<${table.element}Nonsense/>` : '';
  return elementXml(table, key, fields, kinds.join('') + fault);
}

function elementXml(
  { element, fields, key }: Pick<RecordTable, 'element' | 'fields' | 'key'>,
  id: string,
  values: Fields,
  inner = '',
): string {
  const given = fields.flatMap((field) => {
    const value = field.field === key ? id : Object.hasOwn(values, field.field) ? values[field.field] : undefined;
    return value === undefined ? [] : [{ ...field, text: escaped(field, value ?? '') }];
  });
  const attributes = given.filter(({ attribute }) => attribute).map((one) => ` ${one.element}="${one.text}"`);
  const elements = given
    .filter(({ attribute }) => !attribute)
    .map((one) => `<${one.element}>${one.text}</${one.element}>`);
  return `<${element}${attributes.join('')}>${elements.join('')}${inner}</${element}>`;
}

function escaped({ type }: Field, value: string): string {
  if (type.kind === 'boolean') return value === '' ? '' : value === 'true' ? '1' : '0';
  return value.replaceAll(/[&<>"\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

import { AppError, type ErrorKind } from '#lib/errors';

import type { NetvisorElement } from './element.js';
import { ORDER_TABLES, type OrderTable } from './order-tables.js';

/** A body has an element that its resource knows nothing of: ours to mend. */
export class UnknownElement extends AppError {
  readonly kind: ErrorKind = 'broken';
  readonly code = 'netvisor-request.unknown-element';
}

/** What stands in an element is nothing that Netvisor could take. `category` is the one that it would answer with. */
export class ElementRefused extends AppError {
  readonly kind: ErrorKind = 'invalid';
  readonly code = 'netvisor-request.element-refused';

  constructor(
    readonly category: 'INVALID_DATA' | 'INVALID_DATA_SIZE',
    readonly element: string,
    message: string,
  ) {
    super(message, { element });
  }
}

/**
 * The body as its resource wants it: elements in the order of its table, names in lower case. Elements of one name stay
 * as they stood.
 *
 * @throws UnknownElement for an element, or a resource, that no table has.
 * @throws ElementRefused for a text that is too long, or a code that there is not.
 */
export function arranged(resource: string, body: NetvisorElement): NetvisorElement {
  const table = ORDER_TABLES[resource];
  if (table === undefined) throw new UnknownElement(`Nothing is written to ${resource}.`, { resource });
  if (body.name.toLowerCase() !== table.body) throw unknown(resource, body.name);
  return inOrder(body, table, resource);
}

/** The codes that Netvisor has for an element, or an `element@attribute`, of a resource that we write. */
export const netvisorCodes = (resource: string, where: string): readonly string[] =>
  ORDER_TABLES[resource]?.codes[where] ?? [];

function inOrder(element: NetvisorElement, table: OrderTable, resource: string): NetvisorElement {
  const name = element.name.toLowerCase();
  checkLength(name, element.text, table);
  checkCode(name, element.text, table);
  for (const [attribute, value] of Object.entries(element.attributes)) checkCode(`${name}@${attribute}`, value, table);

  const order = table.order[name] ?? [];
  const placed = element.children.map((inner) => {
    const place = order.indexOf(inner.name.toLowerCase());
    if (place === -1) throw unknown(resource, `${name}/${inner.name}`);
    return { place, inner: inOrder(inner, table, resource) };
  });
  const children = placed.sort((one, other) => one.place - other.place).map(({ inner }) => inner);
  return { ...element, name, children };
}

function checkLength(name: string, text: string, { longest }: OrderTable): void {
  const limit = longest[name];
  if (limit === undefined || text.length <= limit) return;
  const message = `${name}: ${text.length} characters, and there may be ${limit}. Nothing was sent.`;
  throw new ElementRefused('INVALID_DATA_SIZE', name, message);
}

function checkCode(where: string, value: string, { codes }: OrderTable): void {
  const known = codes[where];
  if (known === undefined || value === '' || known.includes(value)) return;
  throw new ElementRefused(
    'INVALID_DATA',
    where,
    `${where}: “${value}” is none of ${known.join(', ')}. Nothing was sent.`,
  );
}

const unknown = (resource: string, element: string): UnknownElement =>
  new UnknownElement(`${resource} has no element ${element}.`, { resource, element });

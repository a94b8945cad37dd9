import type { Answer } from '../wire.js';
import { badBody } from './exception.js';
import { type Field, fieldOf, type FieldTable, wrongOf } from './field.js';
import { type Finder, type Given, isGiven, type Model, part } from './model.js';

/** What a patch changes, or why it is refused. */
export type Patched = { readonly given: Given } | { readonly refused: Answer };

/**
 * Reads a JSON Patch over the fields that may be written. Only `replace` is known; a path names a field, or after it the
 * guid of the record that the field refers to. All of it or nothing is applied.
 */
export function patched(body: unknown, model: Model, table: FieldTable, finder: Finder): Patched {
  if (!Array.isArray(body) || body.length === 0) return refuse('', 'A list of patch operations is required.');
  let given: Given = {};
  for (const step of body as unknown[]) {
    const read = stepOf(step, { ...model, ...given }, table);
    if (typeof read === 'string') return refuse(pathOf(step), read);
    const message = wrongOf(read.field, read.value, finder);
    if (message !== null) return { refused: badBody('InvalidParameter', { name: read.name, message }) };
    given = { ...given, [read.name]: read.value };
  }
  return { given };
}

const refuse = (name: string, message: string): Patched => ({ refused: badBody('InvalidRequest', { name, message }) });
const pathOf = (step: unknown): string => (isGiven(step) && typeof step['path'] === 'string' ? step['path'] : '');

interface Step {
  readonly name: string;
  readonly field: Field;
  readonly value: unknown;
}

function stepOf(step: unknown, model: Given, table: FieldTable): Step | string {
  if (!isGiven(step) || typeof step['op'] !== 'string') return 'An operation is required.';
  if (step['op'].toLowerCase() !== 'replace') return 'Only replace is supported.';
  const [, name, inside, ...deeper] = pathOf(step).split('/');
  const field = name === undefined ? undefined : fieldOf(table, name);
  if (name === undefined || !field || deeper.length > 0) return 'There is no such path to replace.';
  const value = step['value'] ?? null;
  if (inside === undefined) return { name, field, value: read(field, value) };
  if (!field.parts.includes(inside)) return 'There is no such path to replace.';
  if (field.type === 'ref') return { name, field, value: value === null ? null : { guid: value } };
  return { name, field, value: { ...part(model, name), [inside]: inside === 'amount' ? asNumber(value) : value } };
}

/** The interface declares every value a text, though numbers and flags are patched too: either is read. */
function read(field: Field, value: unknown): unknown {
  if (field.type === 'integer' || field.type === 'number') return asNumber(value);
  if (field.type === 'flag' && typeof value === 'string')
    return value === 'true' || (value === 'false' ? false : value);
  return value;
}

const asNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;

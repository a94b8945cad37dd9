import { invalid, type Refusal, refusal } from './outcome.js';
import { faultOfValue, type Value } from './value.js';
import { sameName, type XmlElement } from './xml.js';

export interface AttributeRule {
  readonly required: boolean;
  /** Null: any text. */
  readonly codes: readonly string[] | null;
}
export type AttributeRules = Readonly<Record<string, AttributeRule>>;

/** One element that may stand in another, at its place in the order. */
export interface Part {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isRepeatable: boolean;
  readonly holds: Value | readonly Part[];
  readonly attributes: AttributeRules;
}

type Make = (name: string, holds: Part['holds'], attributes?: AttributeRules) => Part;

const part =
  (isRequired: boolean, isRepeatable: boolean): Make =>
  (name, holds, attributes = {}) => ({ name, isRequired, isRepeatable, holds, attributes });

/** 1, 0..1, 1..n and 0..n times. */
export const one = part(true, false);
export const maybe = part(false, false);
export const some = part(true, true);
export const any = part(false, true);

export const must = (...codes: readonly string[]): AttributeRule => ({
  required: true,
  codes: codes.length > 0 ? codes : null,
});
export const may = (...codes: readonly string[]): AttributeRule => ({ ...must(...codes), required: false });

const isGroup = (holds: Part['holds']): holds is readonly Part[] => Array.isArray(holds);

/**
 * The first thing that is wrong with an element.
 *
 *   what                                          | category
 *   ----------------------------------------------+------------------
 *   an element that is not known there            | INVALID_DATA
 *   one after another that it has to stand before | INVALID_DATA
 *   one too many, a mandatory one missing, empty  | INVALID_DATA
 *   an attribute unknown, missing, of no code     | INVALID_DATA
 *   a value of the wrong form                     | INVALID_DATA
 *   a text that is too long                       | INVALID_DATA_SIZE
 */
export function faultOf(element: XmlElement, { holds, attributes, name, isRequired }: Part): Refusal | null {
  const fault = faultOfAttributes(element, attributes);
  if (fault) return fault;
  if (isGroup(holds)) return faultOfGroup(element, holds);
  if (element.children.length > 0) return invalid(`Element ${name} may not contain other elements`);
  if (element.text === '') {
    return isRequired && !holds.mayBeEmpty ? invalid(`Mandatory element ${name} may not be empty`) : null;
  }
  const wrong = faultOfValue(element.text, holds);
  if (wrong === null) return null;
  const text = `Element ${name} ${wrong.text}`;
  return wrong.isSize ? refusal('INVALID_DATA_SIZE', `Data form incorrect:. ${text}`) : invalid(text);
}

function faultOfGroup(element: XmlElement, parts: readonly Part[]): Refusal | null {
  if (element.text.trim() !== '') return invalid(`Element ${element.name} may not contain text`);
  let last = -1;
  for (const child of element.children) {
    const found = parts.findIndex(({ name }) => sameName(name, child.name));
    const known = parts[found];
    if (!known) return invalid(`Unknown element ${child.name} in ${element.name}`);
    if (found < last) return invalid(`Element ${child.name} is out of order in ${element.name}`);
    if (found === last && !known.isRepeatable) return invalid(`Element ${child.name} is given more than once`);
    const fault = faultOfMissing(element, parts.slice(last + 1, found)) ?? faultOf(child, known);
    if (fault) return fault;
    last = found;
  }
  return faultOfMissing(element, parts.slice(last + 1));
}

/** Of parts that were passed over: a mandatory one comes too late, or not at all. */
function faultOfMissing(element: XmlElement, parts: readonly Part[]): Refusal | null {
  const missing = parts.find(({ isRequired }) => isRequired);
  if (!missing) return null;
  const comesLater = element.children.some(({ name }) => sameName(name, missing.name));
  return comesLater
    ? invalid(`Element ${missing.name} is out of order in ${element.name}`)
    : invalid(`Mandatory element ${missing.name} is missing from ${element.name}`);
}

function faultOfAttributes(element: XmlElement, rules: AttributeRules): Refusal | null {
  for (const [written, value] of Object.entries(element.attributes)) {
    const rule = rules[written.toLowerCase()];
    if (!rule) return invalid(`Unknown attribute ${written} of element ${element.name}`);
    if (rule.codes && !rule.codes.some((code) => code === value)) {
      return invalid(`Attribute ${written} of element ${element.name} may not be ${value}`);
    }
  }
  const names = Object.keys(element.attributes).map((name) => name.toLowerCase());
  const missing = Object.entries(rules).find(([name, { required }]) => required && !names.includes(name));
  return missing ? invalid(`Attribute ${missing[0]} of element ${element.name} is missing`) : null;
}

/** The parts that stand in a group; none in a value. */
export const groupsOf = ({ holds }: Part): readonly Part[] => (isGroup(holds) ? holds : []);

/** The parts that stand in the group at the end of a path. */
export function partAt(shape: Part, ...path: readonly string[]): readonly Part[] {
  const [name, ...rest] = path;
  if (name === undefined) return groupsOf(shape);
  const found = groupsOf(shape).find((known) => known.name === name);
  if (!found) throw new RangeError(`There is no ${name} in ${shape.name}`);
  return partAt(found, ...rest);
}

/**
 * What an element gives, by lower-case name, groups opened; an attribute is under `name@attribute`. Repeatable parts
 * are left out: whoever wants them reads them.
 */
export function leavesOf(element: XmlElement, parts: readonly Part[]): Record<string, string> {
  const leaves: Record<string, string> = {};
  for (const child of element.children) {
    const known = parts.find(({ name }) => sameName(name, child.name));
    if (!known || known.isRepeatable) continue;
    if (isGroup(known.holds)) {
      Object.assign(leaves, leavesOf(child, known.holds));
      continue;
    }
    leaves[known.name] = child.text;
    for (const [name, value] of Object.entries(child.attributes)) leaves[`${known.name}@${name.toLowerCase()}`] = value;
  }
  return leaves;
}

/** Every name that {@link leavesOf} may give, without attributes. */
export function leafNames(parts: readonly Part[]): readonly string[] {
  return parts
    .filter(({ isRepeatable }) => !isRepeatable)
    .flatMap(({ name, holds }) => (isGroup(holds) ? leafNames(holds) : [name]));
}

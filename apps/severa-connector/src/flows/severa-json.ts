/** An object of Severa's, whose fields are nearly all optional and nullable: a field of another type is absent. */
export type SeveraObject = Readonly<Record<string, unknown>>;

export const objectOf = (value: unknown): SeveraObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SeveraObject) : {};

/** The objects of a list, or the one object: PATCH answers with a list of one. */
export const objectsOf = (value: unknown): readonly SeveraObject[] =>
  Array.isArray(value) ? value.map(objectOf) : value === undefined || value === null ? [] : [objectOf(value)];

/** The text down this path, `null` where there is none. */
export function textIn(object: SeveraObject, ...path: readonly [string, ...string[]]): string | null {
  const value = valueIn(object, path);
  return typeof value === 'string' ? value : null;
}

export function numberIn(object: SeveraObject, ...path: readonly [string, ...string[]]): number | null {
  const value = valueIn(object, path);
  return typeof value === 'number' ? value : null;
}

/** `false` only where it says so: an object without the field is active, billable, … */
export const isOn = (object: SeveraObject, name: string): boolean => object[name] !== false;

function valueIn(object: SeveraObject, path: readonly string[]): unknown {
  let here: unknown = object;
  for (const name of path) here = objectOf(here)[name];
  return here;
}

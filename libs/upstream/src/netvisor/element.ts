/** An element of Netvisor's XML, read or to be written. */
export interface NetvisorElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly NetvisorElement[];
  /** What stands directly in it; an element with children has none. */
  readonly text: string;
}

type Content = string | readonly (NetvisorElement | null | undefined | false)[];

/**
 * An element. What is absent is left out, which an edit takes as "unchanged"; `''` is an empty element, which an edit
 * takes as "blank it" (contract §2).
 */
export function element(
  name: string,
  content: Content = '',
  attributes: Readonly<Record<string, string>> = {},
): NetvisorElement {
  if (typeof content === 'string') return { name, attributes, children: [], text: content };
  return { name, attributes, children: content.filter((inner) => !!inner), text: '' };
}

/**
 * The first element down this path. Names are the same in any case: answers write `Netvisorkey`, `NetvisorKey` and
 * `productidentifier` (contract §2).
 */
export function child(element: NetvisorElement, ...path: readonly string[]): NetvisorElement | undefined {
  let here: NetvisorElement | undefined = element;
  for (const name of path) here = here && childrenNamed(here, name)[0];
  return here;
}

/** All of its elements of this name, in any case. */
export function children(element: NetvisorElement, name: string): readonly NetvisorElement[] {
  return childrenNamed(element, name);
}

/** The text down this path, trimmed; `undefined`: there is no such element, `''`: it is empty. */
export function textAt(element: NetvisorElement, ...path: readonly string[]): string | undefined {
  return child(element, ...path)?.text.trim();
}

/** An attribute's value, by its name in any case. */
export function attributeOf(element: NetvisorElement, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(element.attributes).find(([given]) => given.toLowerCase() === wanted)?.[1];
}

function childrenNamed(element: NetvisorElement, name: string): readonly NetvisorElement[] {
  const wanted = name.toLowerCase();
  return element.children.filter((inner) => inner.name.toLowerCase() === wanted);
}

/** An element of XML. Names are as they were written; {@link sameName} compares them as Netvisor does. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

export type Content = string | number | readonly (XmlElement | null)[];

/** Children that are null are left out. */
export function el(name: string, content: Content = '', attributes: Readonly<Record<string, string>> = {}): XmlElement {
  const isText = typeof content === 'string' || typeof content === 'number';
  return {
    name,
    attributes,
    children: isText ? [] : content.filter((child) => child !== null),
    text: isText ? String(content) : '',
  };
}

/** Requests come in any case: names are the same when their letters are. */
export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The first child of that name, down the path. */
export function childOf(element: XmlElement, ...path: readonly string[]): XmlElement | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return element;
  const found = element.children.find((child) => sameName(child.name, name));
  return found && childOf(found, ...rest);
}

export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => sameName(child.name, name));

/** Undefined where there is no such element; empty where it is empty. */
export const textOf = (element: XmlElement, ...path: readonly string[]): string | undefined =>
  childOf(element, ...path)?.text;

export function attributeOf(element: XmlElement, name: string): string | undefined {
  return Object.entries(element.attributes).find(([written]) => sameName(written, name))?.[1];
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n';

/** A whole document, as Netvisor's answers begin. */
export const documentOf = (root: XmlElement): string => DECLARATION + written(root);

function written({ name, attributes, children, text }: XmlElement): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const inside = children.length > 0 ? children.map(written).join('') : escaped(text);
  return inside === '' ? `<${name}${given.join('')} />` : `<${name}${given.join('')}>${inside}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

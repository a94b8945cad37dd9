import type { XmlElement } from './xml.js';

const NAME = String.raw`[A-Za-z_][\w.:-]*`;
const ATTRIBUTE = String.raw`\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*')`;
const TOKEN = new RegExp(
  [
    String.raw`<!--[\s\S]*?-->`,
    String.raw`<!\[CDATA\[(?<data>[\s\S]*?)\]\]>`,
    String.raw`</(?<end>${NAME})\s*>`,
    String.raw`<(?<start>${NAME})(?<attributes>(?:${ATTRIBUTE})*)\s*(?<closed>/?)>`,
    String.raw`(?<text>[^<]+)`,
  ].join('|'),
  'y',
);
const DECLARATION = /^\s*<\?xml\s[^>]*\?>/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

export type Read = { readonly root: XmlElement } | { readonly fault: string };

/** Reads a small document. There is no document type here, and no entity but the five: both are faults. */
export function readXml(document: string): Read {
  const text = document.replace(/^\uFEFF/, '').replace(DECLARATION, '');
  // eslint-disable-next-line no-control-regex -- exactly those that XML forbids
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) return { fault: 'a forbidden character' };
  const top: Open = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  const tokens = new RegExp(TOKEN);
  while (tokens.lastIndex < text.length) {
    const at = tokens.lastIndex;
    const groups = tokens.exec(text)?.groups;
    const fault = groups === undefined ? 'no XML' : take(groups, open);
    if (fault !== null) return { fault: `${fault}, at character ${at + 1}` };
  }
  const [root, ...others] = top.children;
  if (root === undefined || others.length > 0 || top.text.trim() !== '') return { fault: 'not one element' };
  return { root };
}

/** Adds one token to the innermost open element. Gives what is wrong with it, or null. */
function take(token: Readonly<Record<string, string | undefined>>, open: Open[]): string | null {
  const inner = open.at(-1);
  const { data, end, start, attributes = '', closed, text } = token;
  if (!inner) return 'no element is open';
  if (data !== undefined) inner.text += data;
  if (text !== undefined) {
    const plain = unescaped(text);
    if (plain === null) return 'an unknown entity';
    inner.text += plain;
  }
  if (start !== undefined) {
    const read = attributesOf(attributes);
    if (read === null) return 'an attribute that cannot be read';
    open.push({ name: start, attributes: read, children: [], text: '' });
    return closed === '/' ? shut(start, open) : null;
  }
  return end === undefined ? null : shut(end, open);
}

function shut(name: string, open: Open[]): string | null {
  const done = open.pop();
  const outer = open.at(-1);
  if (!outer || done?.name !== name) return `</${name}> closes nothing`;
  outer.children.push({ ...done, text: done.children.length > 0 ? done.text.trim() : done.text });
  return null;
}

function attributesOf(text: string): Readonly<Record<string, string>> | null {
  const found = [...text.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
    ([, name = '', double, single]) => [name, unescaped(double ?? single ?? '')] as const,
  );
  const names = new Set(found.map(([name]) => name));
  if (names.size < found.length || found.some(([, value]) => value === null)) return null;
  return Object.fromEntries(found) as Record<string, string>;
}

/** Null when there is an ampersand that begins no entity of XML's own. */
function unescaped(text: string): string | null {
  if (!text.includes('&')) return text;
  let isKnown = true;
  const plain = text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));|&/gi, (_, hex, decimal, name) => {
    const code = hex ? parseInt(String(hex), 16) : decimal ? Number(decimal) : null;
    const character = code === null ? ENTITIES[String(name)] : characterOf(code);
    isKnown &&= character !== undefined;
    return character ?? '';
  });
  return isKnown ? plain : null;
}

const characterOf = (code: number): string | undefined =>
  code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10ffff) ? String.fromCodePoint(code) : undefined;

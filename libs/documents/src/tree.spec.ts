import { describe, expect, it } from '@jest/globals';

import { DocumentRefused } from './errors.js';
import { readTree, type TreeLimits } from './tree.js';

const LIMITS: TreeLimits = { maxBytes: 10_000, maxDepth: 5, maxElements: 20 };
const read = (source: Uint8Array | string, limits: Partial<TreeLimits> = {}) =>
  readTree(source, { ...LIMITS, ...limits });
const latin = (text: string) => Buffer.from(text, 'latin1');

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DocumentRefused) return error.refusal;
    throw error;
  }
  return 'read';
}

describe('a small document, read whole', () => {
  it('holds elements, attributes and text in their order', () => {
    expect(read('<?xml version="1.0"?>\n<a k="1"> <b>x &amp; <![CDATA[<y>]]></b><!-- no --><b/> </a>')).toEqual({
      name: 'a',
      attributes: { k: '1' },
      text: '',
      children: [
        { name: 'b', attributes: {}, text: 'x & <y>', children: [] },
        { name: 'b', attributes: {}, text: '', children: [] },
      ],
    });
  });

  it('takes no memory for what an element has not: a long list is nearly all such elements', () => {
    const { children } = read('<a><b>1</b><c>2</c></a>');
    const [one, other] = children;
    expect(one?.attributes).toBe(other?.attributes);
    expect(one?.children).toBe(other?.children);
  });

  it('is without the rows of a list that are taken as they are read', () => {
    const rows = Array.from({ length: 30_000 }, (_, no) => `<row><key>${no}</key></row>`).join('');
    const source = Buffer.from(`<root><status><row/></status><list>${rows}<end/></list></root>`);
    let taken = 0;
    const tree = read(source, {
      maxBytes: source.length,
      maxElements: 100_000,
      take: ({ name, children: [key] }, parent) => {
        if (parent !== 'list' || name !== 'row') return false;
        expect(key?.text).toBe(String(taken));
        taken += 1;
        return true;
      },
    });
    expect(taken).toBe(30_000);
    expect(tree.children.map(({ name, children }) => [name, children.map((inner) => inner.name)])).toEqual([
      ['status', ['row']],
      ['list', ['end']],
    ]);
  });

  it.each([
    ['UTF-8 where nothing is said', Buffer.from('<a>Äö€</a>'), undefined, 'Äö€'],
    ['the declaration', latin('<?xml version="1.0" encoding="iso-8859-15"?><a>\xc4!\xa4</a>'), undefined, 'Ä!€'],
    ['the transport', latin('<a>\xc4!\xa4</a>'), 'ISO-8859-15', 'Ä!€'],
    ['the byte order mark', Buffer.from('\ufeff<a>Ä</a>'), undefined, 'Ä'],
  ])('is decoded by %s', (_, bytes, charset, text) => {
    expect(read(bytes, charset === undefined ? {} : { charset }).text).toBe(text);
  });

  it.each([
    ['<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', 'doctype-forbidden'],
    ['<a>&nbsp;</a>', 'entity-undefined'],
    ['<?xml version="1.1"?><a/>', 'version-unsupported'],
    ['<a><b></a>', 'malformed'],
    ['<a>', 'malformed'],
    ['<a/><b/>', 'malformed'],
    ['text', 'malformed'],
    [' \n', 'empty'],
    ['', 'empty'],
    ['<a><b><c><d><e><f/></e></d></c></b></a>', 'too-deep'],
    [`<a>${'<b/>'.repeat(20)}</a>`, 'too-many-elements'],
    [`<a>${'x'.repeat(10_000)}</a>`, 'too-large'],
  ])('%.40s is refused: %s', (text, refusal) => {
    expect(refusalOf(() => read(text))).toBe(refusal);
    expect(refusalOf(() => read(Buffer.from(text)))).toBe(refusal);
  });

  it('is refused in an encoding that it is not in', () => {
    expect(refusalOf(() => read(latin('<?xml version="1.0" encoding="utf-8"?><a>\xc4</a>')))).toBe('encoding-broken');
    expect(refusalOf(() => read('<a/>', { charset: 'koi8-r' }))).toBe('read');
    expect(refusalOf(() => read(Buffer.from('<a/>'), { charset: 'koi8-r' }))).toBe('encoding-unsupported');
  });
});

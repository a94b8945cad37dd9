import { readTree } from '#lib/documents';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { element, type NetvisorElement } from './element.js';
import { ElementRefused } from './element-order.js';
import { writeElement } from './write-element.js';

const LIMITS = { maxBytes: 1_000_000, maxDepth: 50, maxElements: 10_000 };

function refusalOf(body: NetvisorElement): string {
  try {
    writeElement(body, 'ISO-8859-15');
  } catch (error) {
    if (error instanceof ElementRefused) return `${error.category} ${error.message}`;
    throw error;
  }
  return 'written';
}

describe('what is written to Netvisor', () => {
  it('begins with root at once, and is ISO-8859-15', () => {
    const bytes = writeElement(element('name', 'äöåÄÖÅ€šžŠŽŒœŸ'), 'ISO-8859-15');
    expect(Buffer.from(bytes).toString('latin1')).toBe(
      '<root><name>äöåÄÖÅ\xa4\xa8\xb8\xa6\xb4\xbc\xbd\xbe</name></root>',
    );
  });

  it('is UTF-8 where that was asked for, and then holds every letter', () => {
    const bytes = writeElement(element('name', 'Łódź – 日本'), 'UTF-8');
    expect(Buffer.from(bytes).toString('utf8')).toBe('<root><name>Łódź – 日本</name></root>');
  });

  it('keeps marks of XML as text', () => {
    const written = writeElement(element('a', 'x < y & z > "q"\r\n', { k: '"<&>\'' }), 'ISO-8859-15');
    expect(Buffer.from(written).toString()).toBe(
      `<root><a k="&quot;&lt;&amp;&gt;'">x &lt; y &amp; z &gt; "q"&#13;\n</a></root>`,
    );
  });

  it.each([
    ['a letter outside it', 'Łódź', '“Ł” (U+0141), which ISO-8859-15 has not'],
    ['a sign that ISO-8859-1 has and it has not', '½ h', '“½” (U+00BD), which ISO-8859-15 has not'],
    ['a long dash', 'a – b', '“–” (U+2013), which ISO-8859-15 has not'],
    ['a picture', 'hi 😀', '“😀” (U+1F600), which ISO-8859-15 has not'],
    ['a control character', 'a\x00b', 'the control character U+0000'],
    ['a control character of C1', 'a\x85b', 'the control character U+0085'],
    ['half a letter', 'a\ud83d', 'the control character U+D83D'],
  ])('is refused for %s, by the name of its element', (_, text, why) => {
    const body = element('customer', [element('name', 'ok'), element('city', text)]);
    expect(refusalOf(body)).toBe(`INVALID_DATA city: holds ${why}. Nothing was sent.`);
    expect(refusalOf(element('customer', '', { k: text }))).toContain('customer@k: holds');
  });

  it('is what a reader finds, for every text that the encoding has', () => {
    const letters = [...' <>&"\'\n\täöåÄÖÅ€ŠšŽžŒœŸéabc1]'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...letters)), (picked) => {
        // Begins with what is no UTF-8: a text all of which could be is taken for one in disguise.
        const text = `Åx${picked.join('')}x`;
        for (const encoding of ['ISO-8859-15', 'UTF-8'] as const) {
          const root = readTree(writeElement(element('a', text, { k: text }), encoding), {
            ...LIMITS,
            charset: encoding,
          });
          expect(root.children[0]?.text).toBe(text);
          // Line ends and tabs in an attribute are blanks to a reader.
          expect(root.children[0]?.attributes['k']).toBe(text.replace(/[\n\t]/g, ' '));
        }
      }),
    );
  });
});

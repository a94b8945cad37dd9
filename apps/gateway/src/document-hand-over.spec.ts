import { describe, expect, it } from '@jest/globals';

import { attachment } from './document-hand-over.js';

describe('the file name of a document', () => {
  it.each([
    ['ulosluettu.xml', 'attachment; filename="ulosluettu.xml"'],
    ['tuotteet 2026.xml.gz', 'attachment; filename="tuotteet 2026.xml.gz"'],
    ['höylä.xml', `attachment; filename="h_yl_.xml"; filename*=UTF-8''h%C3%B6yl%C3%A4.xml`],
    [`it's (1)*.xml`, `attachment; filename="it's (1)*.xml"`],
    [`ä'()*`, `attachment; filename="_'()*"; filename*=UTF-8''%C3%A4%27%28%29%2A`],
    ['a"; b\\%41', `attachment; filename="a_; b__41"; filename*=UTF-8''a%22%3B%20b%5C%2541`],
    ['a\r\nset-cookie: b', `attachment; filename="a__set-cookie: b"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20b`],
  ])('%j is said so that no program can misread it', (name, header) => {
    expect(attachment(name)).toBe(header);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { boundaryOf, Multipart, type Part } from './multipart.js';

const read = async (part: Part): Promise<string> => {
  const pieces: Buffer[] = [];
  for (let piece = await part.read(); piece !== undefined; piece = await part.read()) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
};
const formOf = (body: string | readonly Buffer[], boundary = 'B') => {
  const left = typeof body === 'string' ? [Buffer.from(body, 'latin1')] : [...body];
  return new Multipart(() => Promise.resolve(left.shift()), boundary);
};
async function all(form: Multipart): Promise<[string, string][]> {
  const parts: [string, string][] = [];
  for (let part = await form.next(); part; part = await form.next()) parts.push([part.name, await read(part)]);
  return parts;
}
const head = (name: string) => `Content-Disposition: form-data; name="${name}"\r\n\r\n`;

describe('a form in parts', () => {
  it.each([
    ['two parts', `--B\r\n${head('a')}1\r\n--B\r\n${head('b')}2\r\n--B--\r\n`, ['a:1', 'b:2']],
    ['preamble, epilogue and padding', `hello\r\n--B \t\r\n${head('a')}1\r\n--B-- bye`, ['a:1']],
    ['an empty part', `--B\r\n${head('a')}\r\n--B--`, ['a:']],
    ['lines and dashes inside', `--B\r\n${head('a')}1\r\n--\r\n--C\r\n\r\n--B--`, ['a:1\r\n--\r\n--C\r\n']],
    ['no part', '--B--', []],
    ['a name behind the file name', file('filename="x; name=no"; name=a'), ['a:1']],
    ['a name with a quote', file(String.raw`name="a\"b"; filename="C:\\x.xml"`), ['a"b:1']],
    ['a head in small letters, folded', `--B\r\ncontent-disposition: form-data;\r\n name=a\r\n\r\n1\r\n--B--`, ['a:1']],
    ['its bytes as they are', `--B\r\nContent-Transfer-Encoding: binary\r\n${head('a')}\xe4\r\n--B--`, ['a:\xe4']],
  ])('is read: %s', async (_, body, parts) => {
    expect((await all(formOf(body))).map((part) => part.join(':'))).toEqual(parts);
  });

  it.each([
    ['nothing', ''],
    ['no boundary', 'p_filename=1&p_username=2'],
    ['a long preamble', 'x'.repeat(10_000)],
    ['no last boundary', `--B\r\n${head('a')}1`],
    ['a last boundary that is cut', `--B\r\n${head('a')}1\r\n--B`],
    ['a boundary that goes on', `--Bx\r\n${head('a')}1\r\n--B--`],
    ['a part without a head', '--B\r\n\r\n1\r\n--B--'],
    ['a part without a name', '--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--'],
    ['a part of something else', '--B\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--B--'],
    ['a head without an end', `--B\r\nX: ${'x'.repeat(10_000)}`],
    ['a body that goes on', `--B\r\n${head('a')}1\r\n--B--${'x'.repeat(10_000)}`],
    ['a part in base64', `--B\r\nContent-Transfer-Encoding: base64\r\n${head('a')}MQ==\r\n--B--`],
  ])('is refused: %s', async (_, body) => {
    await expect(all(formOf(body))).rejects.toMatchObject({ code: 'multipart.broken' });
  });

  it('is the same however its bytes come, and whatever they are', async () => {
    const content = fc.array(fc.constantFrom('\r', '\n', '-', 'B', '--B', '\r\n--', '\r\n--A', '\0', '\xff', 'x'));
    const parts = fc.array(
      fc.tuple(
        fc.stringMatching(/^[a-z]{1,5}$/),
        content.map((one) => one.join('')),
      ),
    );
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 40 }), async (sent, step) => {
        fc.pre(sent.every(([, one]) => !`\r\n${one}\r\n`.includes('\r\n--B')));
        const body = Buffer.from(
          `${sent.map(([name, one]) => `--B\r\n${head(name)}${one}\r\n`).join('')}--B--`,
          'latin1',
        );
        const pieces = Array.from({ length: Math.ceil(body.length / step) }, (_, n) =>
          body.subarray(n * step, (n + 1) * step),
        );
        expect(await all(formOf(pieces))).toEqual(sent);
      }),
    );
  });

  it('is read to the very end of the body', async () => {
    const body = [Buffer.from('--B--'), Buffer.from('\r\n'), Buffer.from('bye')];
    expect(await new Multipart(() => Promise.resolve(body.shift()), 'B').next()).toBeUndefined();
    expect(body).toEqual([]);
  });

  it('gives its next part when the one before is read in half, and counts what was read', async () => {
    const form = formOf([Buffer.from(`--B\r\n${head('a')}123`), Buffer.from(`4\r\n--B\r\n${head('b')}2\r\n--B--`)]);
    const first = await form.next();
    await first!.read();
    expect((await form.next())?.name).toBe('b');
    expect(first!.bytes).toBe(4);
    expect(await first!.read()).toBeUndefined();
  });

  it('holds no more of a long part than came at once', async () => {
    let left = 2_000;
    const source = (): Promise<Buffer> => Promise.resolve(left-- > 0 ? Buffer.alloc(65_536) : Buffer.from('\r\n--B--'));
    const begun = Buffer.from(`--B\r\n${head('a')}`);
    let isFirst = true;
    const form = new Multipart(() => {
      if (!isFirst) return source();
      isFirst = false;
      return Promise.resolve(begun);
    }, 'B');
    const part = await form.next();
    let longest = 0;
    for (let piece = await part!.read(); piece; piece = await part!.read()) longest = Math.max(longest, piece.length);
    expect(part!.bytes).toBe(2_000 * 65_536);
    expect(longest).toBeLessThan(2 * 65_536);
  });
});

describe('the boundary', () => {
  it.each([
    ['multipart/form-data; boundary=----x1', '----x1'],
    ['Multipart/Form-Data; charset=utf-8; boundary="a b"', 'a b'],
    ['multipart/mixed; boundary=x', undefined],
    ['multipart/form-data', undefined],
    ['multipart/form-data; boundary=', undefined],
    [`multipart/form-data; boundary=${'x'.repeat(71)}`, undefined],
    [undefined, undefined],
  ])('of %s is %s', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });
});

function file(disposition: string): string {
  return `--B\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n1\r\n--B--`;
}

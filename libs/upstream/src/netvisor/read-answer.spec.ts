import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { type NetvisorElement, textAt } from './element.js';
import { readAnswer } from './read-answer.js';

const SAMPLES = join(import.meta.dirname, '../../../../../shared/contracts/netvisor/responses');

const verdict = (...statuses: readonly string[]): string =>
  `<Root><ResponseStatus>${statuses.map((text) => `<Status>${text}</Status>`).join('')}
   <TimeStamp>1.10.2026 16:03:24</TimeStamp></ResponseStatus></Root>`;

function read(status: number, body: string | Buffer, headers: Record<string, string> = {}) {
  return readAnswer({ as: 'answered', answer: { status, headers, body: Buffer.from(body) } }, 'T1');
}

describe('an answer of Netvisor', () => {
  it('is good, with the key that a new record was given', () => {
    const body = `<?xml version="1.0" encoding="utf-8" standalone="yes"?>
      <Root><ResponseStatus><Status>OK</Status></ResponseStatus>
      <Replies><InsertedDataIdentifier>1802</InsertedDataIdentifier></Replies></Root>`;
    expect(read(200, body)).toMatchObject({ as: 'ok', inserted: '1802', transactionId: 'T1' });
    expect(read(200, verdict('OK'))).toMatchObject({ as: 'ok', inserted: null });
    expect(read(200, '<ROOT><responsestatus><STATUS> OK </STATUS></responsestatus></ROOT>')).toMatchObject({
      as: 'ok',
    });
  });

  it('gives the rows of a long list one by one, and has the list without them', () => {
    const list = '<customerlist><Customer><Name>Ä</Name></Customer><Customer><Name>B</Name></Customer></customerlist>';
    const body = verdict('OK').replace('</Root>', `${list}</Root>`);
    const names: (string | undefined)[] = [];
    const rows = { list: 'Customerlist', take: (row: NetvisorElement) => void names.push(textAt(row, 'Name')) };
    const answer = { status: 200, headers: {}, body: Buffer.from(body) };
    const reply = readAnswer({ as: 'answered', answer }, 'T1', rows);
    expect(names).toEqual(['Ä', 'B']);
    expect(reply).toMatchObject({ as: 'ok', root: { children: [{}, { name: 'customerlist', children: [] }] } });
  });

  const refused = (category: string) => ({
    as: 'refused',
    category,
    text: 'Näin on :: ei muuten',
    transactionId: 'T1',
  });
  const unauthorised = { as: 'unauthorised', text: 'Näin on :: ei muuten', transactionId: 'T1' };
  describe.each([200, 400, 401, 403, 500])('that says FAILED with HTTP %i', (status) => {
    it.each([
      ['AUTHENTICATION_FAILED', unauthorised],
      ['INVALID_DATA', refused('INVALID_DATA')],
      ['INVALID_DATA_SIZE', refused('INVALID_DATA_SIZE')],
      ['DUPLICATE_DATA', refused('DUPLICATE_DATA')],
      ['PERIOD_LOCK', refused('PERIOD_LOCK')],
      ['SERVICE_ACCESS_ERROR', refused('SERVICE_ACCESS_ERROR')],
      ['WHATEVER_COMES_NEXT', refused('WHATEVER_COMES_NEXT')],
      ['SYSTEM_MAINTENANCE', { as: 'unavailable', text: 'Näin on :: ei muuten' }],
      ['TECHNICAL_ERROR', { as: 'unknown', why: 'TECHNICAL_ERROR' }],
      ['REQUEST_NOT_UNIQUE', { as: 'unknown', why: 'REQUEST_NOT_UNIQUE' }],
    ])('is %s by its own word', (category, expected) => {
      const text = `${category} :: Näin on :: ei muuten`;
      expect(read(status, verdict('FAILED', text))).toEqual(expected);
      // One element for both.
      expect(read(status, verdict(text))).toEqual(expected);
    });
  });

  it.each([
    [200, { as: 'refused', category: 'FAILED', text: 'no', transactionId: 'T1' }],
    [401, { as: 'unauthorised', text: 'no', transactionId: 'T1' }],
    [500, { as: 'unknown', why: 'HTTP 500' }],
  ])('without a category is judged by HTTP %i', (status, expected) => {
    expect(read(status, verdict('FAILED', 'no'))).toEqual(expected);
  });

  it('that says OK with the status of an error leaves it open', () => {
    expect(read(500, verdict('OK'))).toEqual({ as: 'unknown', why: 'OK with HTTP 500' });
  });

  it.each([
    ['HTML', '<!DOCTYPE html><html><h1>Huolto</h1></html>', {}, 'HTML instead of XML'],
    ['HTML by its type', verdict('OK'), { 'content-type': 'text/html; charset=utf-8' }, 'HTML instead of XML'],
    ['nothing', '', {}, 'an answer that could not be read: empty'],
    ['a part', verdict('OK').slice(0, 60), {}, 'an answer that could not be read: malformed'],
    ['no verdict', '<Root><Customer/></Root>', {}, 'an answer without its status'],
    ['something else', '<Fault/>', {}, 'an answer without its status'],
    ['a document type', `<!DOCTYPE x>${verdict('OK')}`, {}, 'an answer that could not be read: doctype-forbidden'],
    [
      'wrong letters',
      Buffer.from(verdict('OK', '\xc4'), 'latin1'),
      {},
      'an answer that could not be read: encoding-broken',
    ],
    ['a parcel', gzipSync(verdict('OK')), { 'content-encoding': 'gzip' }, 'a packed answer, which was not asked for'],
  ])('of %s says nothing of what was done', (_, body, headers, why) => {
    expect(read(200, body, headers)).toEqual({ as: 'unknown', why });
    expect(read(500, body, headers)).toEqual({ as: 'unknown', why: `HTTP 500, ${why}` });
    expect(read(403, body, headers)).toEqual({ as: 'unknown', why: `HTTP 403, ${why}` });
    expect(read(401, body, headers)).toEqual({ as: 'unauthorised', text: 'HTTP 401', transactionId: 'T1' });
    expect(read(404, body, headers)).toMatchObject({ as: 'refused', category: 'HTTP_404' });
    expect(read(429, body, headers)).toEqual({ as: 'unavailable', text: 'HTTP 429' });
  });

  const DECLARED = '<?xml version="1.0" encoding="ISO-8859-15"?>';
  it.each([
    ['UTF-8 where nothing is said', Buffer.from(verdict('FAILED', 'Ä!€')), {}],
    ['its declaration', Buffer.from(`${DECLARED}${verdict('FAILED', 'Ä!\xa4')}`, 'latin1'), {}],
    [
      'the header',
      Buffer.from(verdict('FAILED', 'Ä!\xa4'), 'latin1'),
      { 'content-type': 'text/xml;charset="iso-8859-15"' },
    ],
    [
      'its declaration rather than the header',
      Buffer.from(`<?xml version="1.0" encoding="utf-8"?>${verdict('FAILED', 'Ä!€')}`),
      { 'content-type': 'text/xml; charset=iso-8859-1' },
    ],
    [
      'UTF-8 rather than a header that nobody knows',
      Buffer.from(verdict('FAILED', 'Ä!€')),
      { 'content-type': 'text/xml; charset=x' },
    ],
    ['its letters rather than its declaration', Buffer.from(`${DECLARED}${verdict('FAILED', 'Ä!€')}`), {}],
  ])('is read by %s', (_, body, headers) => {
    expect(read(400, body, headers)).toMatchObject({ as: 'refused', text: 'Ä!€' });
  });

  it('that did not come is nobody knows what, unless nothing was sent', () => {
    expect(readAnswer({ as: 'unanswered', why: 'no answer in time' }, 'T1')).toEqual({
      as: 'unknown',
      why: 'no answer in time',
    });
    expect(readAnswer({ as: 'not-sent', why: 'ECONNREFUSED' }, 'T1')).toEqual({
      as: 'unreachable',
      why: 'ECONNREFUSED',
    });
  });
});

(existsSync(SAMPLES) ? describe : describe.skip)('the published answers', () => {
  it.each(existsSync(SAMPLES) ? readdirSync(SAMPLES) : [])('are read: %s', (file) => {
    const reply = read(200, readFileSync(join(SAMPLES, file)));
    const text = readFileSync(join(SAMPLES, file), 'utf8');
    if (text.includes('AUTHENTICATION_FAILED')) expect(reply.as).toBe('unauthorised');
    else if (text.includes('FAILED</Status>')) expect(reply).toMatchObject({ as: 'refused', category: 'INVALID_DATA' });
    else expect(reply.as).toBe('ok');
  });

  it('are found in by names in any case', () => {
    const reply = read(200, readFileSync(join(SAMPLES, 'CustomerList.xml')));
    expect(reply.as === 'ok' && textAt(reply.root, 'CustomerList', 'Customer', 'NetvisorKey')).toBe('165');
  });
});

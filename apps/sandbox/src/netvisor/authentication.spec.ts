import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { authenticate } from './authentication.js';
import {
  type Bench,
  categoryOf,
  COMPANY,
  contentOf,
  NOON,
  PARTNER,
  send,
  signedHeaders,
  startBench,
  verdictOf,
} from './netvisor.spec-support.js';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.close());

describe('the signature', () => {
  const vector: Readonly<Record<string, string>> = {
    'x-netvisor-authentication-sender': 'Severa connector',
    'x-netvisor-authentication-customerid': 'CUSTOMERID-1',
    'x-netvisor-authentication-partnerid': 'PARTNERID-1',
    'x-netvisor-authentication-timestamp': '2026-11-21 09:30:00.000',
    'x-netvisor-authentication-timestampunix': '1795253400',
    'x-netvisor-authentication-transactionid': '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    'x-netvisor-interface-language': 'FI',
    'x-netvisor-organisation-id': '1967543-8',
    'x-netvisor-authentication-machashcalculationalgorithm': 'HMACSHA256',
    'x-netvisor-authentication-mac': '8005dc2cf28f86e374fb21c1bb5237c91f4251a3d49186670c75b5bd592cb5f7',
  };
  const keys = {
    partner: { id: 'PARTNERID-1', key: 'fedcba9876543210fedcba9876543210' },
    customerKey: () => '0123456789abcdef0123456789abcdef',
    windowMs: 0,
    now: new Date('2026-11-21T09:30:00Z'),
  };
  const url = 'https://isvapi.netvisor.fi/customer.nv?method=edit&id=123';

  it('is that of the known vector, in either case of its digits', () => {
    const caller = { customerId: 'CUSTOMERID-1', organisationId: '1967543-8', language: 'FI' };
    expect(authenticate({ url, header: (name) => vector[name] ?? '' }, keys)).toMatchObject(caller);
    const upper = (name: string) => (name.endsWith('-mac') ? vector[name]?.toUpperCase() : vector[name]) ?? '';
    expect(authenticate({ url, header: upper }, keys)).toMatchObject(caller);
  });

  it.each(Object.keys(vector))('does not hold without, or with another, %s', (changed) => {
    const with_ = (value: string) => (name: string) => (name === changed ? value : (vector[name] ?? ''));
    for (const value of ['', 'X', ...(changed.endsWith('language') ? ['SE'] : [])]) {
      expect(authenticate({ url, header: with_(value) }, keys)).toMatchObject({ category: 'AUTHENTICATION_FAILED' });
    }
  });

  it('is of the URL as it came, byte by byte', async () => {
    const target = 'customerlist.nv?keyword=%C3%A4%20b&changedsince=2026-01-01T00:00:00';
    expect(verdictOf(await bench.call(target))).toBe('OK');
    for (const signed of [decodeURIComponent(target), target.replace('%C3%A4', '%c3%a4'), target.split('?')[0] ?? '']) {
      const refused = await bench.call(target, undefined, { signedUrl: `${bench.sandbox.url}${signed}` });
      expect(refused.status).toBe(401);
    }
  });

  it('is of the bytes of the headers, umlauts too', async () => {
    expect(verdictOf(await bench.call('customerlist.nv', undefined, { sender: 'Yhdistäjä' }))).toBe('OK');
  });

  it('that is wrong is met with the text that was expected, and with no key', async () => {
    const refused = await bench.call('customerlist.nv', undefined, { partner: { ...PARTNER, key: 'another' } });
    expect(verdictOf(refused)).toMatch(
      /^AUTHENTICATION_FAILED :: URI-metodi .*&1967543-8&.*KEY_HERE :: [0-9A-F]{64}$/s,
    );
    expect(refused.text).not.toContain(COMPANY.customerKey);
  });
});

describe('who is let in', () => {
  it('is told by the status where the caller asks for statuses, else by the body alone', async () => {
    const wrong = { partner: { ...PARTNER, key: 'another' } };
    expect((await bench.call('customerlist.nv', undefined, wrong)).status).toBe(401);
    const header = 'X-Netvisor-Authentication-UseHTTPResponseStatusCodes';
    const quiet = await bench.call('customerlist.nv', undefined, { ...wrong, headers: { [header]: undefined } });
    expect([quiet.status, categoryOf(quiet)]).toEqual([200, 'AUTHENTICATION_FAILED']);
  });

  it.each([['MD5'], ['SHA256'], [undefined]])('is nobody with the algorithm %s', async (algorithm) => {
    const name = 'X-Netvisor-Authentication-MACHashCalculationAlgorithm';
    const refused = await bench.call('customerlist.nv', undefined, { headers: { [name]: algorithm } });
    expect([refused.status, categoryOf(refused)]).toEqual([401, 'AUTHENTICATION_FAILED']);
  });

  it.each([
    [
      'an unknown partner',
      { partner: { ...PARTNER, id: 'NOBODY' } },
      'Integraatiokumppania ei löydy, katso dokumentaatio',
    ],
    ['an unknown user', { company: { ...COMPANY, customerId: 'NOBODY' } }, 'Integraatioavaimet eivät kelpaa'],
    ['a company that is not there', { company: { ...COMPANY, organisationId: '0000000-0' } }, 'no company'],
  ])('is not %s', async (_, signing, words) => {
    const refused = await bench.call('customerlist.nv', undefined, signing);
    expect([refused.status, categoryOf(refused)]).toEqual([401, 'AUTHENTICATION_FAILED']);
    expect(verdictOf(refused)).toContain(words);
  });

  it('is not a user whose company is another', async () => {
    const other = { organisationId: '2222222-2', customerId: 'CUSTOMER-2', customerKey: 'key-2' };
    await bench.control('POST', '/companies', other);
    const mixed = { ...other, organisationId: COMPANY.organisationId };
    expect((await bench.call('customerlist.nv', undefined, { company: mixed })).status).toBe(401);
    expect((await bench.call('customerlist.nv', undefined, { company: other })).status).toBe(200);
  });

  it('is not a user who was removed', async () => {
    expect((await bench.call('customerlist.nv')).status).toBe(200);
    expect((await bench.control('DELETE', `/users/${COMPANY.customerId}`)).status).toBe(204);
    expect((await bench.call('customerlist.nv')).status).toBe(401);
    expect((await bench.control('DELETE', `/users/${COMPANY.customerId}`)).status).toBe(404);
  });

  it('is whoever has a clock within the window, which can be set', async () => {
    const at = (seconds: number) => ({ at: new Date(NOON.getTime() + seconds * 1000) });
    const status = async (seconds: number) => (await bench.call('customerlist.nv', undefined, at(seconds))).status;
    expect([await status(-900), await status(900)]).toEqual([200, 200]);
    expect([await status(-901), await status(901)]).toEqual([401, 401]);
    await bench.control('PUT', '/clock-window', { seconds: 60 });
    expect([await status(60), await status(61)]).toEqual([200, 401]);
  });

  it('is nobody whose two times differ, or whose language is none', async () => {
    const unix = String(NOON.getTime() / 1000 + 1);
    expect((await bench.call('customerlist.nv', undefined, { unix })).status).toBe(401);
    expect((await bench.call('customerlist.nv', undefined, { language: 'fi' })).status).toBe(401);
  });

  it('uses a TransactionId once, whatever the company', async () => {
    const other = { organisationId: '2222222-2', customerId: 'CUSTOMER-2', customerKey: 'key-2' };
    await bench.control('POST', '/companies', other);
    const transactionId = 'once';
    expect((await bench.call('customerlist.nv', undefined, { transactionId })).status).toBe(200);
    for (const company of [COMPANY, other]) {
      const refused = await bench.call('customerlist.nv', undefined, { transactionId, company });
      expect([refused.status, categoryOf(refused)]).toEqual([400, 'REQUEST_NOT_UNIQUE']);
    }
  });
});

describe('a resource', () => {
  it('that is not switched on is a SERVICE_ACCESS_ERROR', async () => {
    await bench.control('PUT', `/companies/${COMPANY.organisationId}/resources`, { resources: ['ProductList.nv'] });
    const refused = await bench.call('customerlist.nv');
    expect([refused.status, categoryOf(refused)]).toEqual([403, 'SERVICE_ACCESS_ERROR']);
    expect((await bench.call('productlist.nv')).status).toBe(200);
  });

  it('that is not there is a 404', async () => {
    expect((await bench.call('nothing.nv')).status).toBe(404);
  });

  it('needs its method', async () => {
    expect(categoryOf(await bench.call('customerlist.nv', '<x/>'))).toBe('INVALID_DATA');
    expect(categoryOf(await bench.call('customer.nv?method=add'))).toBe('INVALID_DATA');
  });
});

describe('a body', () => {
  const COUNTRY = '<country type="ISO-3166" type="ISO-3166">FI</country>';
  const NAME = 'Ähtärin Öljy Å € Š';
  const body = (text: string) =>
    `<root><customer><customerbaseinformation><name>${text}</name></customerbaseinformation></customer></root>`;
  const post = (bytes: Buffer, headers: Record<string, string> = {}) => {
    const url = `${bench.sandbox.url}customer.nv?method=add`;
    return send({ method: 'POST', url, headers: { ...signedHeaders(url, {}), ...headers }, body: bytes });
  };
  const latin9 = (text: string) => Buffer.from(text.replaceAll('€', '\u00a4').replaceAll('Š', '\u00a6'), 'latin1');

  it('is read in UTF-8 and in ISO-8859-15', async () => {
    expect(verdictOf(await post(Buffer.from(body(NAME), 'utf8')))).toBe('OK');
    expect(verdictOf(await post(latin9(body(NAME))))).toBe('OK');
    expect(verdictOf(await post(latin9(body(NAME)), { 'Content-Type': 'text/xml; charset=ISO-8859-15' }))).toBe('OK');
    const { customers } = await bench.state();
    expect(customers.map(({ fields }) => fields['name'])).toEqual([NAME, NAME, NAME]);
  });

  it.each([
    ['not the encoding it says', latin9(body(NAME)), { 'Content-Type': 'text/xml; charset=utf-8' }],
    ['not closed', Buffer.from('<root><customer></root>'), {}],
    ['a document type', Buffer.from(`<!DOCTYPE root [<!ENTITY a "b">]>${body('&a;')}`), {}],
    ['an unknown entity', Buffer.from(body('&auml;')), {}],
    ['not in root', Buffer.from('<customer/>'), {}],
    ['a control character', Buffer.from(body('A\u0001')), {}],
    ['an attribute twice', Buffer.from(body('A').replace('</name>', `</name>${COUNTRY}`)), {}],
    ['empty', Buffer.alloc(0), {}],
  ])('that is %s is INVALID_DATA', async (_, bytes, headers) => {
    expect(categoryOf(await post(bytes, headers))).toBe('INVALID_DATA');
  });

  it('may begin with a declaration', async () => {
    expect(verdictOf(await post(Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body('A &amp; B')}`)))).toBe(
      'OK',
    );
  });
});

describe('an answer', () => {
  it('has a time on a clock in Finland, without zeros in front', async () => {
    bench.clock.now = new Date('2026-07-04T06:05:09Z');
    expect((await bench.call('customerlist.nv')).text).toContain('<TimeStamp>4.7.2026 9:05:09</TimeStamp>');
  });

  it('says UTF-8, and an empty list is an empty element', async () => {
    const answered = await bench.call('customerlist.nv');
    expect(answered.text).toMatch(
      /^<\?xml version="1.0" encoding="utf-8" standalone="yes"\?>\s*<Root><ResponseStatus>/,
    );
    expect(contentOf(answered)).toBe('<Customerlist />');
  });
});

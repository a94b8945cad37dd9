import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Log, LogFields } from '#lib/service';

import { PARTNER, SECONDS, send, signedWire, startBench, UNLIMITED, type Wire } from './sandbox.spec-support.js';
import type { Sandbox } from './sandbox.js';

const lines: LogFields[] = [];
const keep = (fields: LogFields): void => void lines.push(fields);
const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };

let sandbox: Sandbox;
beforeAll(async () => {
  const now = () => new Date(SECONDS * 1000);
  sandbox = (await startBench({ now, log, partners: [{ ...PARTNER, limit: UNLIMITED }] })).sandbox;
});
afterAll(() => sandbox.stop());

/** The example of the manual, as JSON.stringify writes it: 532 bytes. */
const CUSTOMER = Buffer.from(
  JSON.stringify({
    businessId: '1234567-1',
    customerName: 'Asiakas Oy',
    email: 'asiakas.antti@mailinator.com',
    phoneNumber: '055 555 5555',
    currency: 'EUR',
    debtCollectionDisabled: false,
    languageCode: 'FIN',
    interestDisabled: false,
    isCustomer: true,
    ovtIdentifier: '003712345671',
    isSupplier: false,
    isConsumer: false,
    customerEntityAddressDTOS: [
      {
        streetAddress: 'Asiakaskatu 1',
        streetAddress2: 'Ovi 9',
        postalCode: '04230',
        postalAddress: 'KERAVA',
        countryCode: 'FI',
        isMainAddress: true,
        addressType: '01',
      },
    ],
    customerEntityBankAccountDTOS: [],
  }),
);
const FINNISH = Buffer.from('{"customerName":"Äiti & Öljy Oy","email":"a@b.fi"}', 'utf8');

/** A request with a signature from outside this project. */
const vector = (method: string, path: string, signature: string, body?: Buffer): Wire => ({
  method,
  path,
  headers: {
    'X-Fivaldi-Partner': PARTNER.id,
    'X-Fivaldi-Timestamp': String(SECONDS),
    Authorization: `Fivaldi ${signature}`,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  },
  body,
});

const PUBLISHED: readonly (readonly [what: string, wire: Wire])[] = [
  ['GET without a query', vector('GET', '/customer/api/ping', 'DqzCkLoRVZ8SRZkxqU3xT27vrvmMRWLeSgDZjLx5qHo=')],
  [
    'GET with a query',
    vector('GET', '/customer/api/companies?businessId=1234567-1', 'VE653gV5HfpX0jVFIM9ie0nwWHGgjM+m3JeA7nxAMts='),
  ],
  [
    'POST of JSON',
    vector(
      'POST',
      '/customer/api/companies/1234/customers/createCustomer',
      'wjcqPT2Y9rZWynJg8WLvbBR1BDOx1L3nxMHE5H5lWLI=',
      CUSTOMER,
    ),
  ],
  [
    'POST of JSON beyond ASCII',
    vector(
      'POST',
      '/customer/api/companies/1234/customers/1001/updateCustomer',
      'jwDRddaxJ09BlRNkVZg2yWu8zgUlSmqm+qXQGOQtu5c=',
      FINNISH,
    ),
  ],
];

const FORM = Buffer.from(
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1\r\n--b--\r\n',
);
const FORM_TYPE = 'multipart/form-data; boundary=b';
const OWN: readonly (readonly [what: string, wire: Wire])[] = [
  [
    'an encoded query, in the order and the encoding of the wire',
    signedWire(
      'GET',
      '/customer/api/companies/1234/products/getProduct?productCode=A%2F1%20%C3%84&fields=salesPrice',
      undefined,
    ),
  ],
  [
    'a form, whose bytes and type are not signed',
    signedWire('POST', '/customer/api/companies/1234/sales/sales-order/1/attachment', FORM, {
      form: true,
      contentType: FORM_TYPE,
    }),
  ],
  [
    'a content type with a charset, signed as it is sent',
    signedWire('POST', '/customer/api/companies/1234/customers/createCustomer', FINNISH, {
      contentType: 'application/json; charset=utf-8',
    }),
  ],
  ['a timestamp 300 seconds early', signedWire('GET', '/customer/api/ping', undefined, { seconds: SECONDS - 300 })],
  ['a timestamp 300 seconds late', signedWire('GET', '/customer/api/ping', undefined, { seconds: SECONDS + 300 })],
];

const statusOf = async (wire: Wire): Promise<number> => (await send(sandbox.url, wire)).status;

/** Another visible character in place of one. */
const flipped = (text: string, at: number): string => {
  const replacement = text[at] === 'x' ? 'y' : 'x';
  return text.slice(0, at) + replacement + text.slice(at + 1);
};

describe('a signature', () => {
  it.each([...PUBLISHED, ...OWN])('is accepted: %s', async (_, wire) => {
    expect(await statusOf(wire)).not.toBe(401);
  });

  it('that is accepted leads to the operation', async () => {
    const { status, bytes } = await send(sandbox.url, PUBLISHED[0]![1]);
    expect([status, bytes.toString()]).toEqual([200, 'pong']);
  });

  it.each(PUBLISHED)('is refused when a single byte differs: %s', async (_, wire) => {
    const { headers, body } = wire;
    const authorization = String(headers['Authorization']);
    const altered: Wire[] = [
      { ...wire, method: wire.method === 'GET' ? 'DELETE' : 'PUT' },
      ...positions(wire.path, 1).map((at) => ({ ...wire, path: flipped(wire.path, at) })),
      ...positions(authorization, 'Fivaldi '.length).map((at) => ({
        ...wire,
        headers: { ...headers, Authorization: flipped(authorization, at) },
      })),
      ...positions(PARTNER.id).map((at) => ({
        ...wire,
        headers: { ...headers, 'X-Fivaldi-Partner': flipped(PARTNER.id, at) },
      })),
      { ...wire, headers: { ...headers, 'X-Fivaldi-Timestamp': String(SECONDS + 1) } },
      ...(body === undefined ? [] : bodiesOf(wire, body)),
    ];
    const statuses = new Set<number>();
    for (const one of altered) statuses.add(await statusOf(one));
    expect([...statuses]).toEqual([401]);
  });

  it('is compared as text: another text of the same Base64 bytes is refused', async () => {
    const wire = PUBLISHED[0]![1];
    const twin = String(wire.headers['Authorization']).replace(/o=$/, 'p=');
    expect(await statusOf({ ...wire, headers: { ...wire.headers, Authorization: twin } })).toBe(401);
  });

  it('covers every header of its kind', async () => {
    const wire = PUBLISHED[0]![1];
    expect(await statusOf({ ...wire, headers: { ...wire.headers, 'X-Fivaldi-More': 'a' } })).toBe(401);
  });

  it('may leave the type of no body unsigned', async () => {
    const wire = PUBLISHED[0]![1];
    expect(await statusOf({ ...wire, headers: { ...wire.headers, 'Content-Type': 'application/json' } })).toBe(200);
  });
});

const positions = (text: string, from = 0): number[] =>
  Array.from({ length: text.length - from }, (_, index) => index + from);

const bodiesOf = (wire: Wire, body: Buffer): Wire[] => [
  ...positions(body.toString('latin1')).map((at) => {
    const other = Buffer.from(body);
    other[at] = (other[at] ?? 0) ^ 1;
    return { ...wire, body: other };
  }),
  { ...wire, body: Buffer.concat([body, Buffer.from(' ')]) },
  { ...wire, headers: { ...wire.headers, 'Content-Type': 'application/json; charset=utf-8' } },
  { ...wire, headers: { ...wire.headers, 'Content-Type': 'application/JSON' } },
];

const PING = signedWire('GET', '/customer/api/ping', undefined);
const without = (name: string): Wire => {
  const { [name]: _gone, ...headers } = PING.headers;
  return { ...PING, headers };
};
const withHeader = (name: string, value: string | string[]): Wire => ({
  ...PING,
  headers: { ...PING.headers, [name]: value },
});

describe('a refusal', () => {
  it.each([
    ['header-twice', withHeader('X-Fivaldi-Partner', [PARTNER.id, PARTNER.id])],
    ['partner-missing', without('X-Fivaldi-Partner')],
    ['partner-unknown', withHeader('X-Fivaldi-Partner', 'ws-other')],
    ['timestamp-missing', without('X-Fivaldi-Timestamp')],
    ['timestamp-malformed', withHeader('X-Fivaldi-Timestamp', '2025-01-01T00:00:00Z')],
    ['timestamp-outside', signedWire('GET', '/customer/api/ping', undefined, { seconds: SECONDS - 301 })],
    ['timestamp-malformed', signedWire('GET', '/customer/api/ping', undefined, { seconds: SECONDS * 1000 })],
    ['authorization-missing', without('Authorization')],
    ['authorization-malformed', withHeader('Authorization', 'Bearer abc')],
    ['signature-differs', signedWire('GET', '/customer/api/ping', undefined, { secret: 'another' })],
  ])('names in the log the check that failed, and answers nothing: %s', async (check, wire) => {
    const { status, headers, bytes } = await send(sandbox.url, wire);
    expect([status, bytes.length, headers['content-type'], headers['x-ratelimit-remaining']]).toEqual([
      401,
      0,
      undefined,
      undefined,
    ]);
    expect(lines.at(-1)).toMatchObject({ check, target: '/customer/api/ping' });
  });

  it.each([
    ['the query is not signed', signedAs('/customer/api/companies?customerId=A', '/customer/api/companies')],
    ['the path is signed without /customer/api', signedAs('/customer/api/ping', '/ping')],
    [
      'the query is signed decoded',
      signedAs('/customer/api/companies?customerId=A%20B', '/customer/api/companies?customerId=A B'),
    ],
    [
      'the form is signed like JSON',
      signedWire('POST', '/customer/api/companies/1/sales/sales-order/1/attachment', FORM, { contentType: FORM_TYPE }),
    ],
  ])('names a mistake that is known: %s', async (mistake, wire) => {
    expect(await statusOf(wire)).toBe(401);
    expect(lines.at(-1)).toMatchObject({ check: 'signature-differs', mistake });
  });

  it('is shown by the control routes, and is in no journal', async () => {
    const response = await fetch(`${sandbox.controlUrl}/refusals`);
    expect(((await response.json()) as unknown[]).length).toBeGreaterThan(0);
    expect(sandbox.journal().every(({ status }) => status !== 401)).toBe(true);
  });
});

/** One path on the wire, another under the signature. */
function signedAs(path: string, signed: string): Wire {
  return { ...signedWire('GET', signed, undefined), path };
}

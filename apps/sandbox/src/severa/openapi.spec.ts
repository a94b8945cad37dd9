import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { FieldTable } from './field.js';
import { ADDRESSES, CUSTOMERS } from './kinds/customers.js';
import { PROJECT_FEES } from './kinds/billed.js';
import { INVOICES, INVOICE_SETTINGS } from './kinds/invoices.js';
import { PRODUCTS } from './kinds/settings.js';
import {
  declaredOf,
  followed,
  jsonSchema,
  OPENAPI,
  problems,
  type Schema,
  schemaNamed,
} from './openapi.spec-support.js';
import { OPERATIONS } from './operations.js';
import { type Json, type Said, type SeveraBench, startSeveraBench } from './severa.spec-support.js';

const published = OPENAPI ? describe : describe.skip;

const declared = (method: string, path: string) => declaredOf(method, `/v1${path}`);
const named = OPERATIONS.map(({ method, path, ...rest }) => ({ name: `${method} ${path}`, method, path, ...rest }));

published('an operation', () => {
  it.each(named)('$name is published, with its scope and parameters', ({ method, path, scope, parameters }) => {
    const as = declared(method, path);
    expect(as?.security?.flatMap(({ OAuth2 = [] }) => OAuth2)).toEqual([scope]);
    const known = as?.parameters?.filter((one) => one.in === 'query').map(({ name }) => name) ?? [];
    const own = parameters.filter((name) => name !== 'calculateRowCount');
    expect(own.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(named.filter(({ method }) => method === 'GET'))(
    '$name pages by token where it is published so',
    (operation) => {
      const ok = declared('GET', operation.path)?.responses['200'];
      expect(operation.parameters.includes('pageToken')).toBe(ok?.headers?.['NextPageToken'] !== undefined);
    },
  );
});

/** How a field that may be written is published. */
const WORDS: Readonly<Record<string, string>> = {
  text: 'string',
  flag: 'boolean',
  integer: 'integer',
  number: 'number',
  date: 'string date',
  money: 'object',
  ref: 'object',
  one: 'string',
};

const wordOf = (schema: Schema): string => {
  const { type = '', format } = followed(schema);
  return type === 'string' && (format === 'date' || format === 'date-time') ? `string ${format}` : type;
};

published('the fields that may be written', () => {
  it.each<[string, FieldTable]>([
    ['CustomerModel', CUSTOMERS.fields],
    ['AddressModel', ADDRESSES.fields],
    ['ProductInputModel', PRODUCTS.fields],
    ['InvoiceOutputModel', INVOICES.fields],
    ['InvoiceSettingsOutputModel', INVOICE_SETTINGS.fields],
  ])('of %s are published with their types', (model, table) => {
    const { properties = {} } = schemaNamed(model);
    const wrong = Object.entries(table).filter(([name, field]) => {
      const schema = properties[name];
      return !schema || wordOf(schema) !== WORDS[field.type] || (field.nullable && !followed(schema).nullable);
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it('of a project fee are those of its input, and what an invoice is', () => {
    const known = Object.keys(schemaNamed('ProjectFeeInputModel').properties ?? {});
    expect(Object.keys(PROJECT_FEES.fields).filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !(name in PROJECT_FEES.fields))).toEqual([]);
  });
});

let bench: SeveraBench;
beforeAll(async () => {
  bench = await startSeveraBench();
  await everythingSeeded(bench);
});
afterAll(() => bench.sandbox.close());

/** Some of everything, and everything related. */
async function everythingSeeded({ seed, control }: SeveraBench): Promise<void> {
  const customer = await seed('customers', {
    countrySettings: [{ isTaxFree: true, taxFreeDescription: 'ALV 0 %', valueAddedTax: { percentage: 0 } }],
  });
  await seed('costcenters', { identifier: '100', name: 'Myynti' });
  await seed('products', { code: 'LIC-1', name: 'Lisenssi' });
  await seed('worktypes', { code: 'KONS', name: 'Konsultointi' });
  await seed('travelexpensetypes', { code: 'KM', name: 'Kilometrit', expenseClass: 'Mileage' });
  const owner = await seed('users', { firstName: 'Maija', lastName: 'Myyjä', code: '1001' });
  await seed('projects', {
    customer: { guid: customer['guid'] },
    costCenter: { identifier: '100' },
    projectOwner: owner,
  });
  const invoice = await seed('invoices', {
    rows: [
      { hours: [{}], code: ['KONS'], costCenter: { identifier: '100' }, quantity: 10 },
      { fees: [{}], code: ['LIC-1'], recurringSalesAccount: { number: '3000' } },
      { travels: [{}], code: ['KM'] },
    ],
    files: [{ name: 'sopimus.pdf', data: Buffer.from('%PDF').toString('base64') }],
  });
  await seed('invoices', {
    isCreditNote: true,
    reimburseInvoice: { guid: invoice['guid'] },
    rows: [
      { hours: [{}], quantity: -1 },
      { fees: [{}], quantity: -1 },
      { travels: [{}], quantity: -1 },
    ],
  });
  await seed('travelreimbursements', { expenses: [{ files: [{ data: 'AAAA' }] }, {}] });
  await seed('activities');
  for (const register of ['workhours', 'projectfees', 'projecttravelexpenses']) {
    const { guid } = await seed(register);
    await control('DELETE', `/organisations/client-example/${register}/${String(guid)}`);
  }
}

/** The guids that an operation can be asked about. */
async function guidsFor(path: string): Promise<string[]> {
  const register = path.split('/')[1] ?? '';
  const files = (await bench.control('GET', '/organisations/client-example/invoicefiles')).json as Json[];
  if (register === 'files') return files.map(({ fileGuid }) => String(fileGuid));
  const { json } = await bench.control('GET', `/organisations/client-example/${register}`);
  return (json as Json[]).map(({ guid }) => String(guid));
}

/** What is wrong with an answer, held against the interface. */
function problemsOf(method: string, path: string, { status, json, headers }: Said): string[] {
  const as = declared(method, path)?.responses[String(status)];
  const schema = jsonSchema(as);
  if (schema) return problems(schema, json);
  return as?.content && String(headers['content-type']) in as.content ? [] : [`${status} is not published`];
}

published('an answer', () => {
  it.each(named.filter(({ method, path }) => method === 'GET' && !path.includes('{')))(
    'of $name is as published',
    async ({ method, path }) => {
      const said = await bench.call(method, `/v1${path}`);
      expect(problemsOf(method, path, said)).toEqual([]);
      expect(said.json).not.toEqual([]);
    },
  );

  it.each(named.filter(({ method, path }) => method === 'GET' && path.includes('{')))(
    'of $name is as published',
    async ({ method, path }) => {
      const all: Said[] = [];
      for (const guid of await guidsFor(path))
        all.push(await bench.call(method, `/v1${path.replace(/\{\w+\}/, guid)}`));
      expect(all.flatMap((said) => problemsOf(method, path, said))).toEqual([]);
      expect(all.some(({ bytes }) => bytes.length > 2)).toBe(true);
    },
  );

  const price = { amount: 12.5, currencyCode: 'EUR' };
  it.each<[string, string, unknown]>([
    ['POST', '/customers', { name: 'Uusi Oy', number: 7, isActive: true, paymentTerm: 14, vatNumber: null }],
    ['PATCH', '/customers/{guid}', [{ op: 'Replace', path: '/name', value: 'Toinen Oy' }]],
    ['POST', '/customers/{customerGuid}/addresses', { addressline: 'Katu 2', postalCode: '00200', city: 'Helsinki' }],
    ['PATCH', '/addresses/{guid}', [{ op: 'Replace', path: '/city', value: 'Espoo' }]],
    ['POST', '/products', { name: 'Tuote', code: 'T2', unitPrice: price, type: 'Materials' }],
    ['PATCH', '/products/{guid}', [{ op: 'Replace', path: '/isActive', value: 'false' }]],
    ['PATCH', '/invoices/{guid}', [{ op: 'Replace', path: '/paymentDate', value: '2026-03-18' }]],
    ['PATCH', '/invoicesettings/{guid}', [{ op: 'Replace', path: '/paymentDate', value: '2026-03-19' }]],
    ['PATCH', '/projectfees/{guid}', [{ op: 'Replace', path: '/quantity', value: '2' }]],
  ])('and the body of %s %s are as published', async (method, path, body) => {
    expect(problems(jsonSchema(declared(method, path)?.requestBody) ?? {}, body)).toEqual([]);
    const [guid = ''] = path.includes('{') ? await guidsFor(path) : [];
    const said = await bench.call(method, `/v1${path.replace(/\{\w+\}/, guid)}`, body);
    expect([said.status, problemsOf(method, path, said)]).toEqual([method === 'POST' ? 201 : 200, []]);
  });

  it('and the body of POST /projectfees are as published', async () => {
    const [project = ''] = await guidsFor('/projects');
    const body = { project: { guid: project }, quantity: 2, unitPrice: price, unitCost: price, name: 'Ostorivi' };
    expect(problems(jsonSchema(declared('POST', '/projectfees')?.requestBody) ?? {}, body)).toEqual([]);
    const said = await bench.call('POST', '/v1/projectfees', body);
    expect([said.status, problemsOf('POST', '/projectfees', said)]).toEqual([201, []]);
  });

  it('of a token is as published, and so is every refusal', async () => {
    const token = await bench.token();
    expect(problems(schemaNamed('PublicAuthenticationOutputModel'), token.json)).toEqual([]);
    const refusals = [
      await bench.token({ client_secret: 'wrong' }),
      await bench.call('GET', '/v1/customers', undefined, { Client_Id: 'another' }),
      await bench.call('GET', '/v1/customers?rowCount=none'),
      await bench.call('GET', '/v1/customers/none'),
      await bench.call('POST', '/v1/customers', { number: 'x' }),
      await bench.call('PATCH', `/v1/customers/${(await guidsFor('/customers'))[0]}`, [
        { op: 'Remove', path: '/name' },
      ]),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([401, 401, 400, 404, 400, 400]);
    expect(refusals.flatMap(({ json }) => problems(schemaNamed('ExceptionModel'), json))).toEqual([]);
  });
});

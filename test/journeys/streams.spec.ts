/** What moves at all, in which direction, and what comes together with what. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { until } from '../../libs/testing/src/index.ts';
import type { DemoCompany } from '../../scripts/demo/company.ts';
import { tomorrow } from '../../scripts/demo/opening.ts';
import { product, record } from './documents.ts';
import { EVERY_RIGHT, Firm, without } from './firm.ts';

const DIMENSION = record('Dimension', { DimensionId: '1/100', DimensionNameFi: 'Työmaa' });
const ORDER = record('SalesOrder', { SalesOrderNumber: '1' });

let firm: Firm;
beforeAll(async () => {
  firm = await Firm.open();
}, 90_000);
afterAll(() => firm?.close());

const ask = (company: DemoCompany, stream: string, body: object = {}) =>
  firm.partner.client.call('POST', `/v1/companies/${company.id}/streams/${stream}/exports`, {
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  });
const dimensions = (company: DemoCompany) => firm.held(company, 'dimension', 'dimension_id', 'name_fi');
const orders = (company: DemoCompany) => firm.rows(company, 'order', 'order_number');
const products = (company: DemoCompany) => firm.held(company, 'product', 'product_code', 'name');

/** The seed's table: whether a stream is brought in, and whether it is read out. */
const STREAMS: readonly (readonly [stream: string, isImported: boolean, isExported: boolean])[] = [
  ['kiha', false, true],
  ['palkat', true, false],
  ['perustiedot', true, false],
  ['projektit', false, true],
  ['tilaukset', true, true],
  ['tilaushistoria', false, true],
  ['tuoterekisteri', true, true],
  ['yritysrekisteri', true, true],
];

describe('a stream', () => {
  let company: DemoCompany;
  beforeAll(async () => {
    company = await firm.company();
  });
  const unsupported = {
    status: 403,
    body: { code: 'access.denied', reasons: expect.arrayContaining(['DIRECTION_UNSUPPORTED']) as unknown },
  };

  it.each(STREAMS)('%s, brought in: %s', async (stream, goes) => {
    const answer = await firm.offer(company, stream, '');
    if (!goes) return expect(answer).toMatchObject(unsupported);
    expect(answer.status).toBe(202);
    expect(await firm.partner.client.settled(answer.body.id)).toMatchObject({ state: 'succeeded' });
  });

  it.each(STREAMS.map(([stream, , goes]) => [stream, goes] as const))('%s, read out: %s', async (stream, goes) => {
    const answer = await ask(company, stream, stream === 'projektit' ? { level: 1 } : {});
    if (!goes) return expect(answer).toMatchObject(unsupported);
    expect(answer.status).toBe(202);
    const done = await firm.partner.client.settled(String(answer.body['id']));
    expect(done).toMatchObject({ state: 'succeeded', direction: 'export', effect: { exported: { records: 0 } } });
  });
});

describe('base data [perustiedot]', () => {
  const refusedBasicData = { status: 403, body: { code: 'document.basic-data-not-allowed' } };

  it('comes alone, into its five registers, and keeps what a document does not name', async () => {
    const company = await firm.company();
    const all = [
      DIMENSION,
      record('PostingGroup', { PostingGroupId: 'S', PostingGroupName: 'Myynti' }),
      record('PaymentTerm', { PaymentTermId: '14', PaymentTermNetDays: '14' }),
      record('Discount', { DiscountId: 'D', DiscountPercent: '5' }),
      record('Employee', { EmployeeId: '1', EmployeeLastName: 'Aho' }),
    ];
    const first = await firm.bring(company, 'perustiedot', all.join(''));
    expect(first).toMatchObject({ state: 'succeeded', effect: { created: 5 } });
    const items = await firm.partner.client.items(first.id);
    expect(items.map(({ key }) => key)).toEqual(['1/100', 'S', '14', 'D', '1']);
    const second = await firm.bring(company, 'perustiedot', record('Dimension', { DimensionId: '1/100' }));
    expect(second).toMatchObject({ effect: { unchanged: 1, deleted: 0, emptied: 0 } });
    expect(await dimensions(company)).toEqual({ '1/100': 'Työmaa' });
    expect(await firm.held(company, 'employee', 'employee_id', 'last_name')).toEqual({ 1: 'Aho' });
  });

  it.each([
    ['tilaukset', ORDER],
    ['palkat', record('PayrollBatch', { PayrollBatchId: 'E1' })],
    ['tuoterekisteri', product('A')],
    ['yritysrekisteri', record('Company', { CompanyId: 'K' })],
  ])('comes with %s from whoever has its right too, and from nobody else', async (stream, own) => {
    const company = await firm.company();
    const both = await firm.bring(company, stream, own + DIMENSION);
    expect(both).toMatchObject({ state: 'succeeded', effect: { created: 2 } });
    expect(await dimensions(company)).toEqual({ '1/100': 'Työmaa' });

    const other = await firm.company({}, without('perustiedot'));
    expect(await firm.offer(other, stream, own + DIMENSION)).toMatchObject(refusedBasicData);
    expect(await firm.bring(other, stream, own)).toMatchObject({ state: 'succeeded', effect: { created: 1 } });
    expect(await dimensions(other)).toEqual({});
  });

  it('waits for the opening with what it came with, and both go in', async () => {
    const company = await firm.company();
    await firm.admit(company, tomorrow(new Date()));
    const waiting = await acceptedToWait(company);
    expect(await orders(company)).toEqual({});
    await firm.admit(company, null);
    expect(await firm.partner.client.settled(waiting)).toMatchObject({ state: 'succeeded', effect: { created: 2 } });
    expect([await orders(company), await dimensions(company)]).toEqual([{ 1: {} }, { '1/100': 'Työmaa' }]);
  });

  it('whose right was taken away after acceptance stops the document, with all that it came with', async () => {
    const company = await firm.company();
    await firm.admit(company, tomorrow(new Date()));
    const waiting = await acceptedToWait(company);
    await firm.grant(company, without('perustiedot'));
    await firm.admit(company, null);
    const denied = await firm.partner.client.settled(waiting);
    expect(denied).toMatchObject({ state: 'denied', reasons: ['COMPANY_GRANT_MISSING'] });
    expect([await orders(company), await dimensions(company)]).toEqual([{}, {}]);
    expect(await firm.partner.client.items(waiting)).toEqual([]);

    await firm.grant(company, EVERY_RIGHT);
    expect(await firm.bring(company, 'tilaukset', ORDER + DIMENSION)).toMatchObject({ state: 'succeeded' });
  });

  it('that is invalid is rejected by itself, beside a register that is replaced as a whole', async () => {
    const company = await firm.company({ productRegister: 'replace-all' });
    const faulty = record('Dimension', { DimensionId: '9/100' });
    const partial = await firm.bring(company, 'tuoterekisteri', product('A') + faulty + product('B'));
    expect(partial).toMatchObject({ state: 'partial', effect: { created: 2, rejected: 1, deleted: 0 } });
    expect(await products(company)).toEqual({ A: null, B: null });
  });

  it('stays out with a document that would replace the register and has an invalid record for it', async () => {
    const company = await firm.company({ productRegister: 'replace-all' });
    await firm.bring(company, 'tuoterekisteri', product('A'));
    const invalid = product('A', { ProductGroup: 'too long' });
    const failed = await firm.bring(company, 'tuoterekisteri', DIMENSION + invalid);
    expect(failed).toMatchObject({ state: 'failed', problem: { code: 'document.records-rejected' } });
    expect([await products(company), await dimensions(company)]).toEqual([{ A: null }, {}]);
    expect(await firm.partner.client.items(failed.id)).toMatchObject([{ key: 'A', outcome: 'rejected' }]);
  });

  it('does not count as a document for the register that is replaced: one without products is held', async () => {
    const company = await firm.company({ productRegister: 'replace-all' });
    const held = await firm.bring(company, 'tuoterekisteri', DIMENSION);
    expect(held).toMatchObject({ state: 'held', effect: { created: 1, brake: ['EMPTY_DOCUMENT'] } });
    expect(await dimensions(company)).toEqual({});
  });

  /** An order and a dimension that were accepted while the partner may do nothing, once they are put off. */
  async function acceptedToWait(company: DemoCompany): Promise<string> {
    const answer = await firm.offer(company, 'tilaukset', ORDER + DIMENSION, { whenClosed: 'wait' });
    expect(answer.status).toBe(202);
    const isPutOff = async () => (await firm.partner.client.transfer(answer.body.id)).state === 'deferred';
    await until(isPutOff, { what: 'it waits' });
    return answer.body.id;
  }
});

describe('property management data [kiha]', () => {
  const OPEN = { last_name: 'Avoin', first_name: 'Aino', social_security_number: '010190-123A', street: 'Avokatu 1' };
  const SECRET = {
    last_name: 'Piilo',
    first_name: 'Pia',
    social_security_number: '020290-123B',
    street: 'Piilokuja 2',
  };

  it.each([
    ['leave-out', ['Avoin', 'Avokatu 1', '>1<'], ['010190-123A', 'Piilo', 'Pia', 'Piilokuja 2', '020290-123B', '•••']],
    ['mask', ['Avoin', 'Avokatu 1', '•••', '>2<'], ['010190-123A', 'Piilo', 'Pia', 'Piilokuja 2', '020290-123B']],
    ['include', ['Avoin', 'Avokatu 1', '010190-123A', 'Piilo', 'Pia', 'Piilokuja 2', '020290-123B'], ['•••']],
  ])('keeps people under a non-disclosure order as the company chose: %s', async (choice, shown, hidden) => {
    const company = await firm.company({ export: { protectedPersons: choice } });
    for (const [id, { street, ...person }, isProtected] of [
      ['1', OPEN, false],
      ['2', SECRET, true],
    ] as const) {
      await firm.database.query(
        `insert into fivaldi.estate_person_record (environment_id, company_id, person_id, last_name, first_name,
                social_security_number, security_restriction, children, imported, written_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, true, 'fivaldi')`,
        [
          ...[firm.environment, company.id, id, ...Object.values(person), isProtected],
          { addresses: { 7: { street_address: street } } },
        ],
      );
    }
    const accepted = await ask(company, 'kiha');
    const done = await firm.partner.client.settled(String(accepted.body['id']));
    expect(done).toMatchObject({ effect: { exported: { records: choice === 'leave-out' ? 1 : 2 } } });
    const { url, token } = firm.partner.client;
    const headers = { authorization: `Bearer ${token}` };
    const document = await (await fetch(`${url}/v1/transfers/${done.id}/document`, { headers })).text();
    expect(shown.filter((text) => !document.includes(text))).toEqual([]);
    expect(hidden.filter((text) => document.includes(text))).toEqual([]);
  });
});

describe('a document that means harm', () => {
  const HARMFUL: readonly (readonly [string, number, string, string])[] = [
    ['tilaukset', 400, 'document.malformed', '<SalesOrder><SalesOrderNumber>1</SalesOrderNumber>'],
    ['tilaukset', 413, 'document.too-deep', `<SalesOrder>${'<SalesOrderRow>'.repeat(100)}`],
    ['tilaukset', 400, 'document.wrong-stream', product('A')],
    ['palkat', 413, 'document.text-too-long', record('PayrollBatch', { PayrollBatchId: 'x'.repeat(2_000_000) })],
    ['palkat', 400, 'document.wrong-stream', ORDER],
    ['palkat', 400, 'document.entity-undefined', '<PayrollBatch>&code;</PayrollBatch>'],
    ['perustiedot', 413, 'document.name-too-long', `<Employee><${'n'.repeat(300)}/></Employee>`],
    ['perustiedot', 400, 'document.wrong-stream', '<EstatePerson/>'],
    ['yritysrekisteri', 400, 'document.unknown-element', '<constructor/>'],
  ];

  it.each(HARMFUL)('in %s is refused with %d %s, and nothing of it stays', async (stream, status, code, records) => {
    const company = await firm.company();
    const answer = await firm.offer(company, stream, records);
    expect(answer).toMatchObject({ status, body: { code, status } });
    const left = await firm.database.query(
      `select from transfers.transfer where company_id = $1
        union all select from transfers.upload where environment_id = $2`,
      [company.id, firm.environment],
    );
    expect(left.rows).toEqual([]);
  });
});

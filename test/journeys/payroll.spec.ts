/** Payroll transactions [palkkatapahtumat] over HTTP: whose dimensions they get, once each, and what nobody reads. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { until, uniqueNamespace } from '../../libs/testing/src/index.ts';
import type { DemoCompany } from '../../scripts/demo/company.ts';
import { record } from './documents.ts';
import { Firm } from './firm.ts';
import { Traces } from './traces.ts';

type Values = Readonly<Record<string, string>>;

const row = (no: string, values: Values): Values =>
  Object.fromEntries(
    Object.entries({ No: no, ...values, Date: '2026-01-31', Quantity: '7.5' }).map(([name, value]) => [
      `PayrollRow${name}`,
      value,
    ]),
  );
const batch = (id: string, ...rows: readonly Values[]): string =>
  record('PayrollBatch', { PayrollBatchId: id, PayrollRow: rows });
const employee = (id: string, values: Values): string =>
  record('Employee', {
    EmployeeId: id,
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`Employee${name}`, value])),
  });

/** Where a document's values are kept: in the registers that they are for, and in the document. */
const KEPT = ['fivaldi.employee_record', 'fivaldi.payroll_batch_record', 'transfers.document_chunk'];

describe('payroll', () => {
  let firm: Firm;
  let traces: Traces;
  const namespace = `${uniqueNamespace()}.`;
  beforeAll(async () => {
    firm = await Firm.open({ namespace });
    traces = new Traces(firm.installed, namespace);
  }, 90_000);
  afterAll(async () => {
    await traces?.close();
    await firm?.close();
  });

  const rows = (company: DemoCompany) => firm.rows(company, 'payroll_batch', 'payroll_batch_id');

  it.each([
    ['from-data', { 1: 'R1' }, {}, {}],
    ['from-employee', { 1: 'E1', 2: 'E2' }, { 1: 'E1', 2: 'E2' }, { 1: 'C1' }],
    ['data-then-employee', { 1: 'R1', 2: 'E2' }, { 1: 'E1', 2: 'E2' }, { 1: 'C1' }],
  ])('has the dimensions that the company chose: %s', async (dimensions, given, empty, byCode) => {
    const company = await firm.company({ payroll: { dimensions } });
    const known = employee('1', { Dimension1: 'E1', Dimension2: 'E2' });
    await firm.bring(company, 'perustiedot', known);
    const coming = employee('2', { SocialSecurityNumber: '010190-123A', Dimension1: 'C1' });
    const document = batch(
      'B1',
      row('1', { EmployeeId: '1', Dimension1: 'R1' }),
      row('2', { EmployeeId: '1', Dimension1: '' }),
      row('3', { EmployeeId: '1', SocialSecurityNumber: '010190-123A' }),
      row('4', { EmployeeId: 'nobody' }),
    );
    const done = await firm.bring(company, 'palkat', document + coming);
    expect(done).toMatchObject({ state: 'succeeded', effect: { created: 2 } });
    const { B1 } = (await rows(company)) as { B1: Record<string, Record<string, string>> };
    const found = Object.values(B1).map((values) =>
      Object.fromEntries(
        ['1', '2', '3', '4'].flatMap((level) => {
          const value = values[`dimension${level}`];
          return value ? [[level, value]] : [];
        }),
      ),
    );
    expect(found).toEqual([given, empty, byCode, {}]);
  });

  it('comes in once: a repeated batch is refused with where it stands, and the others of its document go in', async () => {
    const company = await firm.company();
    await firm.bring(company, 'palkat', batch('B1', row('1', { EmployeeId: '1' })));
    const again = await firm.bring(
      company,
      'palkat',
      `\n${batch('B1', row('1', { EmployeeId: '2' }))}\n${batch('B2')}`,
    );
    expect(again).toMatchObject({ state: 'partial', effect: { created: 1, rejected: 1 } });
    const [item] = await firm.partner.client.items(again.id, 'outcome=rejected&lang=en');
    expect(item).toMatchObject({
      key: 'B1',
      faults: [{ line: 3, element: 'PayrollBatchId', reason: 'repeated-batch' }],
    });
    expect(item?.faults?.[0]?.message).toContain('No batch is taken twice');
    const employeesOf = Object.values((await rows(company))['B1'] as Record<string, Values>);
    expect(employeesOf).toMatchObject([{ employee_id: '1' }]);
  });

  it('counts a batch that was deleted as one that came in: it may have been paid', async () => {
    const company = await firm.company();
    await firm.bring(company, 'palkat', batch('B1', row('1', { EmployeeId: '1' })));
    await firm.database.query('update fivaldi.payroll_batch_record set deleted_at = now() where company_id = $1', [
      company.id,
    ]);
    const again = await firm.bring(company, 'palkat', batch('B1', row('1', { EmployeeId: '1' })));
    expect(again).toMatchObject({ state: 'partial', effect: { created: 0, rejected: 1 } });
    expect(await rows(company)).toEqual({});
  });

  it('shows no personal identity code: not in items, a preview, an answer, a log, the audit log or metrics', async () => {
    const company = await firm.company({ payroll: { dimensions: 'from-employee' } });
    const codes = ['131052-308T', '290296-9731', '010594-9811', '070770-905D-too-long', '150688-973J'] as const;
    const [first, second, inRow, tooLong, inPreview] = codes;
    const code = (SocialSecurityNumber: string, values: Values = {}) => ({ SocialSecurityNumber, ...values });
    const bring = (stream: string, records: string, options = {}) => firm.bring(company, stream, records, options);
    const transfers = [
      await bring('perustiedot', employee('1', code(first))),
      await bring('perustiedot', employee('1', code(second))),
      await bring('perustiedot', employee('1', code(inPreview)), { dryRun: true }),
      await bring('palkat', batch('B1', row('1', code(inRow))) + employee('1', code(second, { LastName: 'Aho' }))),
      await bring('palkat', batch('B1', row('1', code(inRow)))),
      await bring('palkat', batch('B2', row('1', code(tooLong))) + employee('2', code(tooLong))),
      await bring('palkat', `${batch('B3', row('1', code(inRow)))}${batch('B3', row('1', code(inRow)))}`),
      await bring('palkat', batch('B4', row('1', code(inRow)), row('1', code(inRow)))),
    ];
    expect(transfers.map(({ state }) => state)).toEqual([
      ...['succeeded', 'succeeded', 'succeeded', 'succeeded'],
      ...['partial', 'partial', 'failed', 'partial'],
    ]);
    const cut = record('PayrollBatch', { PayrollBatchId: 'B5', PayrollRow: row('1', code(inRow)) }).slice(0, -3);
    expect((await firm.offer(company, 'palkat', cut)).status).toBe(400);

    const { client } = firm.partner;
    const shown = await Promise.all(
      transfers.map(async ({ id }) => ({ transfer: await client.transfer(id), items: await client.items(id) })),
    );
    const masked = { field: 'social_security_number', before: '•••', after: '•••' };
    for (const place of [1, 2]) expect(shown[place]?.items).toMatchObject([{ key: '1', changes: [masked] }]);
    const ids = transfers.map(({ id }) => id);
    const logged = `select from audit.entry where action = 'transfer.finished' and transfer_id = any ($1)`;
    await until(async () => (await firm.database.query(logged, [ids])).rowCount === ids.length, { what: 'the log' });
    await traces.collect();
    for (const secret of codes) {
      expect(JSON.stringify(shown)).not.toContain(secret);
      expect((await traces.of(secret)).filter((place) => !KEPT.includes(place))).toEqual([]);
    }
    expect(await traces.of(second)).toContain('fivaldi.employee_record');
  }, 60_000);
});

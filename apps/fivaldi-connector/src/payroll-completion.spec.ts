import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { employee, palkat, type RecordTable } from '#lib/documents';
import { type Fields, PAYROLL_DIMENSIONS, payrollDimensions, planRecord } from '#lib/policy';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { bringIn, settingsOf, xml } from './import.spec-support.js';
import { MASK } from './record-sql.js';
import {
  type Children,
  type Existing,
  insertRegister,
  namesOf,
  OUTCOMES,
  readRegister,
  shown,
} from './register.spec-support.js';

const CODES = ['010190-123A', '020290-123B'];
const maybe = (...values: readonly string[]) => fc.constantFrom<string | null>(null, ...values);
const dimensions = (prefix: string) => ({ dimension1: maybe(`${prefix}1`), dimension3: maybe(`${prefix}3`) });
const employeeFields = { social_security_number: maybe(...CODES), ...dimensions('E') };
const payrollRow = fc.record(
  {
    payroll_date: fc.constant('2026-01-31'),
    quantity: fc.constant('7.5'),
    employee_id: maybe('1', '2', '3'),
    social_security_number: maybe(...CODES),
    ...dimensions('R'),
  },
  { requiredKeys: ['payroll_date', 'quantity'] },
);
const batch = fc
  .dictionary(fc.constantFrom('1', '2', '10'), payrollRow, { minKeys: 1, maxKeys: 3 })
  .map((rows) => ({ rows }));

interface Case {
  readonly mode: (typeof PAYROLL_DIMENSIONS)[number];
  readonly employees: Readonly<Record<string, Fields>>;
  readonly incoming: Readonly<Record<string, Fields>>;
  readonly batches: Readonly<Record<string, { readonly deleted: boolean }>>;
  readonly document: Readonly<Record<string, Children>>;
}
const CASES: fc.Arbitrary<Case> = fc.record({
  mode: fc.constantFrom(...PAYROLL_DIMENSIONS),
  employees: fc.dictionary(fc.constantFrom('1', '2'), fc.record(employeeFields)),
  incoming: fc.dictionary(
    fc.constantFrom('1', '2', '3'),
    fc.record(employeeFields, { requiredKeys: [] }) as fc.Arbitrary<Fields>,
  ),
  batches: fc.dictionary(fc.constantFrom('B1', 'B2'), fc.record({ deleted: fc.boolean() })),
  document: fc.dictionary(fc.constantFrom('B1', 'B2', 'B3'), batch),
});

describe('payroll batches that come in', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.as('fivaldi-connector'), name: 'payroll-completion.spec' });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('have the dimensions that the specification says, and come in once', async () => {
    await fc.assert(
      fc.asyncProperty(CASES, async (one) => expect(await found(one)).toEqual(specified(one))),
      { numRuns: 100 },
    );
  }, 120_000);

  it('show no identity code in what they changed', async () => {
    const company = newCompany();
    const how = { ...company, stream: 'perustiedot', settings: settingsOf() } as const;
    const of = (code: string): readonly string[] => [
      xml(employee, { employee_id: '1', last_name: code === CODES[0] ? 'Old' : 'New', social_security_number: code }),
    ];
    await bringIn(database, of('010190-123A'), how);
    const { transferId } = await bringIn(database, of('020290-123B'), how);
    const items = await database.rows('select changes from transfers.item where transfer_id = $1', [transferId], {
      scope: { tenant: company.environmentId },
    });
    expect(items).toEqual([
      {
        changes: [
          { field: 'last_name', before: 'Old', after: 'New' },
          { field: 'social_security_number', before: MASK, after: MASK },
        ],
      },
    ]);
  });

  const newCompany = () => ({ environmentId: randomUUID(), companyId: randomUUID() });
  const existing = (key: string, fields: Fields, deleted = false): Existing => ({
    key,
    fields,
    children: {},
    imported: true,
    deleted,
  });

  async function found({ mode, employees, incoming, batches, document }: Case): Promise<object> {
    const company = newCompany();
    const scope = { tenant: company.environmentId };
    const there = [
      [employee, Object.entries(employees).map(([key, fields]) => existing(key, fields))],
      [palkat, Object.entries(batches).map(([key, { deleted }]) => existing(key, {}, deleted))],
    ] as const;
    await database.transaction(
      async (sql) => {
        for (const [table, records] of there) await insertRegister(sql, table, company, records);
      },
      { scope },
    );
    const records = [
      ...Object.entries(document).map(([key, children]) => xml(palkat, { payroll_batch_id: key }, children)),
      ...Object.entries(incoming).map(([key, fields]) => xml(employee, { ...fields, employee_id: key })),
    ];
    const settings = settingsOf({ payroll: { dimensions: mode } });
    const { transferId } = await bringIn(database, records, { ...company, stream: 'palkat', settings });
    return database.transaction(
      async (sql) => {
        const items = await sql.rows<{ key: string; outcome: string }>(
          `select key, outcome from transfers.item where transfer_id = $1 and register = 'payroll_batch'`,
          [transferId],
        );
        return {
          batches: await readRegister(sql, palkat, company),
          outcomes: Object.fromEntries(items.map(({ key, outcome }) => [key, outcome])),
        };
      },
      { scope },
    );
  }
});

/** The batches afterwards, and what became of each in the document. */
function specified({ mode, employees, incoming, batches, document }: Case): object {
  const coming = new Map(Object.entries(employees));
  for (const [key, fields] of Object.entries(incoming)) {
    const before = coming.get(key);
    const record = before ? { fields: before, children: {}, imported: true } : null;
    const plan = planRecord('employee', 'update-keep', record, { fields, children: {} }, namesOf(employee));
    if ('after' in plan) coming.set(key, plan.after.fields);
  }
  const byIdentityCode = new Map<string, Fields>();
  for (const [, fields] of [...coming].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const code = fields['social_security_number'];
    if (code && !byIdentityCode.has(code)) byIdentityCode.set(code, fields);
  }
  const shownAs = (table: RecordTable, key: string, children: Children, deleted: boolean): object =>
    shown({ key, fields: {}, children, imported: true }, namesOf(table), deleted);
  const after = new Map(
    Object.entries(batches).map(([key, { deleted }]) => [key, shownAs(palkat, key, {}, deleted)] as const),
  );
  const outcomes: Record<string, string> = {};
  for (const [key, children] of Object.entries(document)) {
    const completed = payrollDimensions({ fields: {}, children }, mode, { byId: coming, byIdentityCode });
    const there = key in batches ? { fields: {}, children: {}, imported: true } : null;
    const plan = planRecord('payroll_batch', 'add-once', there, completed, namesOf(palkat));
    outcomes[key] = OUTCOMES[plan.do];
    if ('after' in plan) after.set(key, shownAs(palkat, key, plan.after.children, false));
  }
  return { batches: Object.fromEntries(after), outcomes };
}

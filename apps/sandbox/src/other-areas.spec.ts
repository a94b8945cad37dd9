import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Bench, startBench } from './sandbox.spec-support.js';

const PERSONS = [
  {
    personId: 1,
    lastName: 'Avoin',
    securityRestriction: false,
    socialSecurityNumber: '010190-999X',
    changeTime: '01.02.2025 10:00:00',
    addresses: [{ id: 1, streetAddress: 'Koekatu 1' }],
  },
  {
    personId: 2,
    lastName: 'Suojattu',
    securityRestriction: true,
    socialSecurityNumber: '020290-999Y',
    changeTime: '03.02.2025 10:00:00',
    addresses: [{ id: 2, streetAddress: 'Salainen 2' }],
  },
];

const EMPLOYEES = [
  {
    personalInformation: {
      employeeId: '1001',
      endOfSocialSecurityNumber: '999X',
      dimension1: '100',
      dimension2: '200',
    },
    employmentInformation: [{ employmentEndDate: '31.12.2024' }],
  },
  { personalInformation: { employeeId: '1002', endOfSocialSecurityNumber: '888X' }, employmentInformation: [{}] },
];

let bench: Bench;
beforeAll(async () => {
  const payroll = { employees: EMPLOYEES, payCodes: [{ payCodeId: '100', externalPayCodeId: 'OT50' }] };
  const bonds = [{ referenceNumber: 11, personId: 2, apartmentId: 5, paymentTypes: [] }];
  const apartments = [{ apartmentId: 5, apartmentIdentifier: 'A 1', building: { name: 'Talo' } }];
  const estate = { persons: PERSONS, apartments, bonds, housingCompany: { officialName: 'As Oy' } };
  bench = await startBench({ companies: [{ payroll, estate }] });
});
afterAll(() => bench.sandbox.stop());

const resultOf = ({ json }: { json: unknown }): unknown => (json as { result: unknown }).result;

describe('the newer envelope', () => {
  it('wraps success too', async () => {
    const { status, json } = await bench.call('GET', '/estate-preferences/housingCompanyDetails');
    expect([status, json]).toEqual([
      200,
      {
        status: 'OK',
        httpResponseCode: '200',
        fetchedAt: String(bench.clock.now.getTime()),
        errors: [],
        result: { officialName: 'As Oy' },
      },
    ]);
  });

  it('names the field of an error, and has no result', async () => {
    const { status, json } = await bench.call('POST', '/payroll/transactions', { transactionRows: [] });
    expect([status, json]).toMatchObject([
      400,
      { errors: [{ code: 'VALIDATION_ERROR', fieldName: 'payrollBatchId', errorMsg: 'must not be null' }] },
    ]);
    expect(resultOf({ json })).toBeUndefined();
  });

  it('is that of a 404 as well', async () => {
    const { status, json } = await bench.call('GET', '/payroll/employees/9');
    expect([status, json]).toMatchObject([404, { httpResponseCode: '404', errors: [{ fieldName: null }] }]);
  });
});

const ROW = { externalEmployeeId: '1001', payCodeId: '100', payrollDate: '15.02.2025', quantity: 7.5 };
const batch = (payrollBatchId: string, ...transactionRows: object[]) => ({ payrollBatchId, transactionRows });
const imports = async (): Promise<{ payrollBatchId: string; rows: object[] }[]> => {
  const { json } = await bench.control('GET', `/companies/${bench.cuid}`);
  return (json as { payrollImports: { payrollBatchId: string; rows: object[] }[] }).payrollImports;
};

describe('payroll', () => {
  it('is imported with 201 and a count, and dimensions from the employee where the row has none', async () => {
    const answered = await bench.call('POST', '/payroll/transactions', batch('B1', { ...ROW, dimensionValue1: '7' }));
    expect([answered.status, resultOf(answered)]).toEqual([201, '1 transactions imported']);
    expect(await imports()).toMatchObject([
      { payrollBatchId: 'B1', rows: [{ dimensionValue1: '7', dimensionValue2: '200' }] },
    ]);
  });

  it('is imported again under the same batch id, unless the company refuses that', async () => {
    await bench.call('POST', '/payroll/transactions', batch('B2', ROW));
    await bench.call('POST', '/payroll/transactions', batch('B2', ROW));
    expect((await imports()).filter(({ payrollBatchId }) => payrollBatchId === 'B2')).toHaveLength(2);

    const payroll = { employees: EMPLOYEES, payCodes: [{ payCodeId: '100' }] };
    const own = await startBench({ companies: [{ payroll, repeatedPayrollBatch: 'refused' }] });
    expect((await own.call('POST', '/payroll/transactions', batch('B2', ROW))).status).toBe(201);
    expect((await own.call('POST', '/payroll/transactions', batch('B2', ROW))).status).toBe(400);
    await own.sandbox.stop();
  });

  it.each([
    [{ employeeSSID: '010190-999X', externalEmployeeId: 'none' }, 201],
    [{ employeeSSID: '010190-000X' }, 400],
    [{ externalEmployeeId: '7' }, 400],
    [{ payCodeId: '9', externalPayCodeId: 'OT50' }, 400],
    [{ payCodeId: undefined, externalPayCodeId: 'OT50' }, 201],
    [{ quantity: undefined }, 400],
    [{ payrollDate: '2025-02-15' }, 400],
    [{ description: 'x'.repeat(201) }, 400],
  ])('with a row of %j comes to %i', async (part, status) => {
    expect((await bench.call('POST', '/payroll/transactions', batch('B3', { ...ROW, ...part }))).status).toBe(status);
  });

  it('lists employees, also those alone whose employment goes on', async () => {
    expect(resultOf(await bench.call('GET', '/payroll/employees'))).toHaveLength(2);
    const active = await bench.call('GET', '/payroll/employees?employmentActiveAfterDate=01.01.2025');
    expect(resultOf(active)).toMatchObject([{ personalInformation: { employeeId: '1002' } }]);
    expect(resultOf(await bench.call('GET', '/payroll/employees/1001'))).toMatchObject(EMPLOYEES[0]!);
  });
});

describe('property management', () => {
  it('lists everybody, those under a non-disclosure order too, and their addresses in the detail call', async () => {
    const list = resultOf(await bench.call('GET', '/estate-person/persons'));
    expect(list).toMatchObject([{}, { securityRestriction: true, socialSecurityNumber: '020290-999Y' }]);
    expect(JSON.stringify(list)).not.toContain('Salainen');
    expect(resultOf(await bench.call('GET', '/estate-person/persons/2'))).toMatchObject(PERSONS[1]!);
  });

  it.each([
    ['/estate-person/persons?changedAfter=02.02.2025', [{ personId: 2 }]],
    ['/estate-apartment/apartments', [{ apartmentId: 5 }]],
    ['/estate-apartment/apartments/5', { building: { name: 'Talo' } }],
    ['/estate-bond/bonds', [{ referenceNumber: 11 }]],
    ['/estate-bond/bonds/11', { paymentTypes: [] }],
    ['/estate-person/persons/2/bonds', [{ referenceNumber: 11, paymentTypes: [] }]],
    ['/estate-person/persons/1/bonds', []],
    ['/estate-apartment/apartments/5/bonds', [{ referenceNumber: 11 }]],
  ])('answers %s', async (path, result) => {
    expect(resultOf(await bench.call('GET', path))).toMatchObject(result);
  });
});

const USES = { inUseBookkeeping: true, inUseSales: true };

describe('dimensions', () => {
  it('are added one level at a time, and read by level, language and use', async () => {
    const value = { account: 'P1', finDescription: 'Projekti', sweDescription: 'Projekt', ...USES };
    const one = await bench.call('POST', '/chart-of-accounts/dimensions?dimension=1', [value]);
    expect([one.status, one.json]).toMatchObject([200, { account: 'P1' }]);
    const two = [
      { account: 'A', finDescription: 'A' },
      { account: 'B', finDescription: 'B' },
    ];
    expect((await bench.call('POST', '/chart-of-accounts/dimensions?dimension=2', two)).json).toHaveLength(2);

    const accounts = async (query: string) =>
      ((await bench.call('GET', `/chart-of-accounts${query}`)).json as { accounts: unknown[] }).accounts;
    expect(await accounts('?dimension=1&lang=SWE')).toMatchObject([
      { dimension: '1', account: 'P1', description: 'Projekt' },
    ]);
    expect(await accounts('?dimension=2&inUseSales=true')).toEqual([]);
    expect(await accounts('?dimension=all&inUseSales=true')).toHaveLength(1);
    expect(await accounts('')).toMatchObject([{ dimension: '0' }, { dimension: '0' }]);
  });

  it.each([
    ['dimension=5', [{ account: 'X', finDescription: 'X' }]],
    [
      'dimension=1',
      [
        { account: 'X', finDescription: 'X' },
        { account: 'X', finDescription: 'X' },
      ],
    ],
    ['dimension=1', [{ account: 'X1234567890', finDescription: 'X' }]],
    ['dimension=1', [{ account: 'X' }]],
    ['dimension=1', { account: 'X', finDescription: 'X' }],
  ])('are refused with %s and %j, all of them', async (query, body) => {
    expect((await bench.call('POST', `/chart-of-accounts/dimensions?${query}`, body)).status).toBe(400);
    const { json } = await bench.call('GET', '/chart-of-accounts?dimension=all');
    expect(JSON.stringify(json)).not.toContain('"account":"X"');
  });
});

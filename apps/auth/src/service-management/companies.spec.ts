import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { cursorAt } from './page-cursor.js';
import { absent, refusal, ServiceManagementUnderTest } from './service-management.spec-support.js';

let all: ServiceManagementUnderTest;
let environmentId: string;

beforeAll(async () => {
  all = await ServiceManagementUnderTest.start();
  environmentId = await all.auth.environment();
});
afterAll(() => all.auth.close());

const body = (more: object = {}) => ({ environmentId, name: 'Asiakas Oy', fivaldiNumber: '1', ...more });
const create = async (more: object) => {
  const companyId = randomUUID();
  await all.saveWithin(environmentId, 'company', companyId, body(more));
  return companyId;
};

describe('a company of an environment', () => {
  it('is shown as it was saved, and its mark is the one that a change must carry', async () => {
    const companyId = await create({ fivaldiNumber: '42', businessId: '1234567-1', webServices: false });
    const { company, mark } = await all.companies.show({ environmentId, companyId });
    expect(company).toEqual({
      companyId,
      name: 'Asiakas Oy',
      fivaldiNumber: '42',
      businessId: '1234567-1',
      webServices: false,
    });
    const next = await all.saveWithin(environmentId, 'company', companyId, body({ fivaldiNumber: '42' }), mark);
    expect((await all.companies.show({ environmentId, companyId })).mark).toBe(next);
    const late = all.saveWithin(environmentId, 'company', companyId, body({ name: 'Toinen' }), mark);
    expect(await refusal(late)).toMatchObject({ kind: 'outdated', code: 'rule.outdated' });
    expect((await all.companies.show({ environmentId, companyId })).company.name).toBe('Asiakas Oy');
  });

  it('has Web Services on unless it is said otherwise, and may do without a business ID', async () => {
    const companyId = await create({ fivaldiNumber: '43' });
    expect((await all.companies.show({ environmentId, companyId })).company).toMatchObject({
      webServices: true,
      businessId: null,
    });
  });

  it('is refused with a business ID whose check digit is wrong', async () => {
    const saving = create({ fivaldiNumber: '44', businessId: '1234567-2' });
    expect(await refusal(saving)).toMatchObject({
      kind: 'invalid',
      code: 'rule.unusable',
      details: { errors: [{ pointer: '/businessId', code: 'business-id.check-digit', corrected: '1234567-1' }] },
    });
  });

  it('of another environment is absent, to be seen and to be changed', async () => {
    const elsewhere = await all.auth.environment();
    const theirs = await all.auth.company(elsewhere);
    const looking = all.companies.show({ environmentId, companyId: theirs });
    expect(await refusal(looking)).toMatchObject({ kind: 'absent', code: 'company.absent' });
    const taking = all.saveWithin(environmentId, 'company', theirs, body({ fivaldiNumber: '45' }));
    expect(await refusal(taking)).toMatchObject({ kind: 'absent', code: 'company.absent' });
    const giving = all.saveWithin(environmentId, 'company', randomUUID(), body({ environmentId: elsewhere }));
    expect(await refusal(giving)).toMatchObject({ kind: 'absent', code: 'environment.absent' });
    expect(await refusal(all.companies.show({ environmentId, companyId: absent }))).toMatchObject({
      code: 'company.absent',
    });
  });
});

describe('the list of companies', () => {
  let firm: string;
  const names = ['Ääni Oy', 'aalto oy', 'Bertta Oy', 'Aalto Oy', '100% Oy', 'Tili_Oy', 'TiliXOy'];

  beforeAll(async () => {
    firm = await all.auth.environment();
    for (const [no, name] of names.entries()) await all.auth.company(firm, { name, fivaldiNumber: `90${no}` });
    await all.auth.company(firm, { name: 'Numero Oy', fivaldiNumber: '123', businessId: '7654321-2' });
    await all.auth.company(await all.auth.environment(), { name: 'Aalto Vieras' });
  });

  const found = async (search: string) => {
    const { companies } = await all.companies.list({ environmentId: firm, search, limit: 200 });
    return companies.map(({ name }) => name).sort();
  };

  it('gives every company once, in one order, however small the pages', async () => {
    const { companies: whole, next } = await all.companies.list({ environmentId: firm, limit: 200 });
    expect(next).toBeNull();
    const paged: typeof whole = [];
    let cursor: string | undefined;
    do {
      const page = await all.companies.list({ environmentId: firm, limit: 3, ...(cursor && { cursor }) });
      expect(page.companies.length).toBeLessThanOrEqual(3);
      paged.push(...page.companies);
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(paged).toEqual(whole);
  });

  it.each([
    ['aalto', ['Aalto Oy', 'aalto oy']],
    ['  AALTO  ', ['Aalto Oy', 'aalto oy']],
    ['904', ['100% Oy']],
    ['7654', ['Numero Oy']],
    ['654321-2', []],
    ['%', ['100% Oy']],
    ['Tili_Oy', ['Tili_Oy']],
    ['\\', []],
    ['vieras', []],
  ])('finds by part of the name or start of a number, and takes it literally: %s', async (search, expected) => {
    expect(await found(search)).toEqual(expected);
  });

  it('refuses a cursor that it has not given', async () => {
    const asking = all.companies.list({ environmentId: firm, limit: 3, cursor: 'bm9uc2Vuc2U' });
    expect(await refusal(asking)).toMatchObject({ kind: 'invalid', details: { errors: [{ pointer: '/cursor' }] } });
  });

  it.each<[string, object]>([
    ['/search', { search: 'a\0' }],
    ['/cursor', { cursor: cursorAt(['a\0', randomUUID()]) }],
  ])('refuses what PostgreSQL cannot take: %s', async (pointer, wanted) => {
    const errors = [{ pointer }];
    const listing = all.companies.list({ environmentId: firm, limit: 3, ...wanted });
    expect(await refusal(listing)).toMatchObject({ kind: 'invalid', details: { errors } });
    const grants = all.matrix.list({ environmentId: firm, limit: 3, ...wanted });
    expect(await refusal(grants)).toMatchObject({ kind: 'invalid', details: { errors } });
  });
});

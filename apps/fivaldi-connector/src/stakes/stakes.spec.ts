import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type DestructiveChoice, DESTRUCTIVE_CHOICES } from '#lib/policy';

import { type RegisterCompany, RegisterGround } from '../registers/registers.spec-support.js';
import { Stakes } from './stakes.js';

const customer = (id: string, more = ''): string =>
  `<Company><CompanyId>${id}</CompanyId><CompanyName1>Asiakas ${id}</CompanyName1>${more}</Company>`;

describe('what a destructive choice puts at stake', () => {
  let ground: RegisterGround;
  let company: RegisterCompany;
  beforeAll(async () => {
    ground = await RegisterGround.open('stakes.spec');
  });
  afterAll(() => ground.close());
  beforeEach(() => {
    company = ground.newCompany();
  });

  const count = async (...choices: DestructiveChoice[]) =>
    (await new Stakes(ground.connector).count({ ...company.place, choices })).stakes;
  /** The counts of one choice, with its fields in order. */
  const stake = async (choice: DestructiveChoice) => {
    const [one] = await count(choice);
    const { fields, ...counts } = one!;
    return { ...counts, fields: fields.map(({ field, records }) => [field, records]) };
  };

  it('is nothing in an empty register, whatever is chosen', async () => {
    expect(await count(...DESTRUCTIVE_CHOICES)).toEqual(
      DESTRUCTIVE_CHOICES.map((choice) => ({ choice, records: 0, byHand: 0, changedByHand: 0, rows: 0, fields: [] })),
    );
  });

  describe('among customers', () => {
    beforeEach(async () => {
      await company.import('yritysrekisteri', customer('1') + customer('2'));
      const fields = { name1: 'Oma Oy', einvoice_address: '003712345678', ovt: '0037' };
      await company.make('company', '10', fields, { addresses: [{ address_id: '1', name: 'Kotikatu' }] });
      await company.make('company', '11', { name1: 'Toinen Oy', einvoice_address: '003787654321' });
      await company.book.remove({
        ...company.record('company', '11'),
        ifMark: await company.markOf('company', '11'),
      });
      await company.make('company', '12', { name1: 'Kolmas Oy', einvoice_address: '003711111111' });
    });

    it('counts those that the first import would overwrite, the field most at stake first', async () => {
      expect(await stake('company.add-only')).toEqual({
        choice: 'company.add-only',
        records: 2,
        byHand: 2,
        changedByHand: 0,
        rows: 0,
        fields: [
          ['name1', 2],
          ['einvoice_address', 2],
          ['ovt', 1],
          ['addresses', 1],
        ],
      });
    });

    it('counts every value that a document without it would empty', async () => {
      expect(await stake('company.update-all')).toMatchObject({
        records: 4,
        byHand: 2,
        fields: [
          ['name1', 4],
          ['einvoice_address', 2],
          ['ovt', 1],
          ['addresses', 1],
        ],
      });
      const [{ fields } = { fields: [] }] = await count('company.update-all');
      expect(fields[1]).toMatchObject({
        field: 'einvoice_address',
        label: { fi: expect.stringMatching(/erkkolasku/) },
      });
    });

    it('foretells what the import then does', async () => {
      const { records } = await stake('company.add-only');
      const all = ['1', '2', '10', '12'].map((id) => customer(id)).join('');
      await company.import('yritysrekisteri', all, { companyRegister: 'add-only' });
      expect(await company.fields('company', '10')).toEqual({ name1: 'Asiakas 10' });
      expect(await company.fields('company', '1')).toEqual({ name1: 'Asiakas 1' });
      expect(records).toBe(2);
      expect(await stake('company.add-only')).toMatchObject({ records: 0, fields: [] });
    });
  });

  it('counts products that would go if the data lacks them, those made by hand apart', async () => {
    const product = '<Product><ProductCode>A</ProductCode><ProductName>Vasara</ProductName></Product>';
    await company.import('tuoterekisteri', product);
    await company.make('product', 'B', { name: 'Saha' });
    await company.make('product', 'C', { unit: 'kpl' });
    const mark = await company.markOf('product', 'A');
    const patch = { fields: { unit: 'kpl' }, children: {}, removed: {} };
    await company.book.patch({ ...company.record('product', 'A'), ifMark: mark, patch });
    expect(await stake('product.replace-all')).toMatchObject({ records: 3, byHand: 2, changedByHand: 1 });
    expect(await stake('product.update-all')).toMatchObject({
      fields: [
        ['name', 2],
        ['unit', 2],
      ],
    });
  });

  it('counts orders that a person has changed after their import, and the rows that stand in them', async () => {
    const row = '<SalesOrderRow><SalesOrderRowNo>1</SalesOrderRowNo></SalesOrderRow>';
    const order = (no: string): string => `<SalesOrder><SalesOrderNumber>${no}</SalesOrderNumber>${row}</SalesOrder>`;
    await company.import('tilaukset', order('1') + order('2'));
    const patch = { fields: {}, children: { rows: [{ row_no: '2', product_name: 'Lisätty' }] }, removed: {} };
    const ifMark = await company.markOf('order', '1');
    await company.book.patch({ ...company.record('order', '1'), ifMark, patch });
    await company.make('order', '3', { name1: 'Oma' }, { rows: [{ row_no: '1' }] });
    expect(await stake('order.update-all')).toMatchObject({ records: 3, byHand: 1, changedByHand: 1, rows: 3 });
  });

  it('counts employees whose pay rows would be left without a dimension', async () => {
    await company.make('employee', '1', { first_name: 'Aino', dimension1: '100' });
    await company.make('employee', '2', { first_name: 'Veikko' });
    expect(await stake('payroll.from-employee')).toMatchObject({
      records: 1,
      fields: [
        ['dimension2', 2],
        ['dimension3', 2],
        ['dimension4', 2],
        ['dimension1', 1],
      ],
    });
  });

  it("counts nobody else's records", async () => {
    await company.make('product', 'A', { name: 'Vasara' });
    const sister = { ...company.place, companyId: ground.newCompany().place.companyId };
    const stranger = { ...company.place, environmentId: ground.newCompany().place.environmentId };
    for (const place of [sister, stranger]) {
      const { stakes } = await new Stakes(ground.connector).count({ ...place, choices: ['product.replace-all'] });
      expect(stakes).toMatchObject([{ records: 0 }]);
    }
  });
});

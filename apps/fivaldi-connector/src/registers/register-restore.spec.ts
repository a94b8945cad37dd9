import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { until } from '#lib/testing';

import { type RegisterCompany, RegisterGround } from './registers.spec-support.js';

const product = (code: string, elements = ''): string =>
  `<Product><ProductCode>${code}</ProductCode>${elements}</Product>`;
const customer = (id: string, elements = ''): string => `<Company><CompanyId>${id}</CompanyId>${elements}</Company>`;

const NONE = { restored: 0, conflict: 0, 'not-restorable': 0, nothing: 0 };

describe('restoring from a transfer', () => {
  let ground: RegisterGround;
  let company: RegisterCompany;
  beforeAll(async () => {
    ground = await RegisterGround.open('register-restore.spec');
  });
  afterAll(() => ground.close());
  beforeEach(() => {
    company = ground.newCompany();
  });

  const set = async (register: string, key: string, fields: Record<string, string | null>, rest: object = {}) =>
    company.book.patch({
      ...company.record(register, key),
      ifMark: await company.markOf(register, key),
      patch: { fields, children: {}, removed: {}, ...rest },
    });
  const remove = async (register: string, key: string) =>
    company.book.remove({ ...company.record(register, key), ifMark: await company.markOf(register, key) });
  /** Everything that a restore could touch. */
  const everything = async () => {
    const of = { ...company.place, sensitive: 'shown', deleted: 'with', limit: 200 } as const;
    const registers = await Promise.all(
      ['product', 'company'].map((register) => company.view.list({ ...of, register })),
    );
    const kept = await ground.connector.rows(
      'select * from fivaldi.record_version order by register, key, no',
      [],
      company.scope,
    );
    return { registers, kept, events: await company.events() };
  };

  it('puts deleted records back as they were', async () => {
    await company.make('product', 'A', { name: 'Vasara' });
    await company.make('product', 'B', { name: 'Saha' });
    const id = await company.import('tuoterekisteri', product('B'), { productRegister: 'replace-all' });
    const answer = await company.restore(id);
    expect(answer).toMatchObject({
      dryRun: false,
      records: { ...NONE, restored: 2 },
      fields: { ...NONE, restored: 1 },
      items: [
        { key: 'B', lost: 'fields', outcome: 'restored', fields: [{ field: 'name', outcome: 'restored' }] },
        { key: 'A', lost: 'record', outcome: 'restored', changedBy: null, fields: [] },
      ],
      next: null,
    });
    expect(await company.fields('product', 'A')).toEqual({ name: 'Vasara' });
    expect(await company.fields('product', 'B')).toEqual({ name: 'Saha' });
    expect((await company.versions('product', 'B'))[0]).toMatchObject({
      by: `person:${company.person}`,
      what: 'restored',
      transferId: id,
      changes: [{ field: 'name', before: null, after: 'Saha' }],
    });
  });

  it('puts emptied values of every type back, and whole addresses', async () => {
    const fields = { name1: 'A', interest_percent: '7.5', is_customer: 'false' };
    const addresses = [
      { address_id: '10', name: 'A', begin_date: '2026-01-31' },
      { address_id: 'a/b', name: 'B' },
    ];
    await company.make('company', '1', fields, { addresses });
    const id = await company.import(
      'yritysrekisteri',
      customer(
        '1',
        '<CompanyName1>X</CompanyName1><CompanyAddress Id="10"><FVAddrName>X</FVAddrName></CompanyAddress>',
      ),
    );
    const { records, fields: counted } = await company.restore(id);
    expect([records, counted]).toEqual([
      { ...NONE, restored: 1 },
      { ...NONE, restored: 4 },
    ]);
    // What the import gave anew is not lost, and stays.
    expect(await company.fields('company', '1')).toEqual({ ...fields, name1: 'X' });
    expect((await company.children('company', '1'))?.['addresses']).toEqual([
      { address_id: '10', name: 'X', begin_date: '2026-01-31' },
      { address_id: 'a/b', name: 'B' },
    ]);
  });

  it('puts the rows back that an order has lost', async () => {
    const rows = [
      { row_no: '1', product_code: 'A', quantity: '2' },
      { row_no: '2', product_code: 'B' },
    ];
    await company.make('order', 'T/1', { company_code: '1' }, { rows });
    const id = await company.import(
      'tilaukset',
      `<SalesOrder><SalesOrderNumber>T/1</SalesOrderNumber><SalesOrderCompanyId>1</SalesOrderCompanyId>
         <SalesOrderRow><SalesOrderRowNo>1</SalesOrderRowNo><SalesOrderRowProductId>A</SalesOrderRowProductId>
           <SalesOrderRowQuantity>2</SalesOrderRowQuantity></SalesOrderRow></SalesOrder>`,
    );
    expect((await company.children('order', 'T/1'))?.['rows']).toHaveLength(1);
    expect((await company.restore(id)).items).toMatchObject([
      { register: 'order', key: 'T/1', fieldsLost: 1, fields: [{ field: 'rows/2/product_code', outcome: 'restored' }] },
    ]);
    expect((await company.children('order', 'T/1'))?.['rows']).toEqual(rows);
  });

  it('keeps base data that came with a document apart from the stream’s own records of the same key', async () => {
    await company.make('product', '7', { name: 'Vasara' });
    await company.make('payment_term', '7', { name: 'Heti' });
    const id = await company.import(
      'tuoterekisteri',
      `<PaymentTerm><PaymentTermId>7</PaymentTermId><PaymentTermName/></PaymentTerm>${product('7')}`,
    );
    expect((await company.restore(id)).items.map(({ register, key, outcome }) => [register, key, outcome])).toEqual([
      ['payment_term', '7', 'restored'],
      ['product', '7', 'restored'],
    ]);
    expect(await company.fields('payment_term', '7')).toEqual({ name: 'Heti' });
    expect(await company.fields('product', '7')).toEqual({ name: 'Vasara' });
  });

  it('previews the very same, and changes nothing', async () => {
    await company.make('product', 'A', { name: 'Vasara' });
    await company.make('product', 'B', { name: 'Saha', unit: 'kpl' });
    const id = await company.import('tuoterekisteri', product('B'), { productRegister: 'replace-all' });
    await set('product', 'B', { unit: 'm' });
    const before = await everything();
    const preview = await company.restore(id, { dryRun: true });
    expect(await everything()).toEqual(before);
    expect(await company.restore(id)).toEqual({ ...preview, dryRun: false });
  });

  it('done again, finds nothing to do', async () => {
    await company.make('product', 'A', { name: 'Vasara' });
    await company.make('product', 'B', { name: 'Saha' });
    const id = await company.import('tuoterekisteri', product('B'), { productRegister: 'replace-all' });
    await company.restore(id);
    const { registers, kept } = await everything();
    expect(await company.restore(id)).toMatchObject({
      records: { ...NONE, nothing: 2 },
      fields: { ...NONE, nothing: 1 },
    });
    expect(await everything()).toMatchObject({ registers, kept });
  });

  it('is done once by two at the same time', async () => {
    await company.make('product', 'A', { name: 'Vasara' });
    const id = await company.import('tuoterekisteri', '', { productRegister: 'replace-all' });
    const both = await Promise.all([company.restore(id), company.restore(id)]);
    expect(both.map(({ records }) => records.restored).sort()).toEqual([0, 1]);
    expect((await company.versions('product', 'A')).filter(({ what }) => what === 'restored')).toHaveLength(1);
  });

  describe('what was changed since', () => {
    it('stays, and it is said by whom', async () => {
      await company.make('product', 'A', { name: 'Vasara', unit: 'kpl' });
      await company.make('product', 'B', { name: 'Saha' });
      await company.make('product', 'C', { name: 'Naula' });
      const id = await company.import('tuoterekisteri', product('A') + product('B') + product('C'));
      await set('product', 'A', { name: 'Moukari' });
      await remove('product', 'B');
      await set('product', 'C', { name: 'Naula' });
      const { items, records, fields } = await company.restore(id);
      const changedBy = `person:${company.person}`;
      expect(items).toMatchObject([
        {
          key: 'A',
          outcome: 'restored',
          changedBy,
          fields: [
            { field: 'name', outcome: 'conflict' },
            { field: 'unit', outcome: 'restored' },
          ],
        },
        { key: 'B', outcome: 'conflict', changedBy, fields: [{ field: 'name', outcome: 'conflict' }] },
        { key: 'C', outcome: 'nothing', changedBy: null },
      ]);
      expect(records).toEqual({ ...NONE, restored: 1, conflict: 1, nothing: 1 });
      expect(fields).toEqual({ ...NONE, restored: 1, conflict: 2, nothing: 1 });
      expect(await company.fields('product', 'A')).toEqual({ name: 'Moukari', unit: 'kpl' });
    });

    it('is not overwritten when an import comes between the preview and the restoring', async () => {
      await company.make('product', 'A', { name: 'Vasara' });
      await company.make('product', 'B', { name: 'Saha' });
      const id = await company.import('tuoterekisteri', product('A'), { productRegister: 'replace-all' });
      expect((await company.restore(id, { dryRun: true })).records.restored).toBe(2);
      const later = await company.import(
        'tuoterekisteri',
        product('A', '<ProductName>Moukari</ProductName>') + product('B'),
      );
      expect((await company.restore(id)).items).toMatchObject([
        { key: 'A', outcome: 'conflict', changedBy: later },
        { key: 'B', outcome: 'nothing' },
      ]);
      expect(await company.fields('product', 'A')).toEqual({ name: 'Moukari' });
    });

    it('waits for an import that is under way', async () => {
      await company.make('product', 'A', { name: 'Vasara' });
      const id = await company.import('tuoterekisteri', product('A'));
      let restoring: ReturnType<RegisterCompany['restore']> | undefined;
      await ground.connector.transaction(async (sql) => {
        await sql.rows(`select pg_advisory_xact_lock(hashtextextended($1 || 'product', 0))`, [company.place.companyId]);
        await sql.rows(
          `update fivaldi.product_record set name = 'Moukari', written_by = 'the import' where product_code = 'A'`,
        );
        restoring = company.restore(id);
        await until(
          async () => {
            const waiting = `select from pg_locks where locktype = 'advisory' and not granted and database = (
              select oid from pg_database where datname = current_database())`;
            return (await sql.rows(waiting)).length === 1;
          },
          { within: 4_000, what: 'a restore that waits' },
        );
      }, company.scope);
      expect((await restoring)?.items).toMatchObject([{ outcome: 'conflict', changedBy: 'the import' }]);
      expect(await company.fields('product', 'A')).toEqual({ name: 'Moukari' });
    });

    it('is waited for by an import, longer than people are let wait', async () => {
      const { companyId } = company.place;
      let importing: Promise<string> | undefined;
      await ground.connector.transaction(async (sql) => {
        await sql.rows(`select pg_advisory_xact_lock(hashtextextended($1 || 'product', 0))`, [companyId]);
        importing = company.import('tuoterekisteri', product('A'));
        importing.catch(() => undefined);
        const waiting = `select from pg_locks where locktype = 'advisory' and not granted
          and waitstart < clock_timestamp() - interval '5.5 s'
          and database = (select oid from pg_database where datname = current_database())`;
        const what = 'an import that still waits';
        await until(async () => (await sql.rows(waiting)).length === 1, { within: 8_000, what });
      }, company.scope);
      await importing;
      expect(await company.fields('product', 'A')).toEqual({});
    }, 15_000);

    it('is a whole address: one that is another by now is not mixed with the old', async () => {
      const addresses = [{ address_id: '10', name: 'A', street_address: 'Katu 1' }];
      await company.make('company', '1', {}, { addresses });
      const id = await company.import('yritysrekisteri', customer('1'));
      await set('company', '1', {}, { children: { addresses: [{ address_id: '10', name: 'B' }] } });
      expect((await company.restore(id)).fields).toEqual({ ...NONE, conflict: 2 });
      expect((await company.children('company', '1'))?.['addresses']).toEqual([{ address_id: '10', name: 'B' }]);
    });

    it('is a record that somebody else has deleted once more', async () => {
      await company.make('product', 'A', {});
      const id = await company.import('tuoterekisteri', '', { productRegister: 'replace-all' });
      await company.restore(id);
      await remove('product', 'A');
      expect((await company.restore(id)).items).toMatchObject([
        { outcome: 'conflict', changedBy: `person:${company.person}` },
      ]);
    });
  });

  it('says of sensitive values that they cannot be put back from there', async () => {
    await company.make('employee', 'E1', { last_name: 'Aho', social_security_number: '010101-123N' });
    const id = await company.import(
      'perustiedot',
      '<Employee><EmployeeId>E1</EmployeeId><EmployeeLastName/><EmployeeSocialSecurityNumber/></Employee>',
    );
    const { items, fields } = await company.restore(id);
    expect(items[0]).toMatchObject({
      outcome: 'restored',
      fields: [
        { field: 'last_name', outcome: 'restored' },
        { field: 'social_security_number', outcome: 'not-restorable' },
      ],
    });
    expect(fields).toEqual({ ...NONE, restored: 1, 'not-restorable': 1 });
    expect(await company.fields('employee', 'E1')).toEqual({ last_name: 'Aho' });
  });

  it('leaves one event: whose import, how much, and no value; a preview leaves none', async () => {
    await company.make('product', 'A', { name: 'Sekret' });
    const id = await company.import('tuoterekisteri', product('A'));
    const before = (await company.events()).length;
    await company.restore(id, { dryRun: true });
    expect(await company.events()).toHaveLength(before);
    await company.restore(id);
    const events = (await company.events()).slice(before);
    expect(events).toMatchObject([
      {
        action: 'register.restored',
        actor: { kind: 'person', id: company.person },
        address: '192.0.2.1',
        transferId: id,
        details: { registers: ['product'], records: { restored: 1 }, fields: { restored: 1 } },
      },
    ]);
    expect(JSON.stringify(events)).not.toContain('Sekret');
  });

  it('names the records page by page, and counts all of them each time', async () => {
    for (const key of ['A', 'B', 'C']) await company.make('product', key, { name: key });
    const id = await company.import('tuoterekisteri', '', { productRegister: 'replace-all' });
    const first = await company.restore(id, { dryRun: true, limit: 2 });
    const second = await company.restore(id, { dryRun: true, limit: 2, after: first.next ?? 0 });
    expect([...first.items, ...second.items].map(({ key }) => key)).toEqual(['A', 'B', 'C']);
    expect([first.records.restored, second.records.restored, second.next]).toEqual([3, 3, null]);
  });

  it('is of transfers that have changed a register, in their own company', async () => {
    await company.make('product', 'A', { name: 'Vasara' });
    const preview = await company.import('tuoterekisteri', product('A'), {}, true);
    await expect(company.restore(preview)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'transfer.nothing-applied',
    });
    const real = await company.import('tuoterekisteri', product('A'));
    const other = ground.newCompany();
    await expect(other.restore(real)).rejects.toMatchObject({ kind: 'absent', code: 'transfer.absent' });
    const colleague = { ...company.by, companyId: other.place.companyId, transferId: real, dryRun: false };
    await expect(company.restoration.restore({ ...colleague, after: 0, limit: 9 })).rejects.toMatchObject({
      code: 'transfer.absent',
    });
  });
});

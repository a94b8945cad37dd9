import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { TABLES } from '#lib/documents';

import { type RegisterCompany, RegisterGround } from './registers.spec-support.js';

describe('a register kept by hand', () => {
  let ground: RegisterGround;
  let company: RegisterCompany;
  beforeAll(async () => {
    ground = await RegisterGround.open('record-book.spec');
  });
  afterAll(() => ground.close());
  beforeEach(() => {
    company = ground.newCompany();
  });

  const put = (key: string, ifMark: string | null, fields: Record<string, string | null>) =>
    company.book.put({ ...company.record('product', key), ifMark, record: { fields, children: {} } });
  const patch = (register: string, key: string, ifMark: string, given: object) =>
    company.book.patch({
      ...company.record(register, key),
      ifMark,
      patch: { fields: {}, children: {}, removed: {}, ...given },
    });
  const show = async (register: string, key: string, sensitive: 'shown' | 'masked' = 'shown') =>
    (await company.view.show({ ...company.place, register, key, sensitive })).record;
  const list = (asked: object = {}, register = 'product') =>
    company.view.list({ ...company.place, register, sensitive: 'shown', deleted: 'without', limit: 50, ...asked });
  const keys = async (asked: object = {}, register = 'product') =>
    (await list(asked, register)).records.map(({ key }) => key);

  describe('a record', () => {
    it('is made once, as by hand, with its author and time', async () => {
      await put('A/1 ä%', null, { name: 'Vasara', sales_price: '012.50' });
      expect(await show('product', 'A/1 ä%')).toMatchObject({
        key: 'A/1 ä%',
        fields: { name: 'Vasara', sales_price: '12.5', unit: null },
        imported: false,
        writtenBy: `person:${company.person}`,
        deletedAt: null,
      });
      await expect(put('A/1 ä%', null, {})).rejects.toMatchObject({ kind: 'outdated', code: 'record.exists' });
    });

    it('is put in place whole: what is absent is emptied, addresses too', async () => {
      await company.make(
        'company',
        '1',
        { name1: 'A', email1: 'a@a.fi' },
        { addresses: [{ address_id: '10', name: 'x' }] },
      );
      const record = { fields: { name1: 'B' }, children: { bank_accounts: [{ bank_account_id: 'a/b', iban: 'FI1' }] } };
      const ifMark = await company.markOf('company', '1');
      await company.book.put({ ...company.record('company', '1'), ifMark, record });
      expect(await company.fields('company', '1')).toEqual({ name1: 'B' });
      expect(await company.children('company', '1')).toEqual({
        addresses: [],
        bank_accounts: [{ bank_account_id: 'a/b', iban: 'FI1' }],
      });
    });

    it('is changed in part: given fields and children replace, null empties, the others stay', async () => {
      const addresses = [
        { address_id: '10', name: 'A', country: 'FI' },
        { address_id: '11', name: 'B' },
      ];
      const mark = await company.make('company', '1', { name1: 'A', email1: 'a@a.fi', ovt: '1' }, { addresses });
      await patch('company', '1', mark, {
        fields: { email1: null, ovt: '2' },
        children: {
          addresses: [
            { address_id: '10', country: null },
            { address_id: '12', name: 'C' },
          ],
        },
        removed: { addresses: ['11'] },
      });
      expect(await company.fields('company', '1')).toEqual({ name1: 'A', ovt: '2' });
      expect((await company.children('company', '1'))?.['addresses']).toEqual([
        { address_id: '10', name: 'A' },
        { address_id: '12', name: 'C' },
      ]);
    });

    it('is refused with every fault, in the reader’s language, and then nothing is written', async () => {
      const given = { ...company.record('product', 'A'), language: 'fi' as const, ifMark: null };
      const fields = { name: 'x'.repeat(81), sales_price: '1,5', colour: 'red' };
      await expect(company.book.put({ ...given, record: { fields, children: {} } })).rejects.toMatchObject({
        kind: 'invalid',
        code: 'record.invalid',
        details: {
          errors: [
            { pointer: '/fields/colour', code: 'unknown-element' },
            { pointer: '/fields/name', code: 'too-long', limit: 80, message: 'Selite saa olla enintään 80 merkkiä.' },
            { pointer: '/fields/sales_price', code: 'decimal-comma' },
          ],
        },
      });
      expect(await keys({ deleted: 'with' })).toEqual([]);
      expect(await company.events()).toEqual([]);
    });

    it('is not written when nothing differs', async () => {
      const mark = await put('A', null, { name: 'Vasara' });
      expect(await put('A', mark, { name: ' Vasara ', unit: '' })).toBe(mark);
      expect(await company.versions('product', 'A')).toHaveLength(1);
      expect(await company.events()).toHaveLength(1);
    });

    it('stays imported when a person changes it', async () => {
      await company.import('tuoterekisteri', '<Product><ProductCode>A</ProductCode></Product>');
      await put('A', await company.markOf('product', 'A'), { name: 'Vasara' });
      expect(await show('product', 'A')).toMatchObject({ imported: true, writtenBy: `person:${company.person}` });
    });

    it.each(['no-such', 'sqlite_master', 'record_version'])('is of no register called %s', async (register) => {
      const asked = { ...company.place, register, key: 'A', sensitive: 'shown' as const };
      await expect(company.view.show(asked)).rejects.toMatchObject({ kind: 'absent', code: 'register.absent' });
    });
  });

  describe('a change', () => {
    it('names what was seen: of two at once, one is told that it is outdated', async () => {
      const mark = await put('A', null, { name: 'Vasara' });
      const both = await Promise.allSettled([
        put('A', mark, { name: 'B' }),
        patch('product', 'A', mark, { fields: { name: 'C' } }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = both.find((one) => one.status === 'rejected');
      expect(refused?.reason).toMatchObject({ kind: 'outdated', code: 'record.outdated' });
      expect(await company.versions('product', 'A')).toHaveLength(2);
    });

    it('is outdated by an import that came between', async () => {
      const mark = await put('A', null, { name: 'Vasara' });
      await company.import(
        'tuoterekisteri',
        '<Product><ProductCode>A</ProductCode><ProductName>B</ProductName></Product>',
      );
      await expect(put('A', mark, { name: 'C' })).rejects.toMatchObject({ code: 'record.outdated' });
    });

    it('of what is not there, or is another firm’s, is of an absent record', async () => {
      const mark = await put('A', null, { name: 'Vasara' });
      const other = ground.newCompany();
      for (const [of, key] of [
        [company, 'B'],
        [other, 'A'],
      ] as const) {
        const asked = { ...of.record('product', key), ifMark: mark };
        const absent = { kind: 'absent', code: 'record.absent' };
        await expect(of.book.put({ ...asked, record: { fields: {}, children: {} } })).rejects.toMatchObject(absent);
        await expect(of.book.remove(asked)).rejects.toMatchObject(absent);
        await expect(of.book.restore(asked)).rejects.toMatchObject(absent);
        await expect(of.versions('product', key)).rejects.toMatchObject(absent);
      }
    });

    it('leaves an event of its own: key and field names, never a value', async () => {
      let mark = await company.make('employee', 'E1', { last_name: 'Sekret', social_security_number: '010101-123N' });
      mark = await patch('employee', 'E1', mark, { fields: { last_name: 'Sekretare' } });
      mark = await company.book.remove({ ...company.record('employee', 'E1'), ifMark: mark });
      await company.book.restore({ ...company.record('employee', 'E1'), ifMark: mark });
      const events = await company.events();
      expect(events.map(({ action, details }) => [action, details['what'], details['fields']])).toEqual([
        ['record.changed', 'created', ['last_name', 'social_security_number']],
        ['record.changed', 'changed', ['last_name']],
        ['record.deleted', 'deleted', []],
        ['record.restored', 'restored', []],
      ]);
      expect(events[0]).toMatchObject({
        actor: { kind: 'person', id: company.person },
        address: '192.0.2.1',
        details: { register: 'employee', key: 'E1' },
      });
      expect(JSON.stringify(events)).not.toMatch(/Sekret|010101/);
    });
  });

  describe('a deleted record', () => {
    const removed = async () =>
      company.book.remove({ ...company.record('product', 'A'), ifMark: await put('A', null, { name: 'Vasara' }) });

    it('can be seen and not changed, and stands again when it is restored', async () => {
      const mark = await removed();
      expect(await show('product', 'A')).toMatchObject({ fields: { name: 'Vasara' } });
      await expect(put('A', mark, {})).rejects.toMatchObject({ kind: 'conflict', code: 'record.deleted' });
      await expect(company.book.remove({ ...company.record('product', 'A'), ifMark: mark })).rejects.toMatchObject({
        code: 'record.deleted',
      });
      const alive = await company.book.restore({ ...company.record('product', 'A'), ifMark: mark });
      expect(await show('product', 'A')).toMatchObject({ deletedAt: null, fields: { name: 'Vasara' } });
      await expect(company.book.restore({ ...company.record('product', 'A'), ifMark: alive })).rejects.toMatchObject({
        code: 'record.not-deleted',
      });
    });

    it('is made anew under its key, and what it was is not lost', async () => {
      await removed();
      await put('A', null, { unit: 'kpl' });
      expect(await company.fields('product', 'A')).toEqual({ unit: 'kpl' });
      const asked = { ...company.record('product', 'A'), ifMark: await company.markOf('product', 'A'), version: 3 };
      await company.book.restore(asked);
      expect(await company.fields('product', 'A')).toEqual({ name: 'Vasara' });
    });
  });

  describe('the history of a record', () => {
    it('has who, when and what, by hand and by imports, the newest first', async () => {
      await put('A', null, { name: 'Vasara', unit: 'kpl' });
      const changing = await company.import(
        'tuoterekisteri',
        '<Product><ProductCode>A</ProductCode><ProductName>Saha</ProductName></Product>',
      );
      await put('A', await company.markOf('product', 'A'), { name: 'Kirves' });
      const deleting = await company.import('tuoterekisteri', '', { productRegister: 'replace-all' });
      await company.import('tuoterekisteri', '<Product><ProductCode>A</ProductCode></Product>', {}, true);

      const versions = await company.versions('product', 'A');
      const person = `person:${company.person}`;
      const partner = `partner-user:${company.partner}`;
      expect(versions).toEqual([
        { version: null, at: expect.any(String), by: partner, what: 'deleted', transferId: deleting, changes: [] },
        {
          version: 2,
          at: expect.any(String),
          by: person,
          what: 'changed',
          transferId: null,
          changes: [{ field: 'name', before: 'Saha', after: 'Kirves' }],
        },
        {
          version: null,
          at: expect.any(String),
          by: partner,
          what: 'changed',
          transferId: changing,
          changes: [
            { field: 'name', before: 'Vasara', after: 'Saha' },
            { field: 'unit', before: 'kpl', after: null },
          ],
        },
        {
          version: 1,
          at: expect.any(String),
          by: person,
          what: 'created',
          transferId: null,
          changes: [
            { field: 'name', before: null, after: 'Vasara' },
            { field: 'unit', before: null, after: 'kpl' },
          ],
        },
      ]);
    });

    it('says which import made a record', async () => {
      const made = await company.import('tuoterekisteri', '<Product><ProductCode>A</ProductCode></Product>');
      await company.import('tuoterekisteri', '<Product><ProductCode>B</ProductCode></Product>');
      expect(await company.versions('product', 'A')).toMatchObject([{ what: 'created', transferId: made }]);
    });

    it('keeps what a deleted record held that an import makes again, and brings it back', async () => {
      const made = await company.import('yritysrekisteri', '<Company><CompanyId>1</CompanyId></Company>');
      const address = { address_id: 'a/b', name: 'x' };
      const filled = await patch('company', '1', await company.markOf('company', '1'), {
        fields: { name1: 'A', interest_percent: '7.5', is_customer: 'false' },
        children: { addresses: [address] },
      });
      await company.book.remove({ ...company.record('company', '1'), ifMark: filled });
      const again = await company.import(
        'yritysrekisteri',
        '<Company><CompanyId>1</CompanyId><CompanyName1>B</CompanyName1></Company>',
      );
      expect(await company.fields('company', '1')).toEqual({ name1: 'B' });
      expect(await company.versions('company', '1')).toMatchObject([
        { version: 3, what: 'created', by: `partner-user:${company.partner}`, transferId: again, changes: [] },
        { version: 2, what: 'deleted' },
        { version: 1, what: 'changed' },
        { version: null, what: 'created', transferId: made },
      ]);
      const ifMark = await company.markOf('company', '1');
      await company.book.restore({ ...company.record('company', '1'), ifMark, version: 3 });
      expect(await company.fields('company', '1')).toEqual({
        name1: 'A',
        interest_percent: '7.5',
        is_customer: 'false',
      });
      expect((await company.children('company', '1'))?.['addresses']).toEqual([address]);
    });

    it('still says which import made a record first, when a person has made it again', async () => {
      const made = await company.import('tuoterekisteri', '<Product><ProductCode>A</ProductCode></Product>');
      await company.import('tuoterekisteri', '', { productRegister: 'replace-all' });
      await put('A', null, {});
      expect((await company.versions('product', 'A')).at(-1)).toMatchObject({ what: 'created', transferId: made });
    });

    it('comes in pages that leave nothing out', async () => {
      let mark = await put('A', null, { name: '0' });
      for (const name of ['1', '2', '3', '4']) mark = await put('A', mark, { name });
      const seen: (number | null)[] = [];
      let cursor: string | null | undefined;
      do {
        const asked = { ...company.place, register: 'product', key: 'A', sensitive: 'shown', limit: 2 } as const;
        const page = await company.view.versions({ ...asked, ...(cursor && { cursor }) });
        seen.push(...page.versions.map(({ version }) => version));
        cursor = page.next;
      } while (cursor);
      expect(seen).toEqual([5, 4, 3, 2, 1]);
    });

    it.each(['2026-02-31 00:00:00+00', '2026-13-01 00:00:00+00', '99999-01-01 00:00:00+00', 'now'])(
      'has no page after a moment that never was: %s',
      async (moment) => {
        await put('A', null, {});
        const cursor = Buffer.from(JSON.stringify([moment, ''])).toString('base64url');
        const asked = {
          ...company.place,
          register: 'product',
          key: 'A',
          sensitive: 'shown',
          limit: 2,
          cursor,
        } as const;
        await expect(company.view.versions(asked)).rejects.toMatchObject({ code: 'cursor.unknown' });
      },
    );

    it('can be gone back in: the record as it stood before a change', async () => {
      const mark = await company.make('company', '1', { name1: 'A' }, { addresses: [{ address_id: '10', name: 'x' }] });
      const changed = await patch('company', '1', mark, { fields: { name1: 'B' }, removed: { addresses: ['10'] } });
      const asked = { ...company.record('company', '1'), ifMark: changed };
      await expect(company.book.restore({ ...asked, version: 1 })).rejects.toMatchObject({
        kind: 'conflict',
        code: 'version.before-creation',
      });
      await expect(company.book.restore({ ...asked, version: 9 })).rejects.toMatchObject({ code: 'version.absent' });
      await company.book.restore({ ...asked, version: 2 });
      expect(await company.fields('company', '1')).toEqual({ name1: 'A' });
      expect((await company.children('company', '1'))?.['addresses']).toEqual([{ address_id: '10', name: 'x' }]);
      expect((await company.versions('company', '1'))[0]).toMatchObject({ version: 3, what: 'restored' });
    });

    it('has no sensitive value, and yet brings one back', async () => {
      const mark = await company.make('employee', 'E1', { social_security_number: '010101-123N' });
      const changed = await patch('employee', 'E1', mark, { fields: { social_security_number: null } });
      const versions = await company.versions('employee', 'E1');
      expect(versions[0]?.changes).toEqual([{ field: 'social_security_number', before: '•••', after: null }]);
      expect(JSON.stringify(versions)).not.toContain('010101');
      await company.book.restore({ ...company.record('employee', 'E1'), ifMark: changed, version: 2 });
      expect(await company.fields('employee', 'E1')).toEqual({ social_security_number: '010101-123N' });
    });
  });

  describe('a list', () => {
    it('comes in pages by key, without what is deleted unless it is asked for', async () => {
      for (const key of ['a', 'b', 'c', 'd', 'e']) await put(key, null, { name: `Tuote ${key}` });
      await company.book.remove({ ...company.record('product', 'c'), ifMark: await company.markOf('product', 'c') });
      const first = await list({ limit: 2 });
      expect(first.records.map(({ key }) => key)).toEqual(['a', 'b']);
      const second = await list({ limit: 2, cursor: first.next });
      expect(second.records.map(({ key }) => key)).toEqual(['d', 'e']);
      expect(second.next).toBeNull();
      expect(await keys({ deleted: 'with' })).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(await keys({ deleted: 'only' })).toEqual(['c']);
      await expect(list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'cursor.unknown' });
    });

    it('finds the start of a key and a part of a name, letter by letter', async () => {
      await put('AB1', null, { name: 'Vasara 100%' });
      await put('1AB', null, { name: 'Naula' });
      expect(await keys({ search: 'ab' })).toEqual(['AB1']);
      expect(await keys({ search: 'AULA' })).toEqual(['1AB']);
      expect(await keys({ search: '%' })).toEqual(['AB1']);
      expect(await keys({ search: '_' })).toEqual([]);
    });

    it('is of one company alone', async () => {
      await put('A', null, {});
      const neighbour = ground.newCompany();
      expect(
        await neighbour.view.list({
          ...neighbour.place,
          register: 'product',
          sensitive: 'shown',
          deleted: 'with',
          limit: 9,
        }),
      ).toEqual({
        records: [],
        next: null,
      });
    });
  });

  describe('whoever need not know who is meant', () => {
    const code = { social_security_number: '010101-123N' };

    it('sees that there is an identity code, and cannot tell it by the mark', async () => {
      await company.make('employee', 'E1', { last_name: 'Aho', ...code });
      expect((await show('employee', 'E1', 'masked')).fields).toMatchObject({
        last_name: 'Aho',
        social_security_number: '•••',
      });
      const mark = await company.markOf('employee', 'E1');
      await company.make('employee', 'E2', { last_name: 'Aho', ...code });
      expect(await company.markOf('employee', 'E2')).not.toBe(mark);
    });

    it('sees nothing of a person under a non-disclosure order, and cannot search for one', async () => {
      const person = { last_name: 'Aho', first_name: 'Aino', security_restriction: 'true' };
      const addresses = [{ address_id: '1', street_address: 'Kotikatu 1' }];
      const mark = await company.make('estate_person', '1', person, { addresses });
      await patch('estate_person', '1', mark, { fields: { last_name: 'Ahonen' } });
      const masked = { ...company.place, register: 'estate_person', key: '1', sensitive: 'masked', limit: 9 } as const;
      const told = JSON.stringify([await company.view.show(masked), await company.view.versions(masked)]);
      expect(told).not.toMatch(/Aho|Aino|Kotikatu/);
      expect(await keys({ search: 'aho', sensitive: 'masked' }, 'estate_person')).toEqual([]);
      expect(await keys({ search: 'aho' }, 'estate_person')).toEqual(['1']);
    });
  });

  it.each(TABLES.map((table) => [table.register, table] as const))('keeps the register %s', async (register, table) => {
    const samples = { text: 'a', decimal: '1', boolean: 'true', date: '2026-01-31' } as const;
    const valuesOf = (fields: typeof table.fields) =>
      Object.fromEntries(
        fields.flatMap(({ field, type }) => {
          if (type.kind === 'code') return [[field, type.values[0]!]];
          return type.kind === 'pattern' ? [] : [[field, samples[type.kind]]];
        }),
      );
    const key = register === 'dimension' ? '1/100' : '7';
    const fields = valuesOf(table.fields.filter(({ field }) => field !== table.key));
    const children = Object.fromEntries(
      table.children.map((child) => [child.kind, [{ [child.key]: '1', ...valuesOf(child.fields) }]]),
    );
    await company.make(register, key, fields, children);
    const record = await show(register, key);
    expect(await company.fields(register, key)).toEqual(fields);
    expect(record.children).toEqual(children);
    expect(await keys({ search: key }, register)).toEqual([key]);
    const mark = await company.book.remove({
      ...company.record(register, key),
      ifMark: await company.markOf(register, key),
    });
    await company.book.restore({ ...company.record(register, key), ifMark: mark });
    expect((await company.versions(register, key)).map(({ what }) => what)).toEqual(['restored', 'deleted', 'created']);
  });
});

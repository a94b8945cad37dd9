import { describe, expect, it } from '@jest/globals';

import { COMPANY_REGISTER_MODES, planRecord, type RecordPlan, type RegisterModes } from './import-mode.js';
import {
  type Children,
  type FieldNames,
  type IncomingRecord,
  type RegisterRecord,
  UnknownField,
} from './register-record.js';

const NAMES: FieldNames = { fields: ['name', 'phone', 'email'], children: { addresses: ['street', 'city'] } };

const EXISTING: IncomingRecord = {
  fields: { name: 'Old', phone: '1', email: null },
  children: { addresses: { '10': { street: 'A', city: 'Oulu' }, '20': { street: 'B', city: null } } },
};
const BY_HAND: RegisterRecord = { ...EXISTING, imported: false };
const IMPORTED: RegisterRecord = { ...EXISTING, imported: true };

/** Gives a name, empties the e-mail, lacks the phone; gives a street of address 10 and a new address 30. */
const DATA: IncomingRecord = {
  fields: { name: 'New', email: null },
  children: { addresses: { '10': { street: 'C' }, '30': { city: 'Turku' } } },
};

const OVERWRITTEN: RegisterRecord = {
  fields: { name: 'New', phone: null, email: null },
  children: { addresses: { '10': { street: 'C', city: null }, '30': { street: null, city: 'Turku' } } },
  imported: true,
};
const KEPT: RegisterRecord = {
  fields: { name: 'New', phone: '1', email: null },
  children: {
    addresses: {
      '10': { street: 'C', city: 'Oulu' },
      '20': { street: 'B', city: null },
      '30': { street: null, city: 'Turku' },
    },
  },
  imported: true,
};

const CREATE: RecordPlan = { do: 'create', after: OVERWRITTEN };
const LEAVE: RecordPlan = { do: 'leave' };
const REJECT: RecordPlan = { do: 'reject', reason: 'repeated-batch' };
const OVERWRITE: RecordPlan = {
  do: 'update',
  after: OVERWRITTEN,
  changes: [
    { field: 'name', before: 'Old', after: 'New' },
    { field: 'phone', before: '1', after: null },
    { field: 'addresses/10/street', before: 'A', after: 'C' },
    { field: 'addresses/10/city', before: 'Oulu', after: null },
    { field: 'addresses/20/street', before: 'B', after: null },
    { field: 'addresses/30/city', before: null, after: 'Turku' },
  ],
  emptied: ['phone', 'addresses/10/city', 'addresses/20/street'],
};
const KEEP: RecordPlan = {
  do: 'update',
  after: KEPT,
  changes: [
    { field: 'name', before: 'Old', after: 'New' },
    { field: 'addresses/10/street', before: 'A', after: 'C' },
    { field: 'addresses/30/city', before: null, after: 'Turku' },
  ],
  emptied: [],
};

describe('an import of one record', () => {
  it.each([
    ['company', 'add-only', CREATE, OVERWRITE, LEAVE],
    ['company', 'update-all', CREATE, OVERWRITE, OVERWRITE],
    ['company', 'update-keep', CREATE, KEEP, KEEP],
    ['product', 'add-only', CREATE, LEAVE, LEAVE],
    ['product', 'update-all', CREATE, OVERWRITE, OVERWRITE],
    ['product', 'replace-all', CREATE, OVERWRITE, OVERWRITE],
    ['product', 'update-keep', CREATE, KEEP, KEEP],
    ['order', 'add-only', CREATE, LEAVE, LEAVE],
    ['order', 'update-all', CREATE, OVERWRITE, OVERWRITE],
    ['payroll_batch', 'add-once', CREATE, REJECT, REJECT],
    ['dimension', 'update-keep', CREATE, KEEP, KEEP],
    ['posting_group', 'update-keep', CREATE, KEEP, KEEP],
    ['payment_term', 'update-keep', CREATE, KEEP, KEEP],
    ['discount', 'update-keep', CREATE, KEEP, KEEP],
    ['employee', 'update-keep', CREATE, KEEP, KEEP],
  ] as const)('into the %s register by %s follows its row of the table', (register, mode, none, byHand, imported) => {
    const plan = (existing: RegisterRecord | null) =>
      planRecord<keyof RegisterModes>(register, mode, existing, DATA, NAMES);
    expect(plan(null)).toEqual(none);
    expect(plan(BY_HAND)).toEqual(byHand);
    expect(plan(IMPORTED)).toEqual(imported);
  });

  it('empties a given field by an empty element, even where absent ones are kept', () => {
    const planned = planRecord('company', 'update-keep', IMPORTED, { fields: { phone: null }, children: {} }, NAMES);
    expect(planned).toMatchObject({ do: 'update', emptied: ['phone'] });
    expect(planned).toMatchObject({ changes: [{ field: 'phone', before: '1', after: null }] });
  });

  it('empties a field of a child likewise', () => {
    const data = { fields: {}, children: { addresses: { '10': { city: null } } } };
    expect(planRecord('company', 'update-keep', IMPORTED, data, NAMES)).toMatchObject({
      emptied: ['addresses/10/city'],
      changes: [{ field: 'addresses/10/city', before: 'Oulu', after: null }],
    });
  });

  it('tells an empty string from an empty field', () => {
    const data = { fields: { email: '' }, children: {} };
    expect(planRecord('company', 'update-keep', IMPORTED, data, NAMES)).toMatchObject({
      changes: [{ field: 'email', before: null, after: '' }],
      emptied: [],
    });
  });

  it('of equal data makes a record made by hand imported, and changes nothing', () => {
    for (const mode of COMPANY_REGISTER_MODES) {
      expect(planRecord('company', mode, BY_HAND, EXISTING, NAMES)).toEqual({ do: 'unchanged', after: IMPORTED });
    }
  });

  it('is an update when only a child without a value comes or goes', () => {
    const bare: RegisterRecord = { ...IMPORTED, children: { addresses: { '10': { street: null, city: null } } } };
    const none = { ...EXISTING, children: {} };
    expect(planRecord('company', 'update-all', bare, none, NAMES)).toEqual({
      do: 'update',
      after: { ...none, children: { addresses: {} }, imported: true },
      changes: [],
      emptied: [],
    });
    expect(planRecord('company', 'update-all', { ...none, imported: true }, bare, NAMES).do).toBe('update');
  });

  it.each([
    ['field', { fields: { fax: '1' }, children: {} }, 'fax'],
    ['kind of child', { fields: {}, children: { contacts: {} } }, 'contacts'],
    ['field of a child', { fields: {}, children: { addresses: { '10': { county: '1' } } } }, 'county'],
  ] as const)('refuses a %s that the register does not have', (_, data: IncomingRecord, field) => {
    for (const existing of [null, IMPORTED]) {
      const planning = () => planRecord('company', 'add-only', existing, data, NAMES);
      expect(planning).toThrow(UnknownField);
      expect(planning).toThrow(expect.objectContaining({ details: { field } }));
    }
    expect(() => planRecord('company', 'update-all', { ...data, imported: true }, DATA, NAMES)).toThrow(UnknownField);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes a child with the id %s as any other',
    (id) => {
      const children: Children = { addresses: Object.fromEntries([[id, { city: 'Oulu' }]]) };
      const data = { fields: {}, children };
      const before: RegisterRecord = { fields: {}, children: {}, imported: true };
      const planned = planRecord('company', 'update-keep', before, data, NAMES);
      expect(planned).toMatchObject({ changes: [{ field: `addresses/${id}/city`, before: null, after: 'Oulu' }] });
      const after = 'after' in planned ? planned.after : before;
      expect(Object.keys(after.children['addresses'] ?? {})).toEqual([id]);
      expect(planRecord('company', 'update-all', after, data, NAMES).do).toBe('unchanged');
      const bare = { fields: {}, children: { addresses: Object.fromEntries([[id, {}]]) } };
      expect(planRecord('company', 'update-keep', before, bare, NAMES).do).toBe('update');
    },
  );

  it('lists children by their id, whatever their order in the data', () => {
    const data = { fields: {}, children: { addresses: { b: { city: '2' }, B: { city: '1' }, a: { city: '3' } } } };
    const before = { fields: {}, children: {}, imported: true };
    expect(planRecord('company', 'update-keep', before, data, NAMES)).toMatchObject({
      changes: ['B', 'a', 'b'].map((id) => ({ field: `addresses/${id}/city` })),
    });
  });
});

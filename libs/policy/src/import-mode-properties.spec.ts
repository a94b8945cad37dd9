import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  BASE_DATA_MODES,
  COMPANY_REGISTER_MODES,
  PAYROLL_MODES,
  planRecord,
  PRODUCT_REGISTER_MODES,
  type RecordPlan,
  type RegisterModes,
  SALES_ORDER_MODES,
} from './import-mode.js';
import type { Children, FieldNames, Fields, IncomingRecord, RegisterRecord } from './register-record.js';

const NAMES: FieldNames = { fields: ['name', 'phone', 'email'], children: { addresses: ['street', 'city'] } };

/** Every register with each of its modes. */
const MODES = [
  ...COMPANY_REGISTER_MODES.map((mode) => ({ register: 'company' as const, mode })),
  ...PRODUCT_REGISTER_MODES.map((mode) => ({ register: 'product' as const, mode })),
  ...SALES_ORDER_MODES.map((mode) => ({ register: 'order' as const, mode })),
  ...PAYROLL_MODES.map((mode) => ({ register: 'payroll_batch' as const, mode })),
  ...BASE_DATA_MODES.map((mode) => ({ register: 'discount' as const, mode })),
];
interface Mode {
  readonly register: keyof RegisterModes;
  readonly mode: RegisterModes[keyof RegisterModes];
}

function plan({ register, mode }: Mode, existing: RegisterRecord | null, data: IncomingRecord): RecordPlan {
  return planRecord<keyof RegisterModes>(register, mode, existing, data, NAMES);
}

/** The register after the plan. */
function carryOut(planned: RecordPlan, existing: RegisterRecord | null): RegisterRecord | null {
  return 'after' in planned ? planned.after : existing;
}

describe('an import of any data into any record', () => {
  const value = fc.constantFrom(null, '', 'a', 'b');
  const fieldsOf = (names: readonly string[]): fc.Arbitrary<Fields> =>
    fc.subarray([...names]).chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, value]))));
  const addresses = fc.dictionary(fc.constantFrom('10', '20', '30', '__proto__'), fieldsOf(['street', 'city']));
  const children: fc.Arbitrary<Children> = fc.oneof(fc.constant({}), fc.record({ addresses }));
  const incoming: fc.Arbitrary<IncomingRecord> = fc.record({ fields: fieldsOf(NAMES.fields), children });
  const existing: fc.Arbitrary<RegisterRecord> = fc.record({
    fields: fieldsOf(NAMES.fields),
    children,
    imported: fc.boolean(),
  });

  it.each(MODES)('a second import of the same data changes nothing: $register $mode', (mode) => {
    fc.assert(
      fc.property(fc.option(existing), incoming, (record, data) => {
        const once = carryOut(plan(mode, record, data), record);
        const again = plan(mode, once, data);
        expect(['unchanged', 'leave', 'reject']).toContain(again.do);
        expect(carryOut(again, once)).toEqual(once);
      }),
    );
  });

  it.each(MODES)('what is reported is the difference between before and after: $register $mode', (mode) => {
    fc.assert(
      fc.property(existing, incoming, (record, data) => {
        const planned = plan(mode, record, data);
        if (planned.do !== 'update' && planned.do !== 'unchanged') return;
        const differing = leavesOf(record, planned.after);
        const reported = planned.do === 'update' ? planned.changes : [];
        expect([...reported].sort(byField)).toEqual(differing.sort(byField));
        const emptied = differing.filter(({ after }) => after === null).map(({ field }) => field);
        expect(planned.do === 'update' ? [...planned.emptied].sort() : []).toEqual(emptied.sort());
      }),
    );
  });

  it.each(MODES.filter(({ mode }) => mode === 'update-keep'))(
    '$register $mode never empties an absent field',
    (mode) => {
      fc.assert(
        fc.property(existing, incoming, (record, data) => {
          const planned = plan(mode, record, data);
          const emptied = planned.do === 'update' ? planned.emptied : [];
          expect(emptied.filter((field) => !isGiven(data, field))).toEqual([]);
        }),
      );
    },
  );

  it.each(MODES.filter(({ mode }) => mode === 'update-all' || mode === 'replace-all'))(
    '$register $mode ends the same whatever was there before',
    (mode) => {
      fc.assert(
        fc.property(fc.option(existing), incoming, (record, data) => {
          expect(carryOut(plan(mode, record, data), record)).toEqual(carryOut(plan(mode, null, data), null));
        }),
      );
    },
  );

  it('company add-only lets the first import decide, and no later one', () => {
    const addOnly: Mode = { register: 'company', mode: 'add-only' };
    fc.assert(
      fc.property(fc.option(existing), incoming, incoming, (record, first, second) => {
        const after = carryOut(plan(addOnly, record, first), record);
        expect(after?.imported).toBe(true);
        expect(plan(addOnly, after, second)).toEqual({ do: 'leave' });
      }),
    );
  });

  it.each(['product', 'order'] as const)('%s add-only never touches what is there', (register) => {
    fc.assert(
      fc.property(existing, incoming, (record, data) => {
        expect(plan({ register, mode: 'add-only' }, record, data)).toEqual({ do: 'leave' });
      }),
    );
  });

  it('a payroll batch comes in once, whatever is in it', () => {
    fc.assert(
      fc.property(existing, incoming, (record, data) => {
        const addOnce: Mode = { register: 'payroll_batch', mode: 'add-once' };
        expect(plan(addOnce, null, data).do).toBe('create');
        expect(plan(addOnce, record, data)).toEqual({ do: 'reject', reason: 'repeated-batch' });
      }),
    );
  });

  const byField = (a: { readonly field: string }, b: { readonly field: string }) => (a.field < b.field ? -1 : 1);

  /** Whether the data has an element for the field, be it empty. */
  function isGiven(data: IncomingRecord, field: string): boolean {
    const [kind = '', id = '', name = ''] = field.split('/');
    const child = Object.entries(data.children[kind] ?? {}).find(([key]) => key === id)?.[1];
    return Object.hasOwn(child ?? (id ? {} : data.fields), name || kind);
  }

  /** Every field in which the two records differ, found by walking the paths. */
  function leavesOf(before: IncomingRecord, after: IncomingRecord) {
    const [left, right] = [before, after].map(
      ({ fields, children: kinds }) =>
        new Map([
          ...Object.entries(fields),
          ...Object.entries(kinds).flatMap(([kind, byId]) =>
            Object.entries(byId).flatMap(([id, child]) =>
              Object.entries(child).map(([name, text]) => [`${kind}/${id}/${name}`, text] as const),
            ),
          ),
        ]),
    ) as [Map<string, string | null>, Map<string, string | null>];
    return [...new Set([...left.keys(), ...right.keys()])]
      .map((field) => ({ field, before: left.get(field) ?? null, after: right.get(field) ?? null }))
      .filter((change) => change.before !== change.after);
  }
});

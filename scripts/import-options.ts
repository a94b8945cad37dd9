import type * as Policy from '../libs/policy/src/index.ts';

const SWITCHES: readonly boolean[] = [true, false];
const onOff = (value: boolean): string => (value ? 'on' : 'off');

/** An order of customer 7 with one row. */
const orderOf = (row: Policy.Fields): Policy.IncomingRecord => ({
  fields: { company_code: '7', order_date: '2026-11-22' },
  children: { rows: { '1': row } },
});
const PRODUCTS: Policy.OrderSurroundings['products'] = new Map([['A', { group: null }]]);
const BARE: Policy.OrderSurroundings = {
  products: PRODUCTS,
  customers: new Map(),
  postingGroups: new Map(),
  discounts: [],
};
const OFF: Policy.OrderOptions = {
  useDiscountRegister: false,
  createMissingProducts: false,
  fetchMissingDimensions: [],
};

/** What the options of sales orders do to an order's rows. */
export function orderSection(policy: typeof Policy): string[] {
  return [
    '## Options of sales orders',
    '',
    'An order that its mode leaves alone is not completed: nothing is created for it, and nothing in it is refused.',
    '',
    '`createMissingProducts` [Perusta puuttuvat tuotteet ja päivitä toimittajan tiedot]:',
    '',
    ...table(['the option', 'the row names', 'the order', 'the product register'], productRows(policy)),
    '',
    '`useDiscountRegister` [Käytä tuonnissa alennusrekisteriä]:',
    '',
    ...table(
      ['the option', 'the row gives', 'the register has one for it', "the row's discount"],
      discountRows(policy),
    ),
    '',
    '`fetchMissingDimensions` [Hae puuttuva seurantakohteen 1–4 arvo Fivaldin perustiedoista], level by level:',
    '',
    ...table(
      ['this level', 'the row', 'the customer has one', 'the posting group has one', "the row's dimension"],
      dimensionRows(policy),
    ),
    '',
  ];
}

function productRows({ completeOrder }: typeof Policy): string[][] {
  const named: readonly (readonly [string, Policy.Fields])[] = [
    ['a product that there is', { product_code: 'A' }],
    ['one that there is not', { product_code: 'B', product_name: 'Saha' }],
    ['none', { product_name: 'Saha' }],
  ];
  return SWITCHES.flatMap((createMissingProducts) =>
    named.map(([names, row]) => {
      const completed = completeOrder(orderOf(row), { ...OFF, createMissingProducts }, BARE);
      const [order, register] =
        completed.do === 'reject'
          ? [`**is rejected**: \`${completed.reason}\``, 'stays']
          : ['goes on', completed.create.length > 0 ? 'gets its code and name' : 'stays'];
      return [onOff(createMissingProducts), names, order, register];
    }),
  );
}

function discountRows({ completeOrder }: typeof Policy): string[][] {
  const discount = {
    id: '1',
    company: '7',
    product: null,
    productGroup: null,
    percent: '20',
    begins: null,
    ends: null,
  };
  return SWITCHES.flatMap((useDiscountRegister) =>
    [true, false].flatMap((given) =>
      [true, false].map((has) => {
        const row = { product_code: 'A', ...(given && { discount_percent: '5' }) };
        const around = { ...BARE, discounts: has ? [discount] : [] };
        const completed = completeOrder(orderOf(row), { ...OFF, useDiscountRegister }, around);
        const percent = completedRow(completed)['discount_percent'];
        const source = percent === '20' ? "the register's" : percent === '5' ? "the row's own" : 'none';
        return [onOff(useDiscountRegister), given ? 'a percent' : 'none', has ? 'yes' : 'no', source];
      }),
    ),
  );
}

function dimensionRows({ completeOrder }: typeof Policy): string[][] {
  const rows: readonly (readonly [string, Policy.Fields])[] = [
    ['gives it', { dimension1: 'row' }],
    ['lacks it', {}],
    ['has it empty', { dimension1: null }],
  ];
  return SWITCHES.flatMap((fetch) =>
    rows.flatMap(([says, row]) =>
      [true, false].flatMap((customer) =>
        [true, false].map((group) => {
          const around = {
            ...BARE,
            customers: new Map([['7', { sales_posting_group: 'P', ...(customer && { dimension1: 'customer' }) }]]),
            postingGroups: new Map([['P', group ? { dimension1: 'group' } : {}]]),
          };
          const options = { ...OFF, fetchMissingDimensions: fetch ? [1] : [] };
          const completed = completeOrder(orderOf({ product_code: 'A', ...row }), options, around);
          const cells = [customer, group].map((has) => (has ? 'yes' : 'no'));
          return [onOff(fetch), says, ...cells, SOURCES[completedRow(completed)['dimension1'] ?? ''] ?? 'empty'];
        }),
      ),
    ),
  );
}

const SOURCES: Readonly<Record<string, string>> = {
  row: "the row's own",
  customer: "the customer's",
  group: "the posting group's",
  employee: "the employee's",
};

const completedRow = (completed: Policy.OrderCompletion): Policy.Fields =>
  completed.do === 'complete' ? (completed.order.children['rows']?.['1'] ?? {}) : {};

/** Where the dimensions of a payroll row come from. */
export function payrollSection({ PAYROLL_DIMENSIONS, payrollDimensions }: typeof Policy): string[] {
  const labels = {
    'from-data': 'Seurantakohteet luetaan aineistosta',
    'from-employee': 'Seurantakohteet luetaan henkilön oletustiedostosta',
    'data-then-employee': 'Ensisijaisesti aineiston kohteet, toiseksi henkilön oletuskohteet',
  };
  const given: readonly (readonly [string, Policy.Fields])[] = [
    ['gives it', { dimension1: 'row' }],
    ['lacks it', {}],
    ['has it empty', { dimension1: null }],
  ];
  const rows = PAYROLL_DIMENSIONS.flatMap((dimensions) =>
    given.flatMap(([says, row]) =>
      [true, false].map((has) => {
        const byId = new Map([['5', has ? { dimension1: 'employee' } : {}]]);
        const batch = { fields: {}, children: { rows: { '1': { employee_id: '5', ...row } } } };
        const completed = payrollDimensions(batch, dimensions, { byId, byIdentityCode: new Map() });
        const value = completed.children['rows']?.['1']?.['dimension1'] ?? '';
        return [`\`${dimensions}\``, labels[dimensions], says, has ? 'yes' : 'no', SOURCES[value] ?? 'empty'];
      }),
    ),
  );
  return [
    '## Dimensions of payroll',
    '',
    'Level by level.',
    '',
    ...table(['mode', 'in the form', 'the row', 'the employee has a default', "the row's dimension"], rows),
    '',
  ];
}

/** A table of a page, as its lines. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

import { z } from 'zod';

import { sortableTime } from './answer.js';
import { newItem } from './dimension-tree.js';
import { type Card, type Organisation, type Register } from './organisation.js';
import { pay } from './payments.js';
import { groupsOf, leafNames } from './shape.js';
import { CUSTOMER } from './shapes/customer.js';
import { PRODUCT } from './shapes/product.js';
import { isDay } from './value.js';

/** Makes or changes records as a person in Netvisor does, at that moment; gives their keys. */
type Seeder = (organisation: Organisation, body: unknown, now: Date) => readonly (number | string)[];

const amount = z.string().regex(/^-?\d+(,\d+)?$/, 'a number with a comma');
const day = z.string().refine(isDay, 'a date, YYYY-MM-DD');
const use = z.strictObject({ name: z.string().min(1), item: z.string().min(1) });
const key = z.int().optional();

/** A list of records, or one. */
const listed = <T extends z.ZodType>(one: T) =>
  z.union([z.array(one), one.transform((value) => [value])]) as unknown as z.ZodType<z.output<T>[]>;
const seeder =
  <T extends z.ZodType>(one: T, put: (organisation: Organisation, value: z.output<T>, now: Date) => number | string) =>
  (organisation: Organisation, body: unknown, now: Date): readonly (number | string)[] =>
    listed(one)
      .parse(body)
      .map((value) => put(organisation, value, now));

function card(names: readonly string[]) {
  const known = new Set(names);
  const fields = z
    .record(z.string(), z.string())
    .refine((given) => Object.keys(given).every((name) => known.has(name.split('@')[0] ?? '')), 'an unknown field');
  return z.strictObject({ netvisorKey: key, fields, dimensions: z.array(use).optional() });
}

interface CardSeed {
  readonly netvisorKey?: number | undefined;
  readonly fields: Readonly<Record<string, string>>;
  readonly dimensions?: Card['dimensions'] | undefined;
}

/** With the key of one that is there, it is changed: fields that are not given stay. */
function putCard(organisation: Organisation, register: Register, seed: CardSeed, now: Date): number {
  const before = seed.netvisorKey === undefined ? undefined : register.cards.get(seed.netvisorKey);
  const dimensions = seed.dimensions ?? before?.dimensions ?? [];
  const next: Card = {
    key: before?.key ?? organisation.nextKey(),
    fields: { isactive: '1', ...before?.fields, ...seed.fields },
    dimensions,
    isDeleted: before?.isDeleted ?? false,
    changed: sortableTime(now),
  };
  organisation.dimensions.ensure(dimensions);
  register.put(next);
  return next.key;
}

const header = z.strictObject({
  name: z.string().min(1).max(50),
  isHidden: z.boolean().optional(),
  items: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        code: z.string().optional(),
        label: z.string().optional(),
        father: z.string().optional(),
        isHidden: z.boolean().optional(),
      }),
    )
    .default([]),
});

function putHeader({ dimensions, nextKey }: Organisation, seed: z.output<typeof header>): number {
  const known = dimensions.header(seed.name) ?? dimensions.addHeader(seed.name);
  known.isHidden = seed.isHidden ?? known.isHidden;
  for (const { name, code, label, father, isHidden } of seed.items) {
    const before = known.item(name) ?? newItem(nextKey(), name);
    const under = father === undefined ? before.father : (known.item(father)?.key ?? null);
    const changes = { code: code ?? before.code, label: label ?? before.label, isHidden: isHidden ?? before.isHidden };
    known.put({ ...before, ...changes, father: under });
  }
  return known.key;
}

const purchaseInvoice = z.strictObject({
  netvisorKey: key,
  number: z.string(),
  date: day,
  dueDate: day.optional(),
  vendor: z.string(),
  vendorOrganisationId: z.string().default(''),
  sum: amount,
  paid: amount.default('0,00'),
  currency: z.string().optional(),
  status: z.enum(['open', 'approved', 'accepted']).default('open'),
  lines: z.array(
    z.strictObject({
      netvisorKey: key,
      sum: amount,
      netSum: amount,
      unitPrice: amount.default('0'),
      vatPercent: amount,
      vatCode: z.string(),
      description: z.string().default(''),
      unit: z.string().default(''),
      quantity: amount.default('1'),
      productCode: z.string().default(''),
      discount: amount.default('0'),
      productName: z.string().default(''),
      account: z.string().default(''),
      dimensions: z.array(use).default([]),
    }),
  ),
});

const present = (value: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** With the key of one that is there, it takes its place. */
function putPurchase(organisation: Organisation, seed: z.output<typeof purchaseInvoice>, now: Date): number {
  const { netvisorKey, lines: given, ...rest } = seed;
  const lines = given.map(({ netvisorKey: known, dimensions, ...fields }) => {
    organisation.dimensions.ensure(dimensions);
    return { key: known ?? organisation.nextKey(), fields, dimensions };
  });
  const made = netvisorKey ?? organisation.nextKey();
  organisation.purchaseInvoices.set(made, { key: made, fields: present(rest), lines, changed: sortableTime(now) });
  return made;
}

const employee = z.strictObject({
  number: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  personalId: z.string().default(''),
  isEmployed: z.boolean().default(true),
});

const names = z.strictObject({ FI: z.string(), SE: z.string(), EN: z.string() });
const named = z
  .union([names, z.string()])
  .transform((name) => (typeof name === 'string' ? { FI: name, SE: name, EN: name } : name));
const recordType = z.strictObject({
  number: z.string(),
  names: named,
  characterType: z.int().default(1),
  unitType: z.int().default(1),
});
const ratio = z.strictObject({ names: named, source: z.string().default('tripexpensecustomlines') });

const term = z.strictObject({
  description: z.string(),
  netDays: z.int(),
  discountDays: z.int().nullable().default(null),
  discountPercent: amount.nullable().default(null),
  isDefault: z.boolean().default(false),
});

const invoiceEdit = z.strictObject({ number: z.string(), status: z.string() });

/** A status as a person sets it: it counts as a change of the invoice. */
function editInvoice(organisation: Organisation, { number, status }: z.output<typeof invoiceEdit>, now: Date): number {
  const invoice = organisation.salesInvoices.get(organisation.invoiceNumbers.get(`invoice ${number}`) ?? -1);
  if (!invoice) throw new SyntaxError(`There is no sales invoice ${number}`);
  invoice.status = status;
  invoice.changed = sortableTime(now);
  return invoice.key;
}

const payment = z.strictObject({ invoiceNumber: z.string(), sum: amount, date: day });
const approvedDay = z.strictObject({ employee: z.string(), date: day });

const appended = <T extends { readonly key: number }>(list: T[], value: T): number => {
  list.push(value);
  return value.key;
};

/** What a test may put into a company, by the last part of its control route. */
export const SEEDERS: Readonly<Record<string, Seeder>> = {
  customers: seeder(card(leafNames(groupsOf(CUSTOMER))), (to, seed, now) => putCard(to, to.customers, seed, now)),
  products: seeder(card(leafNames(groupsOf(PRODUCT))), (to, seed, now) => putCard(to, to.products, seed, now)),
  dimensions: seeder(header, putHeader),
  'purchase-invoices': seeder(purchaseInvoice, putPurchase),
  'sales-invoices': seeder(invoiceEdit, editInvoice),
  employees: seeder(employee, (to, seed) => appended(to.employees, { key: to.nextKey(), ...seed })),
  'record-types': seeder(recordType, (to, seed) => {
    const made = { key: to.nextKey(), ...seed };
    to.recordTypes.set(seed.number, made);
    return made.key;
  }),
  'payroll-ratios': seeder(ratio, (to, seed) => appended(to.payrollRatios, { key: to.nextKey(), ...seed })),
  'payment-terms': seeder(term, (to, seed) => appended(to.paymentTerms, { key: to.nextKey(), ...seed })),
  accounts: seeder(z.strictObject({ number: z.string(), name: z.string() }), (to, seed) => {
    const made = { key: to.nextKey(), ...seed };
    to.accounts.set(seed.number, made);
    return made.key;
  }),
  'accounting-periods': seeder(z.strictObject({ name: z.string(), beginDay: day, endDay: day }), (to, seed) =>
    appended(to.periods, { key: to.nextKey(), ...seed }),
  ),
  'approved-days': seeder(approvedDay, (to, seed) => {
    to.approvedDays.add(`${seed.employee} ${seed.date}`);
    return `${seed.employee} ${seed.date}`;
  }),
  payments: seeder(payment, (to, seed, now) => {
    const made = pay(to, seed, now);
    if (!made) throw new SyntaxError(`There is no sales invoice ${seed.invoiceNumber}`);
    return made.key;
  }),
};

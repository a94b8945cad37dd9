import { describe, expect, it } from '@jest/globals';

import type { LinkSettings } from '#lib/contracts';
import { VAT_OBJECTIONS } from '#lib/policy';

import { DOCUMENT_CAUSES } from './document-causes.js';
import { planOf } from './sales-invoice-plan.js';
import { INVOICE, invoiceOf, settingsWith } from './sales-invoice.spec-support.js';
import type { SalesInvoice } from './sales-invoice.js';

const USUAL = settingsWith();

/** `cause`, or `cause (what it is about)`, of every objection. */
const objectionsTo = (invoice: SalesInvoice, settings: LinkSettings = USUAL): readonly string[] =>
  planOf(invoice, settings).objections.map(({ cause, field }) => (field === undefined ? cause : `${cause} (${field})`));

const receiver = (changes: Partial<SalesInvoice['receiver']>): Partial<SalesInvoice> => ({
  receiver: { ...INVOICE.receiver, ...changes },
});
const customer = (changes: Partial<SalesInvoice['customer']>): Partial<SalesInvoice> => ({
  customer: { ...INVOICE.customer, ...changes },
});
const NOWHERE = { street: null, postalCode: null, city: null, country: null, countryCode: null };
const HEADER_AND = { project: 'Projekti', businessUnit: 'Yksikkö', user: 'Tekijä' };

describe('what keeps an invoice from going', () => {
  it('is nothing for a sound one', () => {
    expect(objectionsTo(INVOICE)).toEqual([]);
  });

  it('is what Severa says, where it does not hand the rows out', () => {
    expect(planOf({ ...INVOICE, rows: [], unread: 'Broken row.' }, USUAL).objections).toEqual([
      { cause: 'severa-refused', message: 'Broken row.' },
    ]);
  });

  it('is no sign that the product register makes plain', () => {
    const invoice = invoiceOf([{ codes: ['A\u20131'] }], '1000', '255');
    expect(objectionsTo(invoice)).toEqual([]);
    expect(planOf(invoice, USUAL).lines[0]?.product).toBe('A-1');
  });

  it.each<[string, Partial<SalesInvoice>, string]>([
    ['no number', { number: null }, 'invoice-number-missing'],
    ['no date', { date: null }, 'invoice-date-missing'],
    ['no word of which company it is of', { unitUnknown: true }, 'invoice-unit-missing'],
    ['no way to tell when it is due', { dueDate: null, paymentTermDays: null }, 'invoice-payment-term-missing'],
    ['a locked day', { lockedUntil: '2026-03-31' }, 'invoice-period-locked (2026-03-31)'],
    [
      'a customer outside the register',
      customer({ registered: false, netvisorKey: null }),
      'customer-not-found (Esimerkki Oy)',
    ],
    ['no street', receiver({ street: ' \n' }), 'invoice-address-incomplete (street)'],
    ['no town', receiver({ city: null }), 'invoice-address-incomplete (city)'],
    ['no Finnish post code', receiver({ postalCode: null }), 'invoice-address-incomplete (postal code)'],
    ['a country that is none', receiver({ country: 'Suomu', countryCode: null }), 'invoice-country-unmapped (Suomu)'],
    ['an address without a country', receiver({ country: null, countryCode: null }), 'invoice-country-unmapped ()'],
    ['no currency', { currency: null }, 'currency-missing'],
    ['euros that are not the home currency', { currencyRate: '0.1' }, 'home-currency-differs (EUR)'],
    ['a street of 81 letters', receiver({ street: 'k'.repeat(81) }), 'invoice-text-too-long (street: 81/80)'],
    [
      'a text of 501 letters before the rows',
      { textBefore: 'a'.repeat(501) },
      'invoice-text-too-long (text before rows: 501/500)',
    ],
    [
      'a text of 501 letters after the rows',
      { textAfter: 'a'.repeat(501) },
      'invoice-text-too-long (text after rows: 501/500)',
    ],
    ['a letter that Netvisor has not', receiver({ name: 'Łódź Oy' }), 'invoice-letter-unknown (name: Ł)'],
    ['no total', { net: null }, 'total-missing'],
    [
      'a total that its rows do not come to',
      { net: '1000.01' },
      'total-differs (rows 1000.00 + 255.00, invoice 1000.01 + 255.00)',
    ],
    ['no rows', { rows: [] }, 'invoice-without-rows'],
  ])('%s', (_, changes, expected) => {
    expect(objectionsTo({ ...INVOICE, ...changes })).toEqual([expected]);
  });

  it.each<[string, Parameters<typeof invoiceOf>[0][number], string]>([
    ['no product code', { codes: [] }, 'product-code-missing (row 1)'],
    ['several product codes', { codes: ['A', 'B'] }, 'product-code-several (row 1)'],
    ['a code of 51 letters', { codes: ['X'.repeat(51)] }, 'invoice-text-too-long (row 1: product: 51/50)'],
    ['no quantity', { quantity: null }, 'row-incomplete (row 1)'],
    ['no price', { unitPrice: null }, 'row-incomplete (row 1)'],
    ['a price in another currency', { priceCurrency: 'SEK' }, 'currency-mixed (row 1)'],
    ['neither description nor code', { description: '', codes: [] }, 'row-without-description (row 1)'],
    ['a description of 501 letters', { description: 'a'.repeat(501) }, 'invoice-text-too-long (row 1: text: 501/500)'],
    ['two projects', { projects: ['1 A', '2 B'] }, 'dimension-several (row 1: Projekti)'],
    ['two business units', { businessUnits: ['A', 'B'] }, 'dimension-several (row 1: Yksikkö)'],
    ['months that nobody tells', { period: 'unclear' }, 'accrual-period-unclear (row 1)'],
    ['a rate that there is not', { percent: '22' }, 'vat-percent-not-allowed (row 1: 22 %)'],
    ['no rate', { percent: null }, 'vat-percent-missing (row 1: - %)'],
  ])('a row with %s', (_, row, expected) => {
    expect(objectionsTo(invoiceOf([row], '1000', '255'), settingsWith({ dimensions: HEADER_AND }))).toContain(expected);
  });

  it.each(VAT_OBJECTIONS)('is told in words for %s', (objection) => {
    expect(DOCUMENT_CAUSES).toHaveProperty(objection);
  });

  it('is no locked day for an order, which is not booked', () => {
    const locked = { ...INVOICE, lockedUntil: '2026-03-31' };
    expect(objectionsTo(locked, settingsWith({ as: 'order', status: 'delivered' }))).toEqual([]);
  });

  it('all of it is told at once', () => {
    const broken = invoiceOf([{ codes: [] }, { percent: '22' }], '2000', '475', { number: null });
    expect(objectionsTo(broken)).toEqual([
      'invoice-number-missing',
      'product-code-missing (row 1)',
      'vat-percent-not-allowed (row 2: 22 %)',
    ]);
  });

  it('a sale without tax needs a reason, a choice, or a VAT number', () => {
    const untaxed = invoiceOf([{ percent: '0' }], '1000', '0');
    expect(objectionsTo(untaxed)).toEqual(['vat-code-unclear (row 1: 0 %)']);
    expect(objectionsTo(untaxed, settingsWith({ vatCodes: { domesticZero: 'KOMY0' } }))).toEqual([]);
    expect(objectionsTo({ ...untaxed, reverseCharge: true })).toEqual([]);
    const swedish = {
      ...untaxed,
      reverseCharge: true,
      ...receiver({ country: 'Ruotsi', countryCode: 'SE', vatNumber: null }),
    };
    expect(objectionsTo(swedish)).toEqual(['invoice-vat-number-missing']);
  });

  it('a rate must be in force on the day that it is booked', () => {
    const row = { percent: '13.5' };
    const dated = { date: '2025-12-31', entryDate: '2026-01-02' };
    expect(objectionsTo(invoiceOf([row], '1000', '135', dated))).toEqual([]);
    expect(objectionsTo(invoiceOf([row], '1000', '135', { ...dated, entryDate: null }))).toEqual([
      'vat-percent-not-allowed (row 1: 13.5 %)',
    ]);
  });

  it('rows of different months belong on invoices of their own', () => {
    const year = { from: '2026-01', until: '2026-12' };
    const month = { from: '2026-03', until: '2026-03' };
    expect(objectionsTo(invoiceOf([{ period: year }, { period: year }, {}], '3000', '765'))).toEqual([]);
    expect(objectionsTo(invoiceOf([{ period: year }, { period: month }], '2000', '510'))).toEqual([
      'accrual-periods-differ (2026-01–2026-12, 2026-03–2026-03)',
    ]);
  });

  it.each([
    ['invoice', 'open', []],
    ['invoice', 'unsent', []],
    ['order', 'delivered', []],
    ['order', 'undelivered', []],
    ['invoice', 'delivered', ['invoice-status-unfit (invoice: delivered)']],
    ['order', 'open', ['invoice-status-unfit (order: open)']],
  ])('as %s with the status %s: %j', (as, status, expected) => {
    expect(objectionsTo(INVOICE, settingsWith({ as, status }))).toEqual(expected);
  });
});

describe('whose invoice it is', () => {
  it.each<[string, string | null, Partial<SalesInvoice['customer']>, unknown, boolean]>([
    ['a customer that has moved', 'to-netvisor', {}, { type: 'netvisor', identifier: '77' }, false],
    ['one that is on its way', 'to-netvisor', { netvisorKey: null }, null, true],
    ['one outside the register', 'to-netvisor', { netvisorKey: null, registered: false }, null, false],
    ['one that Netvisor keeps', 'to-severa', {}, { type: 'customer', identifier: '1001' }, false],
    ['one of an undecided register', null, {}, { type: 'customer', identifier: '1001' }, false],
    ['one without a number', 'to-severa', { number: null, registered: false }, null, false],
    ['any, where none moves', 'none', { number: null }, { type: 'customer', identifier: 'TEMP' }, false],
  ])('%s', (_, customers, changes, link, waits) => {
    const plan = planOf({ ...INVOICE, ...customer(changes) }, settingsWith({}, { customers }));
    expect(plan.customer).toEqual(link);
    expect(plan.waitsForCustomer).toBe(waits);
    expect(plan.objections.some(({ cause }) => cause === 'customer-not-found')).toBe(link === null && !waits);
  });

  it('has the whole address, or none of it', () => {
    const empty = { ...INVOICE, ...receiver(NOWHERE) };
    expect(planOf(empty, USUAL)).toMatchObject({ address: null, objections: [] });
    expect(objectionsTo(empty, settingsWith({}, { customers: 'none' }))).toEqual(['invoice-address-missing']);
    expect(planOf({ ...INVOICE, ...receiver({ street: ' Katu 1\r\nB  2 ' }) }, USUAL).address).toEqual({
      name: 'Esimerkki Oy',
      street: 'Katu 1 B 2',
      postalCode: '00100',
      city: 'Helsinki',
      country: 'FI',
    });
  });

  it('a foreign address may do without a post code', () => {
    const abroad = { ...INVOICE, ...receiver({ postalCode: null, country: 'Irlanti', countryCode: 'IE' }) };
    expect(objectionsTo(abroad)).toEqual([]);
  });
});

describe('the rows of an invoice', () => {
  it('take TEMP for their product where products are not transferred', () => {
    const plan = planOf(invoiceOf([{ codes: [] }], '1000', '255'), settingsWith({}, { products: 'none' }));
    expect(plan.lines[0]?.product).toBe('TEMP');
    expect(plan.objections).toEqual([]);
  });

  it('keep a long description whole: its beginning is the name, all of it the text', () => {
    const description = 'Verkkosivujen uudistuksen määrittelypalaveri ja muistio 3.3.2026';
    const [line] = planOf(invoiceOf([{ description, comment: 'Etänä' }], '1000', '255'), USUAL).lines;
    expect(line?.name).toBe('Verkkosivujen uudistuksen määrittelypalaveri ja');
    expect(line?.text).toBe(`${description}\nEtänä`);
  });

  it('have a name of at most 50 letters when they have no spaces', () => {
    const [line] = planOf(invoiceOf([{ description: 'x'.repeat(80) }], '1000', '255'), USUAL).lines;
    expect(line?.name).toBe('x'.repeat(50));
  });

  it('are named by their product when they have no description', () => {
    expect(planOf(invoiceOf([{ description: null }], '1000', '255'), USUAL).lines[0]?.name).toBe('KONS');
  });

  it('have the dimensions that were chosen, and of several people none', () => {
    const row = {
      projects: ['2001 Verkkosivut'],
      businessUnits: ['Etelä'],
      costCenters: ['100 Myynti'],
      users: ['A', 'B'],
    };
    const dimensions = { ...HEADER_AND, costCenter: 'Kustannuspaikka' };
    const [line] = planOf(invoiceOf([row], '1000', '255'), settingsWith({ dimensions })).lines;
    expect(line?.dimensions).toEqual([
      { header: 'Projekti', item: '2001 Verkkosivut' },
      { header: 'Yksikkö', item: 'Etelä' },
      { header: 'Kustannuspaikka', item: '100 Myynti' },
    ]);
    expect(line?.usersLeftOut).toBe(true);
    const one = planOf(invoiceOf([{ users: ['Maija'] }], '1000', '255'), settingsWith({ dimensions })).lines[0];
    expect(one?.dimensions).toEqual([{ header: 'Tekijä', item: 'Maija' }]);
  });

  it('have no dimensions where none were chosen, however many projects they are of', () => {
    expect(planOf(invoiceOf([{ projects: ['1 A', '2 B'] }], '1000', '255'), USUAL)).toMatchObject({
      objections: [],
      lines: [{ dimensions: [] }],
    });
  });

  it('go to the account of accrual when they are accrued', () => {
    const period = { from: '2026-01', until: '2026-12' };
    const accounts = (row: object): unknown =>
      planOf(invoiceOf([{ recurringAccount: '3010', ...row }], '1000', '255'), USUAL).lines[0]?.account;
    expect(accounts({ period })).toBe('3010');
    expect(accounts({})).toBe('3000');
    expect(accounts({ period, recurringAccount: null })).toBe('3000');
  });

  it.each([
    ['positive', '10', '100', '1000', '255'],
    ['negative by quantity', '-10', '100', '-1000', '-255'],
    ['negative by price', '10', '-100', '-1000', '-255'],
  ])('of a credit note that is %s are below zero', (_, quantity, unitPrice, net, tax) => {
    const plan = planOf(invoiceOf([{ quantity, unitPrice }], net, tax, { credit: true }), USUAL);
    expect(plan.objections).toEqual([]);
    expect(plan.lines[0]).toMatchObject({
      quantity: { units: -10n },
      unitPrice: { units: 100n },
      total: { gross: { units: -125500n, places: 2 } },
    });
    expect(plan.gross).toMatchObject({ units: -125500n, places: 2 });
  });
});

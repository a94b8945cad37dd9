/** A record as Severa shows it: one object of JSON, every declared field in it. */
export interface Model {
  readonly guid: string;
  readonly [field: string]: unknown;
}

/** Fields that somebody gives: a body of a call, or what a test seeds. */
export type Given = Readonly<Record<string, unknown>>;

/** The registers of an organisation, each by the word that its path has. */
export const REGISTERS = [
  'countries',
  'languages',
  'currencies',
  'vatrates',
  'salesaccounts',
  'costcenters',
  'businessunits',
  'productcategories',
  'products',
  'worktypes',
  'travelexpensetypes',
  'overtimes',
  'activitytypes',
  'invoicestatuses',
  'travelreimbursementstatuses',
  'users',
  'customers',
  'addresses',
  'customercountrysettings',
  'projects',
  'phases',
  'invoices',
  'invoicerows',
  'invoicesettings',
  'invoicefiles',
  'workhours',
  'projectfees',
  'projecttravelexpenses',
  'projecttravelexpensefiles',
  'reimbursedworkhours',
  'reimbursedprojectfees',
  'reimbursedprojecttravelexpenses',
  'travelreimbursements',
  'activities',
  'deletedworkhours',
  'deletedprojectfees',
  'deletedprojecttravelexpenses',
] as const;
export type RegisterName = (typeof REGISTERS)[number];

/** Whoever can find a record by what is given of it: by `guid`, or by the fields that are given. */
export interface Finder {
  find(register: RegisterName, given: Given): Model | undefined;
}

export const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object in a field; an empty one where there is none. */
export const part = (model: Given, field: string): Given => {
  const value = model[field];
  return isGiven(value) ? value : {};
};

/** The text in a field, or another where there is none. */
export const textIn = (model: Given, field: string, otherwise = ''): string => {
  const value = model[field];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
};

export const guidIn = (model: Given, field: string): unknown => part(model, field)['guid'];

/** These fields, each null. */
export const nulls = (...names: string[]): Given => Object.fromEntries(names.map((name) => [name, null]));

/** Shows these fields of a record, as a record that refers to it does. */
export const picking =
  (...names: string[]) =>
  (model: Model): Given =>
    Object.fromEntries(names.map((name) => [name, model[name] ?? null]));

/** An amount as Severa shows it; null stays null. */
export const money = (amount: number | null, currencyCode = 'EUR'): Given => ({
  amount,
  currencyCode,
  multiCurrencyInfo: [],
});

/** To two decimals, halves away from zero. */
export const cents = (amount: number): number =>
  (Math.sign(amount) * Math.round(Math.abs(amount) * 100 + 1e-6)) / 100 || 0;

export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

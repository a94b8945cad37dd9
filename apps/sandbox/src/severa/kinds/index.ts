/** What every register's records are made of, and how a test's seed becomes records. */
import type { Given, Model, RegisterName } from '../model.js';
import type { Organisation } from '../organisation.js';
import { type RecordKind, seeded } from '../record.js';
import { PROJECT_FEES, TRAVEL_EXPENSES, WORK_HOURS } from './billed.js';
import { ADDRESSES, COUNTRY_SETTINGS, CUSTOMERS, seededCustomer } from './customers.js';
import { seededInvoice } from './invoice-seed.js';
import { INVOICE_ROWS, INVOICE_SETTINGS, INVOICES } from './invoices.js';
import { PHASES, PROJECTS, USERS } from './projects.js';
import { SETTINGS } from './settings.js';
import { ACTIVITIES, seededExpense, seededReimbursement, TRAVEL_REIMBURSEMENTS } from './travels.js';

const KINDS: ReadonlyMap<RegisterName, RecordKind> = new Map(
  [
    ...SETTINGS,
    USERS,
    CUSTOMERS,
    ADDRESSES,
    COUNTRY_SETTINGS,
    PROJECTS,
    PHASES,
    INVOICES,
    INVOICE_ROWS,
    INVOICE_SETTINGS,
    WORK_HOURS,
    PROJECT_FEES,
    TRAVEL_EXPENSES,
    TRAVEL_REIMBURSEMENTS,
    ACTIVITIES,
  ].map((kind) => [kind.register, kind]),
);

type Seeding = (organisation: Organisation, given: Given, now: Date) => Model;

/** Seeds that bring other records along. */
const WITH_OTHERS: Partial<Record<RegisterName, Seeding>> = {
  customers: seededCustomer,
  invoices: seededInvoice,
  projecttravelexpenses: seededExpense,
  travelreimbursements: seededReimbursement,
};

export const kindOf = (register: RegisterName): RecordKind | undefined => KINDS.get(register);

/** Makes a record of a seed; undefined for a register that nobody seeds by itself. */
export function seed(organisation: Organisation, register: RegisterName, given: Given, now: Date): Model | undefined {
  const kind = KINDS.get(register);
  if (!kind) return undefined;
  return WITH_OTHERS[register]?.(organisation, given, now) ?? seeded(kind, organisation, given, now);
}

import { createHash, randomUUID } from 'node:crypto';

import type { Dto } from './field-check.js';
import { type InvoicingDetails, STANDARD_DETAILS } from './invoicing-details.js';
import type { Right } from './right.js';

/** What Fivaldi knows of a customer or supplier. */
export interface Customer {
  readonly customerId: string;
  fields: Dto;
  readonly addresses: Dto[];
  readonly bankAccounts: Dto[];
  changedAt: Date;
}

export interface Product {
  readonly productCode: string;
  fields: Dto;
  readonly descriptions: Dto[];
  readonly postings: Dto[];
  changedAt: Date;
}

export interface Order {
  readonly id: string;
  readonly createdAt: Date;
  fields: Dto;
  readonly attachments: string[];
}

/** An import of payroll rows. Two may have the same batch id: nothing says that Fivaldi forbids it. */
export interface PayrollImport {
  readonly payrollBatchId: string;
  readonly rows: readonly Dto[];
}

/** Property management [Kiha] as a test gives it: nobody writes it through the sandbox. */
export interface Estate {
  readonly persons: readonly Dto[];
  readonly apartments: readonly Dto[];
  readonly bonds: readonly Dto[];
  readonly housingCompany: Dto | null;
}

export interface PayrollRegister {
  /** ExternalPayrollEmployeeDTO, by `personalInformation.employeeId`. */
  readonly employees: readonly Dto[];
  readonly payCodes: readonly { readonly payCodeId: string; readonly externalPayCodeId?: string | undefined }[];
}

/** What a company is when a test makes it. */
export interface CompanySeed {
  readonly cuid?: string | undefined;
  readonly customerId?: string | undefined;
  readonly businessId?: string | undefined;
  readonly name1?: string | undefined;
  /** Partners that see the company, and their rights in it; absent: every partner, every right. */
  readonly partners?: Readonly<Record<string, readonly Right[]>> | undefined;
  readonly details?: Partial<InvoicingDetails> | undefined;
  readonly payroll?: Partial<PayrollRegister> | undefined;
  readonly estate?: Partial<Estate> | undefined;
  /** What a repeated `payrollBatchId` does; Fivaldi does not say. Absent: it is imported once more. */
  readonly repeatedPayrollBatch?: 'imported' | 'refused' | undefined;
  /** What the answer to a creation of orders names, declared as any object; absent: the batch. */
  readonly createdOrder?: 'batch' | 'id' | 'nothing' | undefined;
  /** How a bad order is answered: with 400, or with 200 and its errors beside the batch. Absent: 400. */
  readonly badOrder?: 'refused' | 'listed' | undefined;
}

const FIRST_CUSTOMER = 1001;
const FIRST_ORDER = 1;

/** One company's registers, in memory. */
export class Company {
  readonly cuid: string;
  readonly customers = new Map<string, Customer>();
  readonly products = new Map<string, Product>();
  readonly orders = new Map<string, Order>();
  /** By level and value: `1/100`. */
  readonly dimensions = new Map<string, Dto>();
  readonly payrollImports: PayrollImport[] = [];
  readonly details: InvoicingDetails;
  readonly payroll: PayrollRegister;
  readonly estate: Estate;
  private nextCustomer = FIRST_CUSTOMER;
  private nextOrder = FIRST_ORDER;
  private nextPart = 1;

  constructor(
    readonly companyId: number,
    readonly seed: CompanySeed,
  ) {
    this.cuid = seed.cuid ?? createHash('sha256').update(`company ${companyId}`).digest('hex').slice(0, 32);
    this.details = { ...STANDARD_DETAILS, ...seed.details };
    this.payroll = { employees: [], payCodes: [], ...seed.payroll };
    this.estate = { persons: [], apartments: [], bonds: [], housingCompany: null, ...seed.estate };
  }

  get customerId(): string {
    return this.seed.customerId ?? 'SANDBOX';
  }

  get businessId(): string {
    return this.seed.businessId ?? `${String(this.companyId).padStart(7, '0')}-0`;
  }

  /** The `Company` that discovery shows. */
  get shown(): Dto {
    return {
      companyId: this.companyId,
      databaseId: `FV${this.companyId}`,
      cuid: this.cuid,
      customerId: this.customerId,
      name1: this.seed.name1 ?? `Company ${this.companyId}`,
      name2: null,
      businessId: this.businessId,
      currency: 'EUR',
      countryId: 'FI',
      language: 'FIN',
    };
  }

  /** Everything in it, for a test to compare. */
  get registers(): Dto {
    return {
      company: this.shown,
      customers: [...this.customers.values()],
      products: [...this.products.values()],
      orders: [...this.orders.values()],
      dimensions: [...this.dimensions.values()],
      payrollImports: this.payrollImports,
    };
  }

  isSeenBy(partner: string): boolean {
    return this.seed.partners === undefined || this.seed.partners[partner] !== undefined;
  }

  allows(partner: string, right: Right): boolean {
    return this.seed.partners === undefined || (this.seed.partners[partner] ?? []).includes(right);
  }

  /** The next free number of the customer register: the caller cannot choose it. */
  freeCustomerId(): string {
    return String(this.nextCustomer++);
  }

  freeOrderNumber(): string {
    return String(this.nextOrder++);
  }

  /** Numbers of addresses and bank accounts: one sequence in a company. */
  freePartId(): number {
    return this.nextPart++;
  }

  /** Ids of documents and batches. */
  freeDocumentId(): string {
    return randomUUID().replaceAll('-', '');
  }
}

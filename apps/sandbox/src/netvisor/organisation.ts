import type { Dimensions, DimensionUse } from './dimension-tree.js';
import type { Decimal } from './decimal.js';

/** What was given of a record, by the lower-case name of its element; an attribute is under `name@attribute`. */
export type Fields = Record<string, string>;

/** A row of a document that is kept as it came. */
export interface Row {
  readonly fields: Fields;
  readonly dimensions: readonly DimensionUse[];
}

/** A customer or a product. */
export interface Card {
  readonly key: number;
  fields: Fields;
  dimensions: readonly DimensionUse[];
  isDeleted: boolean;
  /** On a clock in Finland, `YYYY-MM-DDTHH:mm:ss`; so are all of these. */
  changed: string;
}

export interface InvoiceLine {
  readonly kind: 'product' | 'comment' | 'subline';
  readonly fields: Fields;
  readonly dimensions: readonly DimensionUse[];
  /** The card of a product's line. */
  readonly product: number | null;
  readonly vatSum: Decimal;
  readonly sum: Decimal;
}

export interface Attachment {
  readonly mimeType: string;
  readonly description: string;
  readonly fileName: string;
  readonly type: string | null;
  readonly data: string;
}

export interface SalesInvoice {
  readonly key: number;
  readonly type: 'invoice' | 'order' | 'invoicedraft';
  /** Null: a draft has none. */
  readonly number: string | null;
  readonly customer: number;
  readonly fields: Fields;
  readonly lines: readonly InvoiceLine[];
  readonly attachments: readonly Attachment[];
  readonly dueDay: string;
  readonly sum: Decimal;
  openSum: Decimal;
  status: string;
  changed: string;
  paymentsChanged: string | null;
}

export interface Payment {
  readonly key: number;
  readonly invoice: number;
  readonly sum: Decimal;
  readonly day: string;
  readonly changed: Date;
  readonly changedText: string;
}

export interface PurchaseLine extends Row {
  readonly key: number;
}

export interface PurchaseInvoice {
  readonly key: number;
  readonly fields: Fields;
  readonly lines: readonly PurchaseLine[];
  readonly changed: string;
}

export interface Employee {
  readonly key: number;
  readonly number: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly personalId: string;
  readonly isEmployed: boolean;
}

/** A name in the languages of the interface. */
export type Names = Readonly<Record<Language, string>>;
export const INTERFACE_LANGUAGES = ['FI', 'SE', 'EN'] as const;
export type Language = (typeof INTERFACE_LANGUAGES)[number];

export interface RecordType {
  readonly key: number;
  readonly number: string;
  readonly names: Names;
  readonly characterType: number;
  readonly unitType: number;
}

export interface PayrollRatio {
  readonly key: number;
  readonly source: string;
  readonly names: Names;
}

/** Some rows of hours of one employee and day, as they were given. */
export interface Workday {
  readonly employee: string;
  readonly day: string;
  rows: readonly Row[];
}

export interface TripExpense {
  readonly key: number;
  readonly fields: Fields;
  readonly lines: readonly Row[];
  readonly attachments: readonly Attachment[];
}

export interface PaymentTerm {
  readonly key: number;
  readonly description: string;
  readonly netDays: number;
  readonly discountDays: number | null;
  readonly discountPercent: string | null;
  readonly isDefault: boolean;
}

export interface Account {
  readonly key: number;
  readonly number: string;
  readonly name: string;
}

export interface Period {
  readonly key: number;
  readonly name: string;
  readonly beginDay: string;
  readonly endDay: string;
}

/** Records that are found by their key, and by the code that people call them by. */
export class Register {
  readonly cards = new Map<number, Card>();
  private readonly keys = new Map<string, number>();

  constructor(private readonly codeName: 'internalidentifier' | 'productcode') {}

  put(card: Card): void {
    const before = this.cards.get(card.key);
    if (before) this.keys.delete(this.codeOf(before));
    this.cards.set(card.key, card);
    if (this.codeOf(card) !== '') this.keys.set(this.codeOf(card), card.key);
  }

  remove(key: number): boolean {
    const card = this.cards.get(key);
    if (card) this.keys.delete(this.codeOf(card));
    return this.cards.delete(key);
  }

  byCode(code: string): Card | undefined {
    const key = this.keys.get(code);
    return key === undefined ? undefined : this.cards.get(key);
  }

  /** The next free number for a customer that is to have one. */
  freeCode(): string {
    let code = this.cards.size + 1;
    while (this.keys.has(String(code))) code += 1;
    return String(code);
  }

  codeOf(card: Card): string {
    return card.fields[this.codeName] ?? '';
  }
}

/** One company's environment in Netvisor, in memory. */
export class Organisation {
  /** Null: every resource is switched on. */
  resources: ReadonlySet<string> | null = null;
  /** API users that may act here. */
  readonly users = new Set<string>();
  readonly customers = new Register('internalidentifier');
  readonly products = new Register('productcode');
  readonly salesInvoices = new Map<number, SalesInvoice>();
  /** Keys by kind and number, `invoice 12`. */
  readonly invoiceNumbers = new Map<string, number>();
  readonly payments: Payment[] = [];
  readonly purchaseInvoices = new Map<number, PurchaseInvoice>();
  readonly employees: Employee[] = [];
  readonly recordTypes = new Map<string, RecordType>();
  readonly payrollRatios: PayrollRatio[] = [];
  /** By employee number and day. */
  readonly workdays = new Map<string, Workday>();
  /** Days that were approved in Netvisor: hours for them are refused. */
  readonly approvedDays = new Set<string>();
  readonly tripExpenses: TripExpense[] = [];
  readonly paymentTerms: PaymentTerm[] = [];
  readonly accounts = new Map<string, Account>();
  readonly periods: Period[] = [];
  /** The last day that is locked. */
  lockDay: string | null = null;
  /** With it, products are not updated over the interface [laajennettu tuotehallinta]. */
  hasExtendedProducts = false;
  /** Calls that have come and are not answered yet. */
  inFlight = 0;
  calls = 0;
  overlaps = 0;
  private nextNumber = 1;

  constructor(
    readonly id: string,
    readonly dimensions: Dimensions,
    /** NetvisorKeys are never used twice, in no company. */
    readonly nextKey: () => number,
  ) {}

  freeInvoiceNumber(type: string): string {
    while (this.invoiceNumbers.has(`${type} ${this.nextNumber}`)) this.nextNumber += 1;
    return String(this.nextNumber);
  }

  employee(type: string, identifier: string): Employee | undefined {
    return this.employees.find(({ key, number, personalId }) => {
      if (type === 'netvisorkey') return String(key) === identifier;
      return (type === 'number' ? number : personalId) === identifier;
    });
  }
}

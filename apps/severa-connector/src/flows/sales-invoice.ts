/**
 * What is kept of one of Severa's invoices: what is sent, what decides about it, and nothing else. Numbers are canonical
 * decimals (`-1234.5`), days `YYYY-MM-DD`, texts as Severa has them. `null`: Severa has none.
 *
 * Source: contracts/severa §3.2.
 */
export type SalesInvoice = {
  readonly number: string | null;
  readonly referenceNumber: string | null;
  readonly date: string | null;
  /** The day it is booked on, where that is another one. */
  readonly entryDate: string | null;
  readonly dueDate: string | null;
  readonly paymentTermDays: string | null;
  readonly overdueInterest: string | null;
  readonly credit: boolean;
  readonly currency: string | null;
  readonly currencyRate: string | null;
  readonly net: string | null;
  readonly tax: string | null;
  readonly customer: InvoicedCustomer;
  readonly receiver: Receiver;
  readonly ourReference: string | null;
  readonly yourReference: string | null;
  readonly orderNumber: string | null;
  readonly textBefore: string | null;
  readonly textAfter: string | null;
  readonly reverseCharge: boolean;
  /** Why the customer is billed without tax, by EN 16931; asked for only when a row has 0 %. */
  readonly zeroCategory: string | null;
  readonly rows: readonly InvoiceRow[];
  /** The last locked day of Netvisor, when it covers this invoice. */
  readonly lockedUntil: string | null;
  /** When Severa last changed it: what is sent is compared with this once more just before. */
  readonly updated: string | null;
  /** It does not say which of the companies bills it that are billed for in the same Severa. */
  readonly unitUnknown?: boolean;
  /** Severa does not hand out what belongs to it, its rows among them: in its own words. */
  readonly unread?: string;
};

/** The customer that is billed. */
export type InvoicedCustomer = {
  readonly number: string | null;
  readonly name: string | null;
  /** Netvisor's key of it, where the customer register has moved it. */
  readonly netvisorKey: string | null;
  /** Whether the customer register knows it at all: without a key it has not moved yet. */
  readonly registered: boolean;
};

/** Whom the invoice itself names: a snapshot, not the customer's card. */
export type Receiver = {
  readonly name: string | null;
  readonly vatNumber: string | null;
  readonly street: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  /** As it is written on the invoice, and the ISO 3166 code that it was found to be. */
  readonly country: string | null;
  readonly countryCode: string | null;
};

export type InvoiceRow = {
  /** `Hours`, `ProjectFees`, `TravelExpenses`, `FlatRate`. */
  readonly kind: string;
  /** Of products, work types and travel expense types; a grouped row may have several. */
  readonly codes: readonly string[];
  readonly description: string | null;
  readonly comment: string | null;
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly unitPrice: string | null;
  readonly priceCurrency: string | null;
  readonly percent: string | null;
  readonly sold: 'goods' | 'services' | null;
  readonly salesAccount: string | null;
  readonly recurringAccount: string | null;
  readonly costCenters: readonly string[];
  /** Names of dimension items; more than one when the row is of several. */
  readonly projects: readonly string[];
  readonly businessUnits: readonly string[];
  readonly users: readonly string[];
  /** The months that a recurring fee is for, `YYYY-MM`; `null` for what does not recur, `unclear` when nobody says. */
  readonly period: AccrualPeriod | 'unclear' | null;
};

export type AccrualPeriod = { readonly from: string; readonly until: string };

/** The code of the customer and the product that stand for those which are not transferred (contract netvisor §5.4). */
export const TEMPORARY_CODE = 'TEMP';

/** The currency of Netvisor's books; a company of Severa with another one as its own cannot be linked. */
export const HOME_CURRENCY = 'EUR';

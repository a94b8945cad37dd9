/**
 * What is kept of a line [ostolaskurivi] of one of Netvisor's purchase invoices that names a project. Numbers are
 * canonical decimals, days `YYYY-MM-DD`.
 *
 * Source: contracts/netvisor §4.11.
 */
export type PurchaseLine = {
  readonly invoice: string;
  readonly invoiceNumber: string | null;
  readonly date: string | null;
  readonly vendor: string | null;
  /** With its tax, and without. */
  readonly gross: string | null;
  readonly net: string | null;
  readonly vatCode: string;
  readonly description: string | null;
  /** Of the whole invoice, where it is not the company's own. */
  readonly foreignCurrency: string | null;
  /** The dimension item that the line names. */
  readonly projectItem: string;
  /** Severa's projects that have moved as that item; one, unless something is wrong. */
  readonly projects: readonly string[];
  /** Severa's product of the code in the settings; `null`: there is none of that code. */
  readonly product: string | null;
};

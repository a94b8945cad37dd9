/**
 * What is kept of one of Severa's travel reimbursements [matkalasku]. Numbers are canonical decimals, texts as Severa has
 * them. Its attachments are not kept: they are fetched when it is sent.
 *
 * Source: contracts/severa §3.3.
 */
export type TravelReport = {
  readonly number: string | null;
  readonly title: string | null;
  /** The employee number: the code of Severa's user. */
  readonly employee: string | null;
  readonly lines: readonly TravelLine[];
  /** Severa does not hand out its lines: in its own words. */
  readonly unread?: string;
};

/** `Mileage`, `DailyAllowance` or any other expense. */
export type ExpenseClass = 'mileage' | 'allowance' | 'other';

export type TravelLine = {
  readonly guid: string;
  readonly class: ExpenseClass;
  /** Of the travel expense type. */
  readonly code: string | null;
  readonly name: string | null;
  readonly quantity: string | null;
  /** With its tax. */
  readonly unitCost: string | null;
  readonly currency: string | null;
  readonly vatPercent: string | null;
  readonly description: string | null;
  /** In Finland: `YYYY-MM-DD`, and `YYYY-MM-DD HH:mm:ss` where the journey has times. */
  readonly day: string | null;
  readonly from: string | null;
  readonly until: string | null;
  /** Whether the employee is paid for it; what was paid by the company's card is not. */
  readonly reimbursed: boolean;
  /** Names of dimension items. */
  readonly project: string | null;
  readonly businessUnit: string | null;
  readonly attachments: number;
};

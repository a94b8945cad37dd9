import { children, type NetvisorElement, type NetvisorRequest, textAt } from '#lib/upstream';

import type { Reading } from '../engine/flow.js';
import { CallRefused } from '../engine/stop.js';
import { CountryList } from './country-list.js';
import { netvisorDay } from './netvisor-day.js';
import { ProjectItems } from './project-items.js';
import { numberIn, objectOf, objectsOf, textIn } from './severa-json.js';

const PERIODS: NetvisorRequest = { method: 'GET', resource: 'accountingperiodlist.nv' };
const LOCKS = ['AccountingPeriodLockDate', 'VatPeriodLockDate'] as const;

/** What stands around invoices and is asked for once a reading, however many of them need it. */
export class InvoiceSurroundings {
  readonly projects: ProjectItems;
  private readonly zeroCategories = new Map<string, string | null>();
  private readonly frequencies = new Map<string, number | null>();

  private constructor(
    private readonly reading: Reading,
    readonly countries: CountryList,
    /** The last day that Netvisor's books are closed for; `null`: none is. */
    readonly lockedUntil: string | null,
  ) {
    this.projects = new ProjectItems(reading);
  }

  static async around(reading: Reading): Promise<InvoiceSurroundings> {
    const countries = await CountryList.read(reading.calls);
    return new InvoiceSurroundings(reading, countries, await lockedDay(reading));
  }

  /** Why a customer is billed without tax (EN 16931), as its settings of its country say. */
  async zeroCategory(customer: string): Promise<string | null> {
    const known = this.zeroCategories.get(customer);
    if (known !== undefined) return known;
    const path = ['customers', customer, 'customercountrysettings'];
    const settings = objectsOf(await this.reading.calls.severa({ method: 'GET', path }));
    const said = new Set(
      settings.map((of) => textIn(of, 'zeroVatCategoryCodeEn16931')).filter((code) => code !== null),
    );
    // Settings of two countries that disagree say nothing about this invoice.
    const [category = null] = said.size === 1 ? [...said] : [];
    this.zeroCategories.set(customer, category);
    return category;
  }

  /** How many months one billing of a recurring fee is for; `null`: its rule does not say. */
  async monthsOf(rule: string): Promise<number | null> {
    const known = this.frequencies.get(rule);
    if (known !== undefined) return known;
    const path = ['projectrecurringfeerules', rule];
    // A rule that has ended is inactive, and its last billing may be on the way.
    const found = await this.reading.calls.severa({ method: 'GET', path, query: [['includeInactive', 'true']] });
    const frequency = numberIn(objectOf(found), 'frequency');
    const months = frequency !== null && Number.isInteger(frequency) && frequency > 0 ? frequency : null;
    this.frequencies.set(rule, months);
    return months;
  }
}

/** Without the right to see the periods nothing is foreseen: Netvisor itself refuses what is locked. */
async function lockedDay({ calls }: Reading): Promise<string | null> {
  try {
    return lastLockedDay(await calls.netvisor(PERIODS));
  } catch (error) {
    if (error instanceof CallRefused) return null;
    throw error;
  }
}

/** The later of the locks of Netvisor's books and of its VAT periods, `YYYY-MM-DD`. */
export function lastLockedDay(root: NetvisorElement): string | null {
  const days = LOCKS.flatMap((name) => everyText(root, name)).flatMap((text) => netvisorDay(text) ?? []);
  return days.toSorted().at(-1) ?? null;
}

/** Where the locks stand in the answer is documented nowhere: they are found by their names at any depth. */
const everyText = (element: NetvisorElement, name: string): readonly string[] => [
  ...children(element, name).map((found) => textAt(found) ?? ''),
  ...element.children.flatMap((inner) => everyText(inner, name)),
];

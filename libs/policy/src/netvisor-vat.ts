/** A percent, and from which day [YYYY-MM-DD] it may stand on a document. */
interface AllowedPercent {
  readonly percent: string;
  readonly since?: string;
}

// A rate that is no longer in force stays: a credit note carries the rate of the invoice that it credits.
const EVERY_RATE: readonly AllowedPercent[] = [
  { percent: '0' },
  { percent: '10' },
  { percent: '14' },
  { percent: '24' },
  { percent: '25.5' },
  { percent: '13.5', since: '2026-01-01' },
];
const ONLY_ZERO: readonly AllowedPercent[] = [{ percent: '0' }];
const TURNOVER: readonly AllowedPercent[] = EVERY_RATE.filter(({ percent }) => percent !== '25.5');

/**
 * Netvisor's VAT codes with the percents that each takes.
 *
 * Source: contracts/netvisor §4.6, which is the only list there is; 13,5 % is the rate that took the place of 14 % at the
 * beginning of 2026, accepted by inference.
 */
export const NETVISOR_VAT_CODES = {
  NONE: ONLY_ZERO,
  KOMY: EVERY_RATE,
  KOMY0: ONLY_ZERO,
  EUMY: ONLY_ZERO,
  EUPM312: ONLY_ZERO,
  EUPM309: ONLY_ZERO,
  EUUM: ONLY_ZERO,
  MUUL: TURNOVER,
  RAMY: ONLY_ZERO,
  RAOS: EVERY_RATE,
  EVRO: EVERY_RATE,
  KOOS: EVERY_RATE,
  EUOS: EVERY_RATE,
  EUPO: EVERY_RATE,
  EUUO: ONLY_ZERO,
  '100': ONLY_ZERO,
  EVTO: EVERY_RATE,
  EVPO: EVERY_RATE,
  KAVE: EVERY_RATE,
  EVKV: EVERY_RATE,
  MAAL: EVERY_RATE,
  EVMA: EVERY_RATE,
} as const satisfies Readonly<Record<string, readonly AllowedPercent[]>>;

export type NetvisorVatCode = keyof typeof NETVISOR_VAT_CODES;

/** Whether a code takes a percent, written canonically (`25.5`), on a document of a day. */
export const takesPercent = (code: NetvisorVatCode, percent: string, day: string): boolean =>
  NETVISOR_VAT_CODES[code].some(
    (allowed) => allowed.percent === percent && (allowed.since === undefined || allowed.since <= day),
  );

/** Where the buyer is, as VAT sees it; `null`: it cannot be told. */
export type BuyerTerritory = 'finland' | 'eu' | 'outside-eu' | null;

const EU_MEMBERS: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/**
 * Where a country lies for VAT, by its ISO 3166 code. Åland (AX) is of Finland but outside the Union's VAT area, and
 * Northern Ireland (XI) is in it for goods only: of these nothing can be told.
 */
export function buyerTerritory(country: string | null): BuyerTerritory {
  if (country === null || country === 'AX' || country === 'XI') return null;
  if (country === 'FI') return 'finland';
  return EU_MEMBERS.has(country) ? 'eu' : 'outside-eu';
}

/** What a sales row says of its VAT. */
export interface SaleVat {
  /** Canonical (`25.5`); `null`: the row has none. */
  readonly percent: string | null;
  /** The day of the sale, `YYYY-MM-DD`. */
  readonly day: string;
  readonly buyer: BuyerTerritory;
  /** The buyer is liable for the tax [käännetty verovelvollisuus]. */
  readonly reverseCharge: boolean;
  /** `null`: it cannot be told. */
  readonly sold: 'goods' | 'services' | null;
  /** Why there is no tax, by EN 16931: Z zero rated, E exempt, AE reverse charge, K inside the EU, G export, O outside. */
  readonly zeroCategory: string | null;
}

/** What a company has decided about sales without tax that are nothing of what the table can tell. */
export interface ZeroVatChoices {
  readonly domestic: 'KOMY0' | 'NONE' | 'MUUL' | null;
  readonly euServices: 'EUPM312' | 'EUPM309';
}

export const VAT_OBJECTIONS = [
  'vat-percent-missing',
  'vat-percent-not-allowed',
  'vat-reverse-charge-with-percent',
  'vat-code-unclear',
] as const;
export type VatObjection = (typeof VAT_OBJECTIONS)[number];

export type VatCodeVerdict = { readonly code: NetvisorVatCode } | { readonly objection: VatObjection };

/**
 * The VAT code of a sales row. Rows of Severa have a percent and no code.
 *
 *   percent | reverse charge | buyer      | else                | code
 *   --------+----------------+------------+---------------------+----------------------------------
 *   none    |                |            |                     | vat-percent-missing
 *   over 0  | yes            |            |                     | vat-reverse-charge-with-percent
 *   over 0  | no             |            | a rate of the table | KOMY
 *   over 0  | no             |            | no such rate        | vat-percent-not-allowed
 *   0       | yes, or AE     | finland    |                     | RAMY
 *   0       | yes, AE or K   | eu         | services            | EUPM312 or EUPM309, as chosen
 *   0       | yes, AE or K   | eu         | goods               | EUMY
 *   0       | yes, AE or K   | eu         | who knows           | vat-code-unclear
 *   0       |                | outside-eu |                     | EUUM
 *   0       | no             | finland    | category Z          | KOMY0
 *   0       | no             | finland    | category O          | NONE
 *   0       | no             | finland    | another, or none    | as chosen; else vat-code-unclear
 *   0       | no             | eu         | another, or none    | vat-code-unclear
 *   0       |                | unknown    |                     | vat-code-unclear
 *
 * Nothing without tax is guessed: a wrong code is a wrong VAT return.
 */
export function vatCodeOf(sale: SaleVat, choices: ZeroVatChoices): VatCodeVerdict {
  const { percent, day, reverseCharge } = sale;
  if (percent === null) return { objection: 'vat-percent-missing' };
  if (percent === '0') {
    const code = codeWithoutTax(sale, choices);
    return code === null ? { objection: 'vat-code-unclear' } : { code };
  }
  if (reverseCharge) return { objection: 'vat-reverse-charge-with-percent' };
  return takesPercent('KOMY', percent, day) ? { code: 'KOMY' } : { objection: 'vat-percent-not-allowed' };
}

function codeWithoutTax(sale: SaleVat, choices: ZeroVatChoices): NetvisorVatCode | null {
  const { buyer, zeroCategory: category } = sale;
  const reversed = sale.reverseCharge || category === 'AE';
  if (buyer === 'outside-eu') return 'EUUM';
  if (buyer === 'eu') {
    if ((!reversed && category !== 'K') || sale.sold === null) return null;
    return sale.sold === 'goods' ? 'EUMY' : choices.euServices;
  }
  if (buyer === null) return null;
  if (reversed) return 'RAMY';
  if (category === 'Z') return 'KOMY0';
  if (category === 'O') return 'NONE';
  return choices.domestic;
}

/** Whether a sale under this code must name the VAT number of its buyer. */
export const needsVatNumber = (code: NetvisorVatCode): boolean =>
  code === 'EUMY' || code === 'EUPM312' || code === 'EUPM309';

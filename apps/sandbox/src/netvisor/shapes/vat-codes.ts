const TAXED = ['0', '10', '13,5', '14', '24', '25,5'];
const UNTAXED = ['0'];

/**
 * Netvisor's VAT codes and the percents that each allows. 13,5 took the place of 14 in 2026; the old rates stay for
 * credit notes.
 */
export const VAT_PERCENTS: Readonly<Record<string, readonly string[]>> = {
  NONE: UNTAXED,
  KOMY: TAXED,
  KOMY0: UNTAXED,
  EUMY: UNTAXED,
  EUPM312: UNTAXED,
  EUPM309: UNTAXED,
  EUUM: UNTAXED,
  MUUL: ['0', '10', '13,5', '14', '24'],
  RAMY: UNTAXED,
  RAOS: TAXED,
  EVRO: TAXED,
  KOOS: TAXED,
  EUOS: TAXED,
  EUPO: TAXED,
  EUUO: UNTAXED,
  '100': UNTAXED,
  EVTO: TAXED,
  EVPO: TAXED,
  KAVE: TAXED,
  EVKV: TAXED,
  MAAL: TAXED,
  EVMA: TAXED,
};

export const VAT_CODES = Object.keys(VAT_PERCENTS);

/** `24,00` is 24, `25,50` is 25,5. */
export const isVatPercent = (percent: string, vatCode: string): boolean => {
  const plain = percent.includes(',') ? percent.replace(/,?0+$/, '') : percent;
  return VAT_PERCENTS[vatCode]?.includes(plain) ?? false;
};

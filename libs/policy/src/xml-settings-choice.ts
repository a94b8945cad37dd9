import type { CompanyRegisterMode, ProductRegisterMode, SalesOrderMode } from './import-mode.js';
import type { PayrollDimensions } from './payroll-dimensions.js';
import type { Words } from './rule-words.js';

/** The four sections of a company's XML settings, in the order of the form. */
export const XML_SECTIONS = ['companyRegister', 'productRegister', 'salesOrders', 'payroll'] as const;
export type XmlSection = (typeof XML_SECTIONS)[number];

export const XML_SECTION_LABELS: Readonly<Record<XmlSection, Words>> = {
  companyRegister: { fi: 'Yritysrekisteri', sv: 'Företagsregister', en: 'Company register' },
  productRegister: { fi: 'Tuoterekisteri', sv: 'Produktregister', en: 'Product register' },
  salesOrders: { fi: 'Myyntitilaukset', sv: 'Försäljningsorder', en: 'Sales orders' },
  payroll: { fi: 'Palkkatapahtumat', sv: 'Lönetransaktioner', en: 'Payroll transactions' },
};

/** What is chosen in each of the four sections. */
export interface XmlChoices {
  readonly companyRegister: CompanyRegisterMode;
  readonly productRegister: ProductRegisterMode;
  readonly salesOrders: { readonly mode: SalesOrderMode };
  readonly payroll: { readonly dimensions: PayrollDimensions };
}

/** The same as a person has filled it in so far. */
export interface WishedChoices {
  readonly companyRegister?: CompanyRegisterMode | null | undefined;
  readonly productRegister?: ProductRegisterMode | null | undefined;
  readonly salesOrders?: { readonly mode?: SalesOrderMode | null | undefined } | null | undefined;
  readonly payroll?: { readonly dimensions?: PayrollDimensions | null | undefined } | null | undefined;
}

/** The sections without a choice. Settings are saved when there are none of these. */
export function missingSections(wished: WishedChoices): readonly XmlSection[] {
  const chosen: Readonly<Record<XmlSection, unknown>> = {
    companyRegister: wished.companyRegister,
    productRegister: wished.productRegister,
    salesOrders: wished.salesOrders?.mode,
    payroll: wished.payroll?.dimensions,
  };
  return XML_SECTIONS.filter((section) => chosen[section] === undefined || chosen[section] === null);
}

/** Says that nothing was saved, and which sections lack a choice. */
export function explainMissing(sections: readonly XmlSection[], language: keyof Words): string {
  const names = sections.map((section) => XML_SECTION_LABELS[section][language]).join(', ');
  return MISSING[language] + names;
}

const MISSING: Words = {
  fi: 'Mitään ei tallennettu. Tee valinta jokaisessa neljässä kohdassa; valinta puuttuu: ',
  sv: 'Ingenting sparades. Gör ett val i var och en av de fyra delarna; valet saknas: ',
  en: 'Nothing was saved. Make a choice in each of the four sections; it is missing in: ',
};

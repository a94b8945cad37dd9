import type { XmlSettings } from '#lib/contracts';

/** The columns of `auth.xml_settings` (as `x`). A missing row has them all null. */
export const XML_SETTINGS_COLUMNS = `x.company_register, x.product_register, x.sales_order_mode,
  x.use_discount_register, x.create_missing_products, x.fetch_missing_dimensions, x.payroll_dimensions,
  x.brake_percent, x.export_file_name, x.export_dimension_level, x.export_protected_persons`;

/** All of them are there, or none is: the table has no half. */
export interface XmlSettingsRow {
  readonly company_register: XmlSettings['companyRegister'] | null;
  readonly product_register: XmlSettings['productRegister'];
  readonly sales_order_mode: XmlSettings['salesOrders']['mode'];
  readonly use_discount_register: boolean;
  readonly create_missing_products: boolean;
  readonly fetch_missing_dimensions: number[];
  readonly payroll_dimensions: XmlSettings['payroll']['dimensions'];
  readonly brake_percent: number;
  readonly export_file_name: string | null;
  readonly export_dimension_level: XmlSettings['export']['dimensionLevel'];
  readonly export_protected_persons: XmlSettings['export']['protectedPersons'];
}

/** The settings of a company, `null` when its four sections have not been saved. */
export function xmlSettingsOf(row: XmlSettingsRow): XmlSettings | null {
  if (row.company_register === null) return null;
  return {
    companyRegister: row.company_register,
    productRegister: row.product_register,
    salesOrders: {
      mode: row.sales_order_mode,
      useDiscountRegister: row.use_discount_register,
      createMissingProducts: row.create_missing_products,
      fetchMissingDimensions: row.fetch_missing_dimensions,
    },
    payroll: { dimensions: row.payroll_dimensions },
    brakePercent: row.brake_percent,
    export: {
      fileName: row.export_file_name,
      dimensionLevel: row.export_dimension_level,
      protectedPersons: row.export_protected_persons,
    },
  };
}

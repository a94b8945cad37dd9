import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';

import {
  COMPANY_REGISTER_MODES,
  PAYROLL_DIMENSIONS,
  PRODUCT_REGISTER_MODES,
  SALES_ORDER_MODES,
  type XmlSettings as Body,
} from '#lib/contracts';

import { getCompany } from './company.js';
import type { SavedRule } from './saved-rule.js';

const schema = defineEntity({
  name: 'XmlSettings',
  schema: 'auth',
  tableName: 'xml_settings',
  properties: {
    environmentId: p.uuid().primary(),
    companyId: p.uuid().primary(),
    companyRegister: p.enum(COMPANY_REGISTER_MODES),
    productRegister: p.enum(PRODUCT_REGISTER_MODES),
    salesOrderMode: p.enum(SALES_ORDER_MODES),
    useDiscountRegister: p.boolean(),
    createMissingProducts: p.boolean(),
    fetchMissingDimensions: p.array(Number, String).columnType('smallint[]'),
    payrollDimensions: p.enum(PAYROLL_DIMENSIONS),
    brakePercent: p.smallint(),
  },
});

/** Base settings of a company's XML transfers [XML-siirtojen perustiedot]; it has all four sections or no row. */
export class XmlSettings extends schema.class {
  rule(): Body {
    return {
      companyRegister: this.companyRegister,
      productRegister: this.productRegister,
      salesOrders: {
        mode: this.salesOrderMode,
        useDiscountRegister: this.useDiscountRegister,
        createMissingProducts: this.createMissingProducts,
        fetchMissingDimensions: this.fetchMissingDimensions,
      },
      payroll: { dimensions: this.payrollDimensions },
      brakePercent: this.brakePercent,
    };
  }
}
schema.setClass(XmlSettings);

export async function putXmlSettings(
  em: EntityManager,
  id: string,
  body: Body,
  within: string | null = null,
): Promise<SavedRule> {
  const { environmentId, companyId } = await getCompany(em, id, within);
  const { mode, useDiscountRegister, createMissingProducts, fetchMissingDimensions } = body.salesOrders;
  const values = {
    companyRegister: body.companyRegister,
    productRegister: body.productRegister,
    salesOrderMode: mode,
    useDiscountRegister,
    createMissingProducts,
    fetchMissingDimensions: [...new Set(fetchMissingDimensions)].sort(),
    payrollDimensions: body.payroll.dimensions,
    brakePercent: body.brakePercent,
  };
  const standing = await em.findOne(XmlSettings, { environmentId, companyId });
  const before = standing?.rule() ?? null;
  const settings = standing
    ? em.assign(standing, values)
    : em.create(XmlSettings, { environmentId, companyId, ...values });
  const subject = { environmentId, companyId, partnerUserId: null };
  return { action: 'xml-settings.saved', ...subject, before, after: settings.rule() };
}

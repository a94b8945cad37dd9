import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';

import {
  COMPANY_REGISTER_MODES,
  type DimensionLevel,
  type Keeper,
  PAYROLL_DIMENSIONS,
  PRODUCT_REGISTER_MODES,
  SALES_ORDER_MODES,
  type XmlSettings as Body,
} from '#lib/contracts';
import { PROTECTED_PERSONS } from '#lib/policy';
import { sqlOf } from '#lib/store';

import { ruleMark } from '../rule-mark.js';
import { getCompany } from './company.js';
import type { SavedRule } from './saved-rule.js';
import { keepXmlSettings } from './xml-settings-version.js';

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
    exportFileName: p.text().nullable(),
    exportDimensionLevel: p.smallint().$type<DimensionLevel>().nullable(),
    exportProtectedPersons: p.enum(PROTECTED_PERSONS),
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
      export: {
        fileName: this.exportFileName ?? null,
        dimensionLevel: this.exportDimensionLevel ?? null,
        protectedPersons: this.exportProtectedPersons,
      },
    };
  }
}
schema.setClass(XmlSettings);

/** Who puts them in place, within which environment (`null`: any), and which earlier version it is, if it is one. */
interface Putting {
  readonly by: Keeper;
  readonly within: string | null;
  readonly restored?: number;
}

/** What differs from what stands is kept as a version, too. */
export async function putXmlSettings(
  em: EntityManager,
  id: string,
  body: Body,
  { by, within, restored }: Putting,
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
    exportFileName: body.export.fileName,
    exportDimensionLevel: body.export.dimensionLevel,
    exportProtectedPersons: body.export.protectedPersons,
  };
  const standing = await em.findOne(XmlSettings, { environmentId, companyId });
  const before = standing?.rule() ?? null;
  const settings = standing
    ? em.assign(standing, values)
    : em.create(XmlSettings, { environmentId, companyId, ...values });
  const after = settings.rule();
  if (ruleMark(before) !== ruleMark(after)) {
    await em.flush();
    await keepXmlSettings(sqlOf(em), environmentId, [companyId], { by, restored });
  }
  const subject = { environmentId, companyId, partnerUserId: null };
  const saved = { action: 'xml-settings.saved', ...subject, before, after } as const;
  return restored === undefined ? saved : { ...saved, notes: { restored } };
}

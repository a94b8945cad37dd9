import { certainDay, certainText, type FieldTable, flag, list, number, text } from './field.js';

/** ExternalPayrollTransactionRowDTO. */
const PAYROLL_ROW: FieldTable = {
  fields: {
    employeeSSID: certainText(11),
    externalEmployeeId: certainText(20),
    payCodeId: certainText(8),
    externalPayCodeId: certainText(8),
    payrollDate: certainDay,
    quantity: number(),
    multiplier: number(),
    unitPrice: number(),
    description: certainText(200),
    dimensionValue1: certainText(8),
    dimensionValue2: certainText(8),
    dimensionValue3: certainText(8),
    dimensionValue4: certainText(8),
    earningPeriodStart: certainDay,
    earningPeriodEnd: certainDay,
  },
  required: ['payrollDate', 'quantity'],
  own: [],
};

/** ExternalPayrollTransactionImportBatchDTO [palkat]. */
export const PAYROLL_BATCH: FieldTable = {
  fields: { payrollBatchId: certainText(20, 1), transactionRows: list(PAYROLL_ROW) },
  required: ['payrollBatchId'],
  own: [],
};

/** ExternalAccountInformationDTO: a value of a dimension [seurantakohde]. */
export const DIMENSION_VALUE: FieldTable = {
  fields: {
    account: certainText(8, 1),
    finDescription: certainText(80),
    sweDescription: text(80),
    engDescription: text(80),
    inUseBookkeeping: flag,
    inUseEstate: flag,
    inUsePurchases: flag,
    inUseSalaries: flag,
    inUseSales: flag,
  },
  required: ['account', 'finDescription'],
  own: [],
};

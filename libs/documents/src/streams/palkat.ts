import {
  amount,
  type ChildTable,
  date,
  dimensions,
  ours,
  type RecordTable,
  required,
  rowNumber,
  sensitive,
  text,
} from '../record-table.js';

/**
 * One payroll event. It names its employee by number or by identity code and
 * its pay code by Fivaldi's or the sender's own: which of two counts is not the
 * reader's to say (contract §1.6.6; the last four are of the CSV, §2.5).
 */
const rows: ChildTable = {
  element: 'PayrollRow',
  kind: 'rows',
  key: 'row_no',
  atMost: 100_000,
  label: { fi: 'Palkkatapahtuma', sv: 'Lönetransaktion', en: 'Payroll transaction' },
  fields: [
    required(ours('PayrollRowNo', 'row_no', rowNumber, 'Rivinumero', 'Radnummer', 'Row number')),
    ours('PayrollRowEmployeeId', 'employee_id', text(20), 'Palkansaajan tunnus', 'Löntagarens kod', 'Employee id'),
    sensitive(
      ours(
        'PayrollRowSocialSecurityNumber',
        'social_security_number',
        text(11),
        'Henkilötunnus',
        'Personbeteckning',
        'Personal identity code',
      ),
    ),
    ours('PayrollRowPayCode', 'pay_code', text(8), 'Palkkalaji', 'Löneart', 'Pay code'),
    ours(
      'PayrollRowExternalPayCode',
      'external_pay_code',
      text(8),
      'Ulkoinen palkkalaji',
      'Extern löneart',
      'External pay code',
    ),
    required(ours('PayrollRowDate', 'payroll_date', date, 'Päivä', 'Datum', 'Date')),
    required(ours('PayrollRowQuantity', 'quantity', amount, 'Määrä', 'Antal', 'Quantity')),
    ours('PayrollRowMultiplier', 'multiplier', amount, 'Kerroin', 'Koefficient', 'Multiplier'),
    ours('PayrollRowUnitPrice', 'unit_price', amount, 'Hinta', 'Pris', 'Unit price'),
    ours('PayrollRowDescription', 'description', text(200), 'Selite', 'Beskrivning', 'Description'),
    ...dimensions('PayrollRow'),
    ours(
      'PayrollRowEarningPeriodStart',
      'earning_period_start',
      date,
      'Ansainta-aika alkaa',
      'Intjäningstiden börjar',
      'Earning period begins',
    ),
    ours(
      'PayrollRowEarningPeriodEnd',
      'earning_period_end',
      date,
      'Ansainta-aika päättyy',
      'Intjäningstiden slutar',
      'Earning period ends',
    ),
    ours('PayrollRowCostAccount', 'cost_account', text(8), 'Kulutili', 'Kostnadskonto', 'Cost account'),
    ours('PayrollRowUpdateMode', 'update_mode', text(10), 'Päivitystapa', 'Uppdateringssätt', 'Update mode'),
    ours('PayrollRowHolidayStart', 'holiday_start', date, 'Loma alkaa', 'Semestern börjar', 'Holiday begins'),
    ours('PayrollRowHolidayEnd', 'holiday_end', date, 'Loma päättyy', 'Semestern slutar', 'Holiday ends'),
  ],
};

/** Payroll transactions [Palkkatapahtumat], in batches. None of their XML names is public: all are ours. */
export const palkat: RecordTable = {
  stream: 'palkat',
  register: 'payroll_batch',
  element: 'PayrollBatch',
  key: 'payroll_batch_id',
  label: { fi: 'Palkkaerä', sv: 'Löneparti', en: 'Payroll batch' },
  fields: [required(ours('PayrollBatchId', 'payroll_batch_id', text(20), 'Erän tunnus', 'Partiets id', 'Batch id'))],
  children: [rows],
};

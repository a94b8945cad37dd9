import type { Grants } from '#lib/store';

/** The registers are the connector's alone. A record that a document deletes stays, marked. */
export const fivaldiGrants: Grants = {
  migration: {},
  product_record: { connector: 'select, insert, update' },
  company_record: { connector: 'select, insert, update' },
  order_record: { connector: 'select, insert, update' },
  payroll_batch_record: { connector: 'select, insert, update' },
  dimension_record: { connector: 'select, insert, update' },
  posting_group_record: { connector: 'select, insert, update' },
  payment_term_record: { connector: 'select, insert, update' },
  discount_record: { connector: 'select, insert, update' },
  employee_record: { connector: 'select, insert, update' },
  sales_history_record: { connector: 'select, insert, update' },
  housing_company_record: { connector: 'select, insert, update' },
  premises_record: { connector: 'select, insert, update' },
  estate_person_record: { connector: 'select, insert, update' },
  bond_record: { connector: 'select, insert, update' },
  record_version: { connector: 'select, insert' },
  connection: { connector: 'select, insert, update' },
  request_budget: { connector: 'select, insert, update' },
  newcomer: { connector: 'select, insert, update, delete' },
  delivery: { connector: 'select, insert, update, delete' },
};

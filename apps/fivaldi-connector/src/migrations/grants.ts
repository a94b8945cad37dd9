import type { Grants } from '#lib/store';

/** The registers are the connector's alone. A record that a document deletes stays, marked. */
export const fivaldiGrants: Grants = {
  migration: {},
  product_record: { connector: 'select, insert, update' },
  company_record: { connector: 'select, insert, update' },
};

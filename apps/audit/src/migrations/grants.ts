import type { Grants } from '#lib/store';

/** What is in the log stays; of an old entry only the parts that retention takes out may be emptied. */
export const auditGrants: Grants = {
  migration: {},
  entry: { audit: 'select, insert, update (address, address_salt, details, details_salt, redacted_at)' },
  chain: { audit: 'select, insert, update' },
  checkpoint: { audit: 'select, insert' },
  retention: { audit: 'select, insert, update' },
  export: { audit: 'select, insert, update, delete' },
  export_part: { audit: 'select, insert, delete' },
};

import type { Grants } from '#lib/store';

/** What is in the log stays; of an old entry only the parts that retention takes out may be emptied. */
export const auditGrants: Grants = {
  migration: {},
  entry: { audit: 'select, insert, update (address, address_salt, details, details_salt, redacted_at)' },
  chain: { audit: 'select, insert, update (last_sequence, last_hash)' },
  checkpoint: { audit: 'select, insert' },
  retention: { audit: 'select, insert, update (through)' },
  export: { audit: 'select, insert, update (state, attempts, lease_until, entries, bytes), delete' },
  export_part: { audit: 'select, insert, delete' },
};

import type { Grants } from '../grants.js';

/** What waits to be published is of no tenant: any relay takes any message. `update (id)`: only to lock, never to set. */
const RELAY = 'select, insert, delete, update (id)';

export const busGrants: Grants = {
  migration: {},
  outbox: { gateway: RELAY, auth: RELAY, connector: RELAY, severa: RELAY, audit: RELAY },
};

export const storeGrants: Grants = {
  migration: {},
  // `update (subject)`: only to hold it, never to set.
  rules_version: {
    auth: 'select, insert, update (version)',
    connector: 'select, update (subject)',
    severa: 'select, update (subject)',
  },
  // Whoever has secrets to keep is the auth service.
  data_key: { auth: 'select, insert, update (kek_id, wrapped)', severa: 'select, insert' },
};

import type { Grants } from '#lib/store';

/** The links are the Severa connector's alone. What has moved stays in the history. */
export const severaGrants: Grants = {
  migration: {},
  link: { severa: 'select, insert, update' },
  phase: { severa: 'select, insert, update, delete' },
  credential: { severa: 'select, insert, update, delete' },
  flow_state: { severa: 'select, insert, update' },
  run: { severa: 'select, insert, update, delete' },
  run_request: { severa: 'select, insert, update (requested_at), delete' },
  pair: { severa: 'select, insert, update, delete' },
  history: { severa: 'select, insert' },
  comparison: { severa: 'select, insert, update' },
  met: { severa: 'select, insert, delete' },
  compared: { severa: 'select, insert, update, delete' },
  request_budget: { severa: 'select, insert, update' },
};

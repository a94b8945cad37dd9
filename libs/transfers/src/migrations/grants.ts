import type { Grants } from '#lib/store';

/**
 * The gateway accepts, shows and intervenes; the connector carries out, and writes the documents of exports. Neither
 * takes anything back that has ended. Whoever adds to an upload locks it, which asks for the right to update.
 */
export const transfersGrants: Grants = {
  migration: {},
  document: { gateway: 'select, insert', connector: 'select, insert' },
  document_chunk: { gateway: 'select, insert, delete', connector: 'select, insert, delete' },
  upload: {
    gateway: 'select, insert, delete, update (started_at)',
    connector: 'select, insert, delete, update (started_at)',
  },
  lane: { gateway: 'select, insert, update', connector: 'select, update' },
  transfer: { gateway: 'select, insert, update', connector: 'select, update' },
  'sequence transfer_position_seq': { gateway: 'usage' },
  item: { gateway: 'select', connector: 'select, insert, delete' },
  idempotency_key: { gateway: 'select, insert' },
};

import type { Grants } from '#lib/store';

/** The gateway accepts, shows and intervenes; the connector carries out. Neither takes anything back that has ended. */
export const transfersGrants: Grants = {
  migration: {},
  document: { gateway: 'select, insert', connector: 'select' },
  document_chunk: { gateway: 'select, insert, delete', connector: 'select, delete' },
  upload: { gateway: 'select, insert, delete', connector: 'select, delete' },
  lane: { gateway: 'select, insert, update', connector: 'select, update' },
  transfer: { gateway: 'select, insert, update', connector: 'select, update' },
  'sequence transfer_position_seq': { gateway: 'usage' },
  item: { gateway: 'select', connector: 'select, insert, delete' },
  idempotency_key: { gateway: 'select, insert' },
};

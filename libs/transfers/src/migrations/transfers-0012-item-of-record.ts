import { Migration } from '#lib/store';

/**
 * What became of one record is asked for by its key. Records that a document made are most of all items and are left
 * out: a first import of a large register pays nothing for the index.
 */
export class Transfers0012ItemOfRecord extends Migration {
  override up(): void {
    this.addSql(`
      create index item_of_record on transfers.item (environment_id, key)
        where outcome in ('updated', 'deleted')`);
  }
}

import { Migration } from '#lib/store';

/**
 * A document may bring records of several registers in: an item says of which it is. `null` is an item from before,
 * when a stream had one register only.
 */
export class Transfers0011ItemRegister extends Migration {
  override up(): void {
    this.addSql('alter table transfers.item add column register text');
  }
}

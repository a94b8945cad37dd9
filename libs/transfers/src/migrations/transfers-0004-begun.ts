import { Migration } from '#lib/store';

/** When a transfer was last begun: allowed, by rules that stood at that moment. */
export class Transfers0004Begun extends Migration {
  override up(): void {
    this.addSql('alter table transfers.transfer add column begun_at timestamptz');
  }
}

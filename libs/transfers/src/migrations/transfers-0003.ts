import { Migration } from '#lib/store';

/** The transfer history is read newest first, by environment and by partner user; a transfer may be another one again. */
export class Transfers0003 extends Migration {
  override up(): void {
    this.addSql('alter table transfers.transfer add column replay_of uuid references transfers.transfer (id)');
    this.addSql(`
      create index transfer_of_environment on transfers.transfer (environment_id, accepted_at desc, id desc)`);
    this.addSql(`
      create index transfer_of_partner_user on transfers.transfer (partner_user_id, accepted_at desc, id desc)`);
  }
}

import { Migration } from '#lib/store';

/**
 * Exports: transfers that are accepted without a document, and get one when it has been written.
 *
 * An upload says which transfer it is written for, so that a writer who begins anew clears away what the one before
 * left behind.
 */
export class Transfers0010Exports extends Migration {
  override up(): void {
    this.addSql(`
      alter table transfers.transfer
        alter column document_id drop not null,
        add column export_request jsonb,
        add constraint transfer_brings_or_asks check
          ((direction = 'export') = (export_request is not null) and (direction = 'export' or document_id is not null)),
        add constraint transfer_succeeded_with_document check (state <> 'succeeded' or document_id is not null)`);
    this.addSql('alter table transfers.upload add column transfer_id uuid');
    this.addSql('create index upload_of_transfer on transfers.upload (transfer_id) where transfer_id is not null');
  }
}

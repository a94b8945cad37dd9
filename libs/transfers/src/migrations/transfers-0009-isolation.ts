import { Migration, tenantTable } from '#lib/store';

/**
 * Every row says whose it is, in its key too, and row-level security holds it there.
 *
 * Keys that are looked up by an id alone have the id first; with the environment in them, no tenant's row can stand in
 * another's way, or point at another's.
 */
export class Transfers0009Isolation extends Migration {
  override up(): void {
    // Whoever migrates may be bound by the policies of an earlier attempt; its work is about every tenant.
    this.addSql(`set local tietovirta.tenant = 'every'`);
    this.nameTheEnvironment();
    this.makeKeysComposite();
    for (const table of ['document', 'document_chunk', 'upload', 'lane', 'transfer', 'item', 'idempotency_key']) {
      for (const statement of tenantTable(`transfers.${table}`)) this.addSql(statement);
    }
  }

  private nameTheEnvironment(): void {
    const children = [
      ['document_chunk', 'document', 'document_id'],
      ['item', 'transfer', 'transfer_id'],
      ['idempotency_key', 'transfer', 'transfer_id'],
    ] as const;
    for (const [child, parent, reference] of children) {
      this.addSql(`alter table transfers.${child} add column environment_id uuid`);
      this.addSql(`
        update transfers.${child} c set environment_id = p.environment_id
          from transfers.${parent} p where p.id = c.${reference}`);
    }
    // What broke off before it was accepted belongs to nobody, and is what the sweep would clear away.
    this.addSql('delete from transfers.document_chunk where environment_id is null');
    this.addSql('delete from transfers.upload');
    this.addSql('alter table transfers.upload add column environment_id uuid not null');
    for (const [child] of children) {
      this.addSql(`alter table transfers.${child} alter column environment_id set not null`);
    }
  }

  private makeKeysComposite(): void {
    // Databases of the very first days have it; it was left out because it made every item look its transfer up.
    this.addSql('alter table transfers.item drop constraint if exists item_transfer_id_fkey');
    this.addSql(`
      alter table transfers.transfer
        drop constraint transfer_lane_id_fkey, drop constraint transfer_document_id_fkey,
        drop constraint transfer_replay_of_fkey`);
    const keys = [
      ['document', 'id, environment_id'],
      ['document_chunk', 'document_id, no, environment_id'],
      ['upload', 'document_id, environment_id'],
      ['lane', 'id, environment_id'],
      ['transfer', 'id, environment_id'],
      ['item', 'transfer_id, no, environment_id'],
      ['idempotency_key', 'environment_id, partner_user_id, company_id, key'],
    ] as const;
    for (const [table, key] of keys) {
      this.addSql(`alter table transfers.${table} drop constraint ${table}_pkey, add primary key (${key})`);
    }
    this.addSql(`
      alter table transfers.lane drop constraint lane_company_id_target_key,
        add constraint lane_once unique (environment_id, company_id, target)`);
    const references = [
      ['lane', 'lane_id', 'lane'],
      ['document', 'document_id', 'document'],
      ['replay', 'replay_of', 'transfer'],
    ] as const;
    for (const [name, column, parent] of references) {
      this.addSql(`
        alter table transfers.transfer add constraint transfer_${name}
          foreign key (${column}, environment_id) references transfers.${parent} (id, environment_id)`);
    }
  }
}

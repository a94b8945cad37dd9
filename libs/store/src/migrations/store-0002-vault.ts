import { Migration } from '@mikro-orm/migrations';

/** The data keys of the vault, each wrapped by a key that is not in the database. */
export class Store0002Vault extends Migration {
  override up(): void {
    this.addSql(`
      create table tietovirta.data_key (
        id uuid primary key,
        tenant text not null check (tenant <> ''),
        version integer not null check (version > 0),
        kek_id text not null,
        wrapped bytea not null check (octet_length(wrapped) = 60),
        created_at timestamptz not null default clock_timestamp(),
        unique (tenant, version)
      )`);
    // As tenantTable() has it, but for a tenant that may also be a word: what belongs to no environment has keys too.
    this.addSql('alter table tietovirta.data_key enable row level security');
    this.addSql('alter table tietovirta.data_key force row level security');
    this.addSql(`
      create policy tenant on tietovirta.data_key
        using (tenant = tietovirta.tenant()::text or tietovirta.every_tenant())
        with check (tenant = tietovirta.tenant()::text or tietovirta.every_tenant())`);
  }
}

import { Migration } from '#lib/store';

/** The log and the heads of its chains. What makes it append-only is here, not in the service's good will. */
export class Audit0001 extends Migration {
  override up(): void {
    this.createTables();
    this.createSearchIndexes();
    this.refuseChanges();
  }

  private createTables(): void {
    this.addSql(`
      create table audit.entry (
        environment_id uuid not null,
        sequence bigint not null check (sequence > 0),
        event_id uuid not null,
        occurred_at timestamptz not null,
        recorded_at timestamptz not null,
        action text not null,
        outcome text not null,
        actor_kind text not null,
        actor_id text not null,
        company_id uuid,
        partner_user_id uuid,
        transfer_id uuid,
        document_id uuid,
        stream text,
        direction text,
        address text,
        reasons text[] not null,
        details jsonb not null,
        hash bytea not null check (octet_length(hash) = 32),
        primary key (environment_id, sequence),
        unique (environment_id, event_id)
      )`);
    // The same few rows are updated with every batch; the free space keeps those updates off the index.
    this.addSql(`
      create table audit.chain (
        environment_id uuid primary key,
        last_sequence bigint not null default 0 check (last_sequence >= 0),
        last_hash bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(last_hash) = 32)
      ) with (fillfactor = 50)`);
  }

  /**
   * One index for each question support asks, so that a page costs the same in
   * a log of a thousand entries and of a hundred million: the equality first,
   * then the order of the page. Columns that most events leave empty are
   * indexed only where they are not.
   */
  private createSearchIndexes(): void {
    const questions: readonly (readonly [name: string, columns: string, where?: string])[] = [
      ['company', 'company_id, sequence desc', 'company_id is not null'],
      ['partner_user', 'partner_user_id, sequence desc', 'partner_user_id is not null'],
      // What happened to this transfer or document: a handful of entries among millions.
      ['transfer', 'transfer_id, sequence desc', 'transfer_id is not null'],
      ['document', 'document_id, sequence desc', 'document_id is not null'],
      // Who came from this address: the first question after a leaked password.
      ['address', 'address, sequence desc', 'address is not null'],
      ['actor', 'actor_id, sequence desc'],
      ['action', 'action, sequence desc'],
      // Successes are nearly everything, and are found by walking back; the others are rare.
      ['outcome', 'outcome, sequence desc', "outcome <> 'success'"],
      // A day of last year, without walking back through all that came after it.
      ['occurred_at', 'occurred_at desc, sequence desc'],
    ];
    for (const [name, columns, where] of questions) {
      const only = where === undefined ? '' : ` where ${where}`;
      this.addSql(`create index entry_by_${name} on audit.entry (environment_id, ${columns})${only}`);
    }
  }

  /** Refused for everybody, the owner and the superuser included, and on a replica too (`enable always`). */
  private refuseChanges(): void {
    this.addSql(`
      create function audit.refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'audit.% is append-only: % is refused', tg_table_name, tg_op
          using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(`
      create trigger entry_is_kept before update or delete or truncate on audit.entry
        for each statement execute function audit.refuse_change()`);
    this.addSql(`
      create trigger chain_is_kept before delete or truncate on audit.chain
        for each statement execute function audit.refuse_change()`);
    this.addSql(`
      create trigger chain_only_grows before update on audit.chain
        for each row
        when (new.environment_id <> old.environment_id or new.last_sequence <= old.last_sequence)
        execute function audit.refuse_change()`);
    this.addSql('alter table audit.entry enable always trigger entry_is_kept');
    this.addSql('alter table audit.chain enable always trigger chain_is_kept');
    this.addSql('alter table audit.chain enable always trigger chain_only_grows');
  }
}

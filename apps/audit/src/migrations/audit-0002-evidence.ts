import { Migration, tenantTable } from '#lib/store';

/**
 * The log as evidence: sealed parts that can go without breaking the chain, signed checkpoints, exports, and a search
 * in the order of happening.
 */
export class Audit0002Evidence extends Migration {
  override up(): void {
    this.sealParts();
    this.replaceSearchIndexes();
    this.allowRedactionAlone();
    this.createCheckpoints();
    this.createExports();
    this.separateTenants();
  }

  private sealParts(): void {
    // What is written about an address may be no address; then it is not found by one.
    this.addSql(`
      create function audit.ip_of(address text) returns inet language plpgsql immutable parallel safe as $$
      begin
        return address::inet;
      exception when others then
        return null;
      end $$`);
    this.addSql(`
      alter table audit.entry
        add column version smallint not null default 1 check (version in (1, 2)),
        add column address_salt bytea,
        add column address_seal bytea check (octet_length(address_seal) = 32),
        add column details_salt bytea,
        add column details_seal bytea check (octet_length(details_seal) = 32),
        add column redacted_at timestamptz,
        add column address_ip inet generated always as (audit.ip_of(address)) stored,
        add check (version = 2 or (address_seal is null and details_seal is null))`);
  }

  /** Each begins with what is asked for and goes on in the order of the page. `occurred_at` serves what has no filter. */
  private replaceSearchIndexes(): void {
    const questions: readonly (readonly [name: string, column: string, where?: string])[] = [
      ['company', 'company_id', 'company_id is not null'],
      ['partner_user', 'partner_user_id', 'partner_user_id is not null'],
      ['transfer', 'transfer_id', 'transfer_id is not null'],
      ['document', 'document_id', 'document_id is not null'],
      ['address', 'address_ip', 'address_ip is not null'],
      ['actor', 'actor_id'],
      ['action', 'action'],
      // Successes are nearly everything, and are found by walking back; the others are rare.
      ['outcome', 'outcome', "outcome <> 'success'"],
    ];
    for (const [name, column, where] of questions) {
      const only = where === undefined ? '' : ` where ${where}`;
      this.addSql(`drop index audit.entry_by_${name}`);
      this.addSql(`
        create index entry_by_${name} on audit.entry
          (environment_id, ${column}, occurred_at desc, sequence desc)${only}`);
    }
  }

  /**
   * One change of an entry is possible, to whoever says that it is meant: that address or details go, with their salt,
   * after a year at the earliest. When exactly is `retention.ts`; whatever went too early is found by verification.
   */
  private allowRedactionAlone(): void {
    this.addSql('drop trigger entry_is_kept on audit.entry');
    this.addSql(`
      create trigger entry_is_kept before delete or truncate on audit.entry
        for each statement execute function audit.refuse_change()`);
    this.addSql(`
      create trigger entry_is_not_updated before update on audit.entry
        for each statement when (coalesce(current_setting('audit.redacting', true), '') = '')
        execute function audit.refuse_change()`);
    this.addSql(`
      create function audit.refuse_all_but_redaction() returns trigger language plpgsql as $$
      declare
        parts constant text[] :=
          '{address,address_salt,address_ip,details,details_salt,redacted_at}';
      begin
        if to_jsonb(new) - parts = to_jsonb(old) - parts
          and new.version = 2
          and old.recorded_at < clock_timestamp() - interval '1 year'
          and (new.address is null and new.address_salt is null
               or (new.address, new.address_salt) is not distinct from (old.address, old.address_salt))
          and (new.details = '{}' and new.details_salt is null
               or (new.details, new.details_salt) is not distinct from (old.details, old.details_salt))
        then
          return new;
        end if;
        raise exception 'audit.entry is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(`
      create trigger entry_is_only_redacted before update on audit.entry
        for each row execute function audit.refuse_all_but_redaction()`);
    for (const trigger of ['entry_is_kept', 'entry_is_not_updated', 'entry_is_only_redacted']) {
      this.addSql(`alter table audit.entry enable always trigger ${trigger}`);
    }
    this.addSql(`
      create table audit.retention (
        environment_id uuid not null,
        rule text not null,
        through bigint not null,
        primary key (environment_id, rule)
      )`);
  }

  private createCheckpoints(): void {
    this.addSql(`
      create table audit.checkpoint (
        environment_id uuid not null,
        sequence bigint not null,
        text text not null,
        signature bytea not null,
        primary key (environment_id, sequence)
      )`);
    this.addSql(`
      create trigger checkpoint_is_kept before update or delete or truncate on audit.checkpoint
        for each statement execute function audit.refuse_change()`);
    this.addSql('alter table audit.checkpoint enable always trigger checkpoint_is_kept');
  }

  private createExports(): void {
    // `environment_id` is whose log it is of; the nil UUID for the operator's and for everything.
    this.addSql(`
      create table audit.export (
        environment_id uuid not null,
        id uuid not null,
        scope text not null,
        format text not null check (format in ('jsonl', 'csv')),
        filters jsonb not null,
        state text not null default 'waiting' check (state in ('waiting', 'running', 'ready', 'failed')),
        attempts int not null default 0,
        lease_until timestamptz,
        requested_at timestamptz not null default clock_timestamp(),
        expires_at timestamptz not null default clock_timestamp() + interval '24 hours',
        entries bigint not null default 0,
        bytes bigint not null default 0,
        primary key (environment_id, id)
      )`);
    this.addSql(`create index export_to_do on audit.export (requested_at) where state in ('waiting', 'running')`);
    this.addSql('create index export_expiry on audit.export (expires_at)');
    this.addSql(`
      create table audit.export_part (
        environment_id uuid not null,
        export_id uuid not null,
        file text not null,
        part int not null,
        data bytea not null,
        primary key (environment_id, export_id, file, part),
        foreign key (environment_id, export_id) references audit.export (environment_id, id) on delete cascade
      )`);
  }

  private separateTenants(): void {
    const tables = ['retention', 'checkpoint', 'export', 'export_part'];
    for (const statement of tables.flatMap((table) => tenantTable(`audit.${table}`))) this.addSql(statement);
  }
}

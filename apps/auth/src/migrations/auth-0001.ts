import { Migration } from '#lib/store';

/**
 * Rules and sessions. Constraints carry the seed's limits once more: a rule that slipped past the contract is
 * refused here. `rule-conflict.ts` knows the named constraints by name.
 */
export class Auth0001 extends Migration {
  override up(): void {
    this.createTenants();
    this.createPartnerUsers();
    this.createRights();
    this.createRestrictionGroups();
    this.createXmlSettings();
    this.createSessions();
  }

  private createTenants(): void {
    this.addSql(`
      create table auth.environment (
        environment_id uuid primary key,
        name text not null check (char_length(name) between 1 and 100),
        active boolean not null,
        time_zone text not null check (char_length(time_zone) between 1 and 64)
      )`);
    // A company is asked for by its id alone, so the id is unique by itself beside the tenant's key.
    this.addSql(`
      create table auth.company (
        environment_id uuid not null constraint company_environment references auth.environment,
        company_id uuid not null constraint company_id_once unique,
        name text not null check (char_length(name) between 1 and 100),
        fivaldi_number text not null check (fivaldi_number ~ '^[0-9]{1,12}$'),
        primary key (environment_id, company_id),
        constraint company_number_once unique (environment_id, fivaldi_number)
      )`);
  }

  private createPartnerUsers(): void {
    this.addSql(`
      create table auth.partner_user (
        partner_user_id uuid primary key,
        user_name text not null constraint partner_user_name_once unique check (char_length(user_name) between 1 and 20),
        company text not null check (char_length(company) between 1 and 60),
        language text not null check (language in ('FIN', 'SWE', 'ENG')),
        active boolean not null,
        scope_company_id uuid constraint partner_user_scope references auth.company (company_id),
        weekday_from smallint check (weekday_from between 0 and 1440),
        weekday_to smallint check (weekday_to between 0 and 1440),
        weekend_restricted boolean not null,
        addresses text[] check (cardinality(addresses) <= 100),
        password_hash text,
        check ((weekday_from is null) = (weekday_to is null))
      )`);
  }

  private createRights(): void {
    // The cells of the seed's table of streams; no other right can exist.
    const supported = `check ((stream, direction) in (
      ('kiha', 'export'), ('palkat', 'import'), ('perustiedot', 'import'), ('projektit', 'export'),
      ('tilaukset', 'import'), ('tilaukset', 'export'), ('tilaushistoria', 'export'),
      ('tuoterekisteri', 'import'), ('tuoterekisteri', 'export'),
      ('yritysrekisteri', 'import'), ('yritysrekisteri', 'export')))`;
    this.addSql(`
      create table auth.upper_right (
        partner_user_id uuid not null constraint upper_right_partner_user references auth.partner_user,
        stream text not null,
        direction text not null,
        primary key (partner_user_id, stream, direction),
        ${supported}
      )`);
    // No reference to upper_right: when the operator withdraws one, the grants stay and are inert.
    this.addSql(`
      create table auth.company_grant (
        environment_id uuid not null,
        company_id uuid not null,
        partner_user_id uuid not null constraint company_grant_partner_user references auth.partner_user,
        stream text not null,
        direction text not null,
        primary key (environment_id, company_id, partner_user_id, stream, direction),
        constraint company_grant_company foreign key (environment_id, company_id) references auth.company,
        ${supported}
      )`);
    this.addSql('create index company_grant_by_partner_user on auth.company_grant (partner_user_id)');
  }

  private createRestrictionGroups(): void {
    this.addSql(`
      create table auth.restriction_group (
        environment_id uuid not null,
        company_id uuid not null,
        name text not null check (char_length(name) between 1 and 64),
        times jsonb check (jsonb_typeof(times) = 'array' and jsonb_array_length(times) <= 100),
        addresses text[] check (cardinality(addresses) <= 100),
        primary key (environment_id, company_id, name),
        constraint restriction_group_company foreign key (environment_id, company_id) references auth.company
      )`);
    // The key leaves the name out: a partner user is in at most one group of a company.
    this.addSql(`
      create table auth.restriction_group_member (
        environment_id uuid not null,
        company_id uuid not null,
        partner_user_id uuid not null constraint restriction_group_member_partner_user references auth.partner_user,
        name text not null,
        constraint restriction_group_member_once primary key (environment_id, company_id, partner_user_id),
        constraint restriction_group_member_group
          foreign key (environment_id, company_id, name) references auth.restriction_group
      )`);
  }

  /** A row is the four sections, all of them saved: there is no half. */
  private createXmlSettings(): void {
    this.addSql(`
      create table auth.xml_settings (
        environment_id uuid not null,
        company_id uuid not null,
        company_register text not null check (company_register in ('add-only', 'update-all', 'update-keep')),
        product_register text not null
          check (product_register in ('add-only', 'update-all', 'replace-all', 'update-keep')),
        sales_order_mode text not null check (sales_order_mode in ('add-only', 'update-all')),
        use_discount_register boolean not null,
        create_missing_products boolean not null,
        fetch_missing_dimensions smallint[] not null check (fetch_missing_dimensions <@ '{1,2,3,4}'),
        payroll_dimensions text not null
          check (payroll_dimensions in ('from-data', 'from-employee', 'data-then-employee')),
        brake_percent smallint not null check (brake_percent between 0 and 100),
        primary key (environment_id, company_id),
        constraint xml_settings_company foreign key (environment_id, company_id) references auth.company
      )`);
  }

  private createSessions(): void {
    this.addSql(`
      create table auth.token (
        token_hash bytea primary key check (octet_length(token_hash) = 32),
        partner_user_id uuid not null references auth.partner_user,
        address text check (char_length(address) <= 64),
        expires_at timestamptz not null
      )`);
    this.addSql('create index token_by_partner_user on auth.token (partner_user_id, expires_at)');
    this.addSql(`
      create table auth.known_address (
        partner_user_id uuid not null references auth.partner_user,
        address text not null check (char_length(address) <= 64),
        last_used_at timestamptz not null,
        primary key (partner_user_id, address)
      )`);
    // Keys are hashes: what was typed as a user name may be a password.
    this.addSql(`
      create table auth.sign_in_counter (
        key bytea primary key check (octet_length(key) = 32),
        failures integer not null check (failures >= 0),
        last_at timestamptz not null
      )`);
    this.addSql('create index sign_in_counter_by_age on auth.sign_in_counter (last_at)');
  }
}

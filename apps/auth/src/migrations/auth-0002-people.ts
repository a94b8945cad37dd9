import { Migration, tenantTable } from '#lib/store';

/**
 * People and their sessions. A person belongs to no environment: their roles say where they are somebody, and each
 * environment has its own name for them, so that none learns what another calls them.
 */
export class Auth0002People extends Migration {
  override up(): void {
    this.createPeople();
    this.createReach();
    this.createSessions();
    for (const table of ['auth.person_membership', 'auth.person_role'])
      for (const statement of tenantTable(table)) this.addSql(statement);
  }

  private createPeople(): void {
    this.addSql(`
      create table auth.person (
        person_id uuid primary key,
        email text check (char_length(email) between 3 and 254 and email = lower(email)),
        name text check (char_length(name) between 1 and 100),
        language text not null check (language in ('fi', 'sv', 'en')),
        active boolean not null,
        password_hash text,
        must_change_password boolean not null default false,
        password_expires_at timestamptz,
        totp_secret bytea,
        totp_last_step bigint,
        erased_at timestamptz,
        check ((erased_at is null) = (email is not null and name is not null)),
        check ((totp_secret is null) = (totp_last_step is null)),
        check (erased_at is null or (not active and password_hash is null and totp_secret is null))
      )`);
    this.addSql('create unique index person_email_once on auth.person (email)');
    // Hashes of 80 random bits: nobody guesses them, so they are neither salted nor slow.
    this.addSql(`
      create table auth.person_recovery_code (
        person_id uuid not null references auth.person,
        code_hash bytea not null check (octet_length(code_hash) = 32),
        primary key (person_id, code_hash)
      )`);
    this.addSql(`
      create table auth.person_known_address (
        person_id uuid not null references auth.person,
        address text not null check (char_length(address) <= 64),
        last_used_at timestamptz not null,
        primary key (person_id, address)
      )`);
  }

  private createReach(): void {
    this.addSql(`
      create table auth.person_membership (
        environment_id uuid not null constraint person_membership_environment references auth.environment,
        person_id uuid not null references auth.person,
        name text check (char_length(name) between 1 and 100),
        primary key (environment_id, person_id)
      )`);
    this.addSql('create index person_membership_by_person on auth.person_membership (person_id)');
    this.addSql(`
      create table auth.person_role (
        person_id uuid not null references auth.person,
        role text not null,
        environment_id uuid,
        company_id uuid,
        constraint person_role_once unique nulls not distinct (environment_id, person_id, role, company_id),
        constraint person_role_membership
          foreign key (environment_id, person_id) references auth.person_membership,
        constraint person_role_company foreign key (environment_id, company_id) references auth.company,
        constraint person_role_reach check (case
          when environment_id is null then company_id is null and role in ('operator', 'support', 'auditor')
          when company_id is null then role in ('main-user', 'user-administrator', 'accountant', 'support', 'auditor')
          else role = 'accountant' end)
      )`);
    this.addSql('create index person_role_by_person on auth.person_role (person_id)');
    this.addSql(
      'create index person_role_by_company on auth.person_role (environment_id, company_id) where company_id is not null',
    );
  }

  /** `totp_offer` is the secret shown at enrolment: it counts for nothing until a code of it has come back. */
  private createSessions(): void {
    this.addSql(`
      create table auth.person_session (
        token_hash bytea primary key check (octet_length(token_hash) = 32),
        person_id uuid not null references auth.person,
        method text not null check (method in ('password', 'oidc')),
        second_factor boolean not null,
        totp_offer bytea check (totp_offer is null or not second_factor),
        address text check (char_length(address) <= 64),
        created_at timestamptz not null,
        last_seen_at timestamptz not null,
        expires_at timestamptz not null
      )`);
    this.addSql('create index person_session_by_person on auth.person_session (person_id, expires_at)');
  }
}

import { Migration } from '#lib/store';

/** Sessions get a name by which their owner may end them; people are tied to who they are at an identity provider. */
export class Auth0010Sessions extends Migration {
  override up(): void {
    this.addSql('alter table auth.person_session add column session_id uuid not null default gen_random_uuid()');
    this.addSql('create unique index person_session_once on auth.person_session (session_id)');
    this.addSql(`
      create table auth.person_identity (
        issuer text not null check (char_length(issuer) between 1 and 500),
        subject text not null check (char_length(subject) between 1 and 255),
        person_id uuid not null references auth.person,
        bound_at timestamptz not null default clock_timestamp(),
        primary key (issuer, subject),
        constraint person_identity_of_person unique (person_id, issuer)
      )`);
    // Those that are there, and those that an older service still makes, have 80 bits: too few to lie under a hash that
    // is neither salted nor slow for good. The next ones have 140, and no end.
    this.addSql(`
      alter table auth.person_recovery_code
        add column good_until timestamptz default clock_timestamp() + interval '90 days'`);
  }
}

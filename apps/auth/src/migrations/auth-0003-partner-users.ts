import { Migration } from '#lib/store';

/**
 * The fields of a partner user that were still missing, one-time passwords, and the SMS that carry them. Rows from
 * before have null where a field was not asked for.
 */
export class Auth0003PartnerUsers extends Migration {
  override up(): void {
    this.addFields();
    this.createOutgoing();
    this.createInbox();
  }

  private addFields(): void {
    // `withheld_version` counts changes of what the audit log must not hold; `password_expires_at` is a one-time
    // password's, and null with the partner user's own.
    this.addSql(`
      alter table auth.partner_user
        add column business_id text check (business_id ~ '^[0-9]{7}-[0-9]$'),
        add column email text check (char_length(email) between 3 and 100),
        add column mobile text check (char_length(mobile) between 1 and 20),
        add column internal_note text check (char_length(internal_note) <= 2000),
        add column external_note text check (char_length(external_note) <= 2000),
        add column withheld_version integer not null default 0,
        add column password_expires_at timestamptz`);
  }

  /**
   * At most one order for each partner user; it holds no password, which is made when it is sent. `next_at` is when a
   * waiting one is due, and when one that is being sent is taken for lost.
   */
  private createOutgoing(): void {
    this.addSql(`
      create table auth.sms_outgoing (
        partner_user_id uuid primary key references auth.partner_user,
        order_id uuid not null,
        ordered_by jsonb not null,
        address text check (char_length(address) <= 64),
        ordered_at timestamptz not null,
        state text not null check (state in ('waiting', 'sending', 'sent', 'gave-up')),
        attempts smallint not null default 0 check (attempts >= 0),
        next_at timestamptz not null
      )`);
    this.addSql(`create index sms_outgoing_due on auth.sms_outgoing (next_at) where state in ('waiting', 'sending')`);
  }

  /** The telephone of the sandbox: what a provider would have delivered, kept for a day. */
  private createInbox(): void {
    this.addSql(`
      create table auth.sms_inbox (
        reference text primary key check (char_length(reference) <= 64),
        recipient text not null check (char_length(recipient) <= 20),
        message text not null check (char_length(message) <= 1000),
        received_at timestamptz not null
      )`);
    this.addSql('create index sms_inbox_by_age on auth.sms_inbox (received_at)');
  }
}

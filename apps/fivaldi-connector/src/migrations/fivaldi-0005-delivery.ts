import { Migration, tenantTable } from '#lib/store';

/**
 * Delivery to Fivaldi's own interface: who is connected, what has to be delivered, how many requests may be sent.
 *
 * `delivery.known` is what Fivaldi had by its own last word. `delivery.mark` grows with every change that has to be
 * delivered, so that a delivery which ends says only what it has seen.
 */
export class Fivaldi0005Delivery extends Migration {
  override up(): void {
    this.addSql(`
      create table fivaldi.connection (
        environment_id uuid not null,
        company_id uuid not null,
        cuid text not null check (length(cuid) between 1 and 64),
        target text not null check (target in ('myynninhallinta', 'tilaustenkasittely')),
        active boolean not null,
        paused text,
        paused_at timestamptz,
        refusals int not null default 0,
        mark bigint not null default 1,
        changed_by text not null,
        changed_at timestamptz not null default clock_timestamp(),
        fence bigint not null default 0,
        leased_until timestamptz,
        last_turn bigint not null default 0,
        waits_until timestamptz,
        pull_at timestamptz,
        pulled_from jsonb not null default '{}',
        primary key (environment_id, company_id)
      )`);
    // The partner's one secret opens every company's Fivaldi: two companies of ours must never write into one of theirs.
    this.addSql('create unique index connection_cuid_once on fivaldi.connection (cuid)');
    this.addSql(`
      create index connection_turn on fivaldi.connection (last_turn) where active and paused is null`);
    this.addSql(`
      create table fivaldi.request_budget (
        partner_id text primary key,
        rate double precision not null check (rate > 0),
        capacity double precision not null check (capacity >= 1),
        tokens double precision not null,
        refilled_at timestamptz not null,
        not_before timestamptz,
        turns bigint not null default 0
      )`);
    this.addSql(`
      create table fivaldi.delivery (
        environment_id uuid not null,
        company_id uuid not null,
        register text not null check (register in ('dimension', 'company', 'product', 'order', 'payroll_batch')),
        key text not null,
        rank smallint not null generated always as (
          case register when 'dimension' then 1 when 'company' then 2 when 'product' then 3 when 'order' then 4 else 5 end
        ) stored,
        state text not null default 'due' check (state in
          ('due', 'sending', 'unknown', 'delivered', 'rejected', 'denied', 'review', 'conflict')),
        mark bigint not null default 1,
        marked_at timestamptz not null default clock_timestamp(),
        transfer_id uuid,
        partner_user_id uuid,
        next_try_at timestamptz not null default clock_timestamp(),
        attempts int not null default 0,
        action text,
        sent_at timestamptz,
        remote_id text,
        known jsonb,
        content_hash text,
        delivered_at timestamptz,
        cause text,
        complaints jsonb,
        differences jsonb,
        updated_at timestamptz not null default clock_timestamp(),
        primary key (environment_id, company_id, register, key)
      )`);
    this.addSql(`
      create index delivery_due on fivaldi.delivery (environment_id, company_id, rank, next_try_at)
        where state in ('due', 'sending', 'unknown')`);
    // Two records of ours that both took the same customer of theirs would overwrite each other for ever.
    this.addSql(`
      create unique index delivery_remote_once on fivaldi.delivery (environment_id, company_id, register, remote_id)
        where remote_id is not null`);
    this.addSql(`
      create index delivery_troubled on fivaldi.delivery (environment_id, company_id, updated_at desc)
        where state in ('rejected', 'denied', 'review', 'conflict')`);
    for (const table of ['connection', 'delivery']) {
      for (const statement of tenantTable(`fivaldi.${table}`)) this.addSql(statement);
    }
  }
}

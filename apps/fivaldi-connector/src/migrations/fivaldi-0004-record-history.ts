import { Migration, tenantTable } from '#lib/store';

/**
 * What records were before a person changed them, the whole of them: each can be gone back to.
 *
 * Imports write none: what they changed stands in their items, and what they deleted stays, marked, until one makes it
 * again (fivaldi-0006).
 */
export class Fivaldi0004RecordHistory extends Migration {
  override up(): void {
    this.addSql(`
      create table fivaldi.record_version (
        environment_id uuid not null,
        company_id uuid not null,
        register text not null,
        key text not null,
        no int not null check (no > 0),
        at timestamptz not null default clock_timestamp(),
        by text not null,
        what text not null check (what in ('created', 'changed', 'deleted', 'restored')),
        transfer_id uuid,
        before jsonb,
        changes jsonb not null,
        primary key (environment_id, company_id, register, key, no)
      )`);
    for (const statement of tenantTable('fivaldi.record_version')) this.addSql(statement);
  }
}

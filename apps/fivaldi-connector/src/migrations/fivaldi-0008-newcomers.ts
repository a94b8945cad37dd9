import { Migration, tenantTable } from '#lib/store';

/** Records that were made in Fivaldi and that no delivery knows of: they wait to be read and taken over. */
export class Fivaldi0008Newcomers extends Migration {
  override up(): void {
    this.addSql(`
      create table fivaldi.newcomer (
        environment_id uuid not null,
        company_id uuid not null,
        register text not null,
        remote_id text not null,
        next_try_at timestamptz not null default clock_timestamp(),
        primary key (environment_id, company_id, register, remote_id)
      )`);
    for (const statement of tenantTable('fivaldi.newcomer')) this.addSql(statement);
  }
}

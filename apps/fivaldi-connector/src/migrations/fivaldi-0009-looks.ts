import { Migration } from '#lib/store';

/**
 * Which list of Fivaldi's is asked for next is told by when each was asked for, answered or not: one that is refused
 * must not keep the others waiting. What was made there before `listed_since` is none of a list's that was never read;
 * for who was connected before orders were listed, that is the day of this migration.
 *
 * Whoever hands out turns asks of each company when something of it is due next: by index, one row of each, whatever
 * the statistics say. Of what was made in Fivaldi, what others name is read first.
 */
export class Fivaldi0009Looks extends Migration {
  override up(): void {
    this.addSql(`
      alter table fivaldi.connection
        add column asked_at jsonb not null default '{}',
        add column listed_since timestamptz not null default clock_timestamp()`);
    this.addSql(`
      alter table fivaldi.newcomer
        add column rank smallint not null generated always as (
          case register when 'company' then 1 when 'product' then 2 else 3 end
        ) stored`);
    this.addSql('create index newcomer_rank on fivaldi.newcomer (environment_id, company_id, rank, next_try_at)');
    this.addSql('create index newcomer_next on fivaldi.newcomer (environment_id, company_id, next_try_at)');
    this.addSql(`
      create index delivery_next on fivaldi.delivery (environment_id, company_id, next_try_at)
        where state in ('due', 'sending', 'unknown')`);
  }
}

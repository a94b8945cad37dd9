import { Migration } from '@mikro-orm/migrations';

export class Bus0001 extends Migration {
  override up(): void {
    this.addSql(`
      create table bus.outbox (
        id bigint generated always as identity primary key,
        message_id uuid not null,
        type text not null,
        data json not null,
        written_at timestamptz not null default clock_timestamp()
      )`);
    // Rows live for milliseconds: without an eager vacuum the head of the index is a graveyard the relay walks each time.
    this.addSql(`
      alter table bus.outbox set (
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0
      )`);
  }
}

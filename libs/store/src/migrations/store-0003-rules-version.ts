import { Migration } from '@mikro-orm/migrations';

/** What changes of rules are counted in, and the function that their triggers call. */
export class Store0003RulesVersion extends Migration {
  override up(): void {
    // Ids and counts of every tenant, and nothing else: a decision about one company reads no other's.
    this.addSql(`
      create table tietovirta.rules_version (
        subject uuid primary key,
        version bigint not null
      )`);
    // In the order of the subjects, so that two changes of many never wait for each other.
    this.addSql(`
      create function tietovirta.count_rule_change() returns trigger language plpgsql as $$
      declare
        changed text := case tg_op
          when 'INSERT' then 'select %1$I as subject from rows_after'
          when 'DELETE' then 'select %1$I as subject from rows_before'
          else 'select %1$I as subject from rows_before union select %1$I from rows_after' end;
      begin
        execute format(
          'insert into tietovirta.rules_version as v (subject, version)
             select distinct subject, 1 from (' || changed || ') as c order by subject
             on conflict (subject) do update set version = v.version + 1', tg_argv[0]);
        return null;
      end $$`);
  }
}

import { Migration, tenantTable } from '#lib/store';

/**
 * Readings and comparisons in portions: where one stands is stored with each page, and what it has met beside it, so that
 * none of it is held in memory, and a killed one goes on from its last page.
 *
 * An organisation of Netvisor is the same with and without the hyphen of its business ID.
 */
export class Severa0002Readings extends Migration {
  override up(): void {
    this.addSql('alter table severa.flow_state add column reading jsonb');
    this.addSql('alter table severa.comparison add column progress jsonb');
    // What a reading of everything has met: what is not there at its end is gone.
    this.addSql(`
      create table severa.met (
        environment_id uuid not null,
        company_id uuid not null,
        flow text not null,
        key text not null,
        primary key (environment_id, company_id, flow, key)
      )`);
    // Both sides of a comparison that is under way.
    this.addSql(`
      create table severa.compared (
        environment_id uuid not null,
        company_id uuid not null,
        flow text not null,
        side text not null check (side in ('here', 'there')),
        key text not null,
        match text,
        name text,
        business_id text,
        judged jsonb,
        primary key (environment_id, company_id, flow, side, key)
      )`);
    this.addSql(`
      create index compared_match on severa.compared (environment_id, company_id, flow, side, match)
        where match is not null`);
    this.addSql(`
      create index compared_business_id on severa.compared (environment_id, company_id, flow, side, business_id)
        where business_id is not null`);
    for (const table of ['met', 'compared']) {
      for (const statement of tenantTable(`severa.${table}`)) this.addSql(statement);
    }
    this.addSql(`set local tietovirta.tenant = 'every'`);
    // One of two in use that turn out to be of one organisation stays as it is, until somebody stops the other.
    this.addSql(`
      update severa.link l set organisation_id = regexp_replace(organisation_id, '^([0-9]{7})([0-9])$', '\\1-\\2')
       where organisation_id ~ '^[0-9]{8}$'
         and not (state = 'active' and exists (
           select from severa.link o
            where o.state = 'active' and o.netvisor_host = l.netvisor_host
              and o.organisation_id = regexp_replace(l.organisation_id, '^([0-9]{7})([0-9])$', '\\1-\\2')))`);
  }
}

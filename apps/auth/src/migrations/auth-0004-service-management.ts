import { Migration } from '#lib/store';

/** Companies as Service Management shows them: with a business ID [Y-tunnus], and Web Services on or off. */
export class Auth0004ServiceManagement extends Migration {
  override up(): void {
    // Companies from before could be granted to without asking: their Web Services are on.
    this.addSql(`
      alter table auth.company
        add column business_id text check (business_id ~ '^[0-9]{7}-[0-9]$'),
        add column web_services boolean not null default true`);
    // The order in which they are listed, page by page.
    this.addSql('create index company_by_name on auth.company (environment_id, lower(name), company_id)');
  }
}

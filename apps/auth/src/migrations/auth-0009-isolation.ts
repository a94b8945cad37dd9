import { Migration, tenantTable } from '#lib/store';

/** Row-level security for the tables of the first day; later ones came with it. */
export class Auth0009Isolation extends Migration {
  override up(): void {
    const tables = [
      'environment',
      'company',
      'company_grant',
      'restriction_group',
      'restriction_group_member',
      'xml_settings',
    ];
    for (const table of tables) for (const statement of tenantTable(`auth.${table}`)) this.addSql(statement);
  }
}

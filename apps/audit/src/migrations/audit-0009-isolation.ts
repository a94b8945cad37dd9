import { Migration, tenantTable } from '#lib/store';

/** Row-level security for the log. The operator's chain belongs to no environment and has the nil UUID for one. */
export class Audit0009Isolation extends Migration {
  override up(): void {
    for (const table of ['entry', 'chain']) {
      for (const statement of tenantTable(`audit.${table}`)) this.addSql(statement);
    }
  }
}

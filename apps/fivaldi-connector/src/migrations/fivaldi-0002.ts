import { Migration, tenantTable } from '#lib/store';

/** Row-level security for the registers. */
export class Fivaldi0002 extends Migration {
  override up(): void {
    for (const table of ['product_record', 'company_record']) {
      for (const statement of tenantTable(`fivaldi.${table}`)) this.addSql(statement);
    }
  }
}

import { Migration } from '@mikro-orm/migrations';

import { TENANT_FUNCTIONS } from '../tenant-table.js';

/** What the policies of every schema call. */
export class Store0001 extends Migration {
  override up(): void {
    for (const statement of TENANT_FUNCTIONS) this.addSql(statement);
  }
}

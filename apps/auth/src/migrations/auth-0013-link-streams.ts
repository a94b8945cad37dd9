import { Migration } from '#lib/store';

const TABLES = ['upper_right', 'company_grant'] as const;

/** The streams of a link between Severa and Netvisor are rights like any other; what else is no stream stays impossible. */
export class Auth0013LinkStreams extends Migration {
  override up(): void {
    for (const table of TABLES) {
      this.addSql(`alter table auth.${table} drop constraint ${table}_check`);
      this.addSql(`
        alter table auth.${table} add constraint ${table}_supported check ((stream, direction) in (
          ('kiha', 'export'), ('palkat', 'import'), ('perustiedot', 'import'), ('projektit', 'export'),
          ('tilaukset', 'import'), ('tilaukset', 'export'), ('tilaushistoria', 'export'),
          ('tuoterekisteri', 'import'), ('tuoterekisteri', 'export'),
          ('yritysrekisteri', 'import'), ('yritysrekisteri', 'export'),
          ('severa-asiakasrekisteri', 'import'), ('severa-asiakasrekisteri', 'export'),
          ('severa-tuoterekisteri', 'import'), ('severa-tuoterekisteri', 'export'),
          ('severa-laskentakohteet', 'import'), ('severa-myyntilaskut', 'import'), ('severa-matkalaskut', 'import'),
          ('severa-tyomerkinnat', 'import'), ('severa-ostolaskurivit', 'export'), ('severa-maksutiedot', 'export')))`);
    }
  }
}

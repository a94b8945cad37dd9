import { Migration } from '#lib/store';

/** Building the exported data [aineiston muodostuksen perustiedot]: the XML settings' last part, which has defaults. */
export class Auth0011XmlSettings extends Migration {
  override up(): void {
    this.addSql(`
      alter table auth.xml_settings
        add column export_file_name text check (length(export_file_name) between 1 and 100),
        add column export_dimension_level smallint check (export_dimension_level between 1 and 4),
        add column export_protected_persons text not null default 'leave-out'
          check (export_protected_persons in ('leave-out', 'mask', 'include'))`);
  }
}

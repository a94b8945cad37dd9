import { Migration, tenantTable } from '#lib/store';

const SETTINGS = `company_register, product_register, sales_order_mode, use_discount_register, create_missing_products,
  fetch_missing_dimensions, payroll_dimensions, brake_percent, export_file_name, export_dimension_level,
  export_protected_persons`;

/** Every state that a company's XML settings were ever saved in, so that each can be gone back to. */
export class Auth0012XmlSettingsVersions extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.xml_settings_version (
        environment_id uuid not null,
        company_id uuid not null,
        no int not null check (no > 0),
        at timestamptz not null default clock_timestamp(),
        actor jsonb,
        restored int check (restored < no),
        company_register text not null,
        product_register text not null,
        sales_order_mode text not null,
        use_discount_register boolean not null,
        create_missing_products boolean not null,
        fetch_missing_dimensions smallint[] not null,
        payroll_dimensions text not null,
        brake_percent smallint not null,
        export_file_name text,
        export_dimension_level smallint,
        export_protected_persons text not null,
        primary key (environment_id, company_id, no),
        constraint xml_settings_version_company foreign key (environment_id, company_id) references auth.company
      )`);
    // What stands already is everybody's first version; the settings are under row-level security.
    this.addSql(`set local tietovirta.tenant = 'every'`);
    this.addSql(`
      insert into auth.xml_settings_version (environment_id, company_id, no, ${SETTINGS})
      select environment_id, company_id, 1, ${SETTINGS} from auth.xml_settings`);
    for (const statement of tenantTable('auth.xml_settings_version')) this.addSql(statement);
  }
}

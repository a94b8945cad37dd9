import { Migration, tenantTable } from '#lib/store';

/**
 * Register, key and columns. A spec holds them and the record tables together. A key is text, whatever it is written
 * in: items, URLs and lists name records by it.
 */
const REGISTERS = [
  [
    'order',
    'order_number',
    `
    order_number text not null, company_code text, name1 text, name2 text, street_address text,
    street_address2 text, postal_code text, postal_address text, country text, delivery_name1 text,
    delivery_name2 text, delivery_street_address text, delivery_street_address2 text,
    delivery_postal_code text, delivery_postal_address text, delivery_country text, order_date date,
    delivery_date date, language text, currency text, currency_rate numeric, payment_term text,
    posting_group text, delivery_method text, delivery_term text, transmission_type text,
    sales_person_id text, invoice_reference text, order_identifier text, buyer_reference text,
    agreement_identifier text, tender_reference text, account_dimension_text text,
    ready_to_invoice boolean, taxable_total numeric, total_incl_tax numeric,
    children jsonb not null default '{}'`,
  ],
  [
    'payroll_batch',
    'payroll_batch_id',
    `
    payroll_batch_id text not null, children jsonb not null default '{}'`,
  ],
  [
    'dimension',
    'dimension_id',
    `
    dimension_id text not null, name_fi text, name_sv text, name_en text, in_bookkeeping boolean,
    in_estate boolean, in_purchases boolean, in_payroll boolean, in_sales boolean`,
  ],
  [
    'posting_group',
    'posting_group_id',
    `
    posting_group_id text not null, name text, default_for_sales boolean,
    default_for_purchases boolean, dimension1 text, dimension2 text, dimension3 text, dimension4 text`,
  ],
  [
    'payment_term',
    'payment_term_id',
    `
    payment_term_id text not null, name text, net_days numeric, discount_days numeric,
    discount_percent numeric, is_default boolean`,
  ],
  [
    'discount',
    'discount_id',
    `
    discount_id text not null, company_code text, product_code text, product_group text,
    percent numeric, begin_date date, end_date date`,
  ],
  [
    'employee',
    'employee_id',
    `
    employee_id text not null, first_name text, last_name text, social_security_number text,
    dimension1 text, dimension2 text, dimension3 text, dimension4 text`,
  ],
  [
    'sales_history',
    'order_number',
    `
    order_number text not null, external_order_number text, company_code text, name1 text, name2 text,
    street_address text, street_address2 text, postal_code text, postal_address text, country text,
    delivery_name1 text, delivery_name2 text, delivery_street_address text,
    delivery_street_address2 text, delivery_postal_code text, delivery_postal_address text,
    delivery_country text, order_date date, delivery_date date, language text, currency text,
    currency_rate numeric, payment_term text, posting_group text, delivery_method text,
    delivery_term text, transmission_type text, sales_person_id text, invoice_reference text,
    order_identifier text, buyer_reference text, agreement_identifier text, tender_reference text,
    account_dimension_text text, ready_to_invoice boolean, taxable_total numeric,
    total_incl_tax numeric, children jsonb not null default '{}'`,
  ],
  [
    'housing_company',
    'housing_company_id',
    `
    housing_company_id text not null, official_name text, official_name2 text, type text,
    trade_register_date date, articles_date date, vat_taxable text,
    children jsonb not null default '{}'`,
  ],
  [
    'premises',
    'premises_id',
    `
    premises_id text not null, building_id numeric, identifier text, stair text, floor text, type text,
    use text, other_premises text, order_number numeric, owned_by_company boolean, vat_taxable boolean,
    begin_date date, end_date date, children jsonb not null default '{}'`,
  ],
  [
    'estate_person',
    'person_id',
    `
    person_id text not null, last_name text, first_name text, other_names text, previous_name text,
    security_restriction boolean, social_security_number text, date_of_birth date, business_id text,
    nationality text, email text, mobile_phone text, home_phone text, work_phone text,
    additional_information text, children jsonb not null default '{}'`,
  ],
  [
    'bond',
    'reference_number',
    `
    reference_number text not null, premises_id numeric, person_id numeric, type text, use text,
    begin_date date, end_date date, moving_in_date date, leaving_date date, trading_date date,
    marking_date date, share_numerator numeric, share_denominator numeric, inhabitant boolean,
    collection_ban boolean, interest_ban boolean, deviant_due_day numeric,
    children jsonb not null default '{}'`,
  ],
] as const;

/** The registers of the other six streams, as `fivaldi-0001` has the first two, and what orders and payroll look up. */
export class Fivaldi0003Registers extends Migration {
  override up(): void {
    for (const [register, key, columns] of REGISTERS) {
      const table = `fivaldi.${register}_record`;
      this.addSql(`
        create table ${table} (
          environment_id uuid not null,
          company_id uuid not null,
          ${columns.trim()},
          imported boolean not null,
          written_by text not null,
          created_at timestamptz not null default clock_timestamp(),
          updated_at timestamptz not null default clock_timestamp(),
          deleted_at timestamptz,
          primary key (environment_id, company_id, ${key})
        )`);
      for (const statement of tenantTable(table)) this.addSql(statement);
    }
    this.addSql(`
      create index employee_by_identity_code on fivaldi.employee_record
        (environment_id, company_id, social_security_number) where social_security_number is not null`);
    this.lookUpEmptiedChildren();
  }

  /** One look-up for each value instead of a join: an order may have 10,000 rows. */
  private lookUpEmptiedChildren(): void {
    this.addSql(`
      create or replace function fivaldi.children_emptied(before jsonb, after jsonb) returns boolean
      language sql immutable parallel safe as $$
        select before <> after and exists (
          select from jsonb_each(before) as kind, jsonb_each(kind.value) as child, jsonb_each(child.value) as field
           where after #> array[kind.key, child.key, field.key] is null)
      $$`);
  }
}

import { Migration } from '#lib/store';

/**
 * The registers of Fivaldi's companies.
 *
 * A column for each field of the stream's record table (a spec holds the two
 * together). `null` is empty. Children (addresses, bank accounts) are part of
 * their record: they are replaced, kept, restored and exported with it and
 * never asked for across records, so they live in it, by kind and id.
 */
export class Fivaldi0001 extends Migration {
  override up(): void {
    this.addSql(`
      create table fivaldi.product_record (
        environment_id uuid not null,
        company_id uuid not null,
        product_code text not null,
        name text,
        ean_code text,
        product_group text,
        unit text,
        sales_price numeric,
        purchase_price numeric,
        default_to_invoice boolean,
        cn_code text,
        cn_unit text,
        cn_net_weight numeric,
        cn_multiplier numeric,
        origin_country text,
        public_description text,
        internal_description text,
        imported boolean not null,
        written_by text not null,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp(),
        deleted_at timestamptz,
        primary key (environment_id, company_id, product_code)
      )`);
    this.addSql(`
      create table fivaldi.company_record (
        environment_id uuid not null,
        company_id uuid not null,
        company_code text not null,
        name1 text,
        name2 text,
        business_id text,
        email1 text,
        email2 text,
        phone1 text,
        phone2 text,
        website text,
        language text,
        currency text,
        external_id text,
        is_customer boolean,
        is_supplier boolean,
        is_consumer boolean,
        segment text,
        responsible_person text,
        sales_person_id text,
        dimension1 text,
        dimension2 text,
        dimension3 text,
        dimension4 text,
        sales_payment_term text,
        purchase_payment_term text,
        sales_posting_group text,
        purchase_posting_group text,
        delivery_method text,
        delivery_term text,
        transmission_type text,
        interest_percent numeric,
        interest_disabled boolean,
        debt_collection_disabled boolean,
        ovt text,
        einvoice_address text,
        einvoice_operator text,
        buyer_reference text,
        supplier_customer_id text,
        additional_information text,
        private_information text,
        children jsonb not null default '{}',
        imported boolean not null,
        written_by text not null,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp(),
        deleted_at timestamptz,
        primary key (environment_id, company_id, company_code)
      )`);
    this.addSql(`
      create function fivaldi.keep_children(existing jsonb, incoming jsonb) returns jsonb
      language sql immutable parallel safe as $$
        select jsonb_strip_nulls(coalesce(jsonb_object_agg(kinds.kind, (
          select jsonb_object_agg(ids.id, coalesce(existing -> kinds.kind -> ids.id, '{}')
                                       || coalesce(incoming -> kinds.kind -> ids.id, '{}'))
            from (select jsonb_object_keys(coalesce(existing -> kinds.kind, '{}'))
                  union select jsonb_object_keys(coalesce(incoming -> kinds.kind, '{}'))) as ids (id)
        )), '{}'))
        from (select jsonb_object_keys(existing) union select jsonb_object_keys(incoming)) as kinds (kind)
      $$`);
    this.addSql(`
      create function fivaldi.child_values(children jsonb) returns table (path text, value text)
      language sql immutable parallel safe as $$
        select kind.key || '/' || child.key || '/' || field.key, field.value
          from jsonb_each(children) as kind, jsonb_each(kind.value) as child, jsonb_each_text(child.value) as field
      $$`);
    this.addSql(`
      create function fivaldi.children_emptied(before jsonb, after jsonb) returns boolean
      language sql immutable parallel safe as $$
        select before <> after and exists (
          select from fivaldi.child_values(before) as b
           where not exists (select from fivaldi.child_values(after) as a where a.path = b.path))
      $$`);
    this.addSql(`
      create function fivaldi.child_changes(before jsonb, after jsonb)
      returns table (field text, before text, after text) language sql immutable parallel safe as $$
        select coalesce(b.path, a.path), b.value, a.value
          from fivaldi.child_values($1) as b full join fivaldi.child_values($2) as a on a.path = b.path
         where b.value is distinct from a.value
      $$`);
  }
}

import { discount, postingGroup, type RecordTable, tilaukset, tuoterekisteri, yritysrekisteri } from '#lib/documents';
import type { OrderOptions, SalesOrderMode } from '#lib/policy';
import type { ConnectionSql } from '#lib/store';
import type { Transfer } from '#lib/transfers';

import { asComing, comingSql, comingTable } from './coming-sql.js';
import type { Completion, OtherEffect, Portion } from './completion.js';
import { BY_INDEX, columnsOf, registerTable, stagedTable } from './record-sql.js';
import { replacing } from './register-sql.js';

/** So many faults are told of one order; the reader tells no more either. */
const MAX_FAULTS = 20;

/** What a discount names, or the empty text. */
const named = (column: string): string => `(case when ${column} is null then '' else ${column} end)`;
const COMING_DISCOUNTS = comingSql(discount, [
  ['company_code', 'product_code', 'product_group'].map((column) => named(column)).join(', '),
]);
const COMING_POSTING_GROUPS = comingSql(postingGroup, []);
const STAGED = stagedTable(tilaukset);

/** `completeOrder` of `libs/policy`, for all the orders of a portion at once. */
export class OrderCompletion implements Completion {
  readonly session = [
    ...COMING_DISCOUNTS.session,
    ...COMING_POSTING_GROUPS.session,
    `create temporary table unknown_row (
       no int not null, line int not null, "column" int not null, row_no text not null, product_code text not null,
       product_name text
     ) on commit delete rows`,
    'create index on pg_temp.unknown_row (no)',
  ];
  readonly looksInto: ReadonlyMap<RecordTable, string>;
  /** Rows that name a product that is not there. */
  #unknown = 0;
  #hasDiscounts = false;
  readonly #findUnknown: string;
  readonly #fill: string | null;

  constructor(
    mode: SalesOrderMode,
    private readonly options: OrderOptions,
  ) {
    const { useDiscountRegister, fetchMissingDimensions } = options;
    this.looksInto = new Map([
      ...(useDiscountRegister ? [[discount, COMING_DISCOUNTS.note] as const] : []),
      ...(fetchMissingDimensions.length > 0 ? [[postingGroup, COMING_POSTING_GROUPS.note] as const] : []),
    ]);
    this.#findUnknown = findUnknown(mode);
    this.#fill = useDiscountRegister || fetchMissingDimensions.length > 0 ? fill(mode, options) : null;
  }

  async complete(
    sql: ConnectionSql,
    { environmentId, companyId }: Transfer,
    { after, upTo }: Portion,
    options: { prepare: boolean },
  ): Promise<void> {
    const where = [environmentId, companyId, after, upTo];
    const [found] = await sql.rows<{ rows: number }>(this.#findUnknown, where, options);
    const unknown = found?.rows ?? 0;
    this.#unknown += unknown;
    if (unknown > 0 && !this.options.createMissingProducts) await sql.rows(REFUSE_UNKNOWN, [after, upTo], options);
    if (this.options.useDiscountRegister && !this.#hasDiscounts) {
      // Seven look-ups a row: worth a copy of the register with an index for them, even for one order.
      await sql.rows(COMING_DISCOUNTS.addRest, [environmentId, companyId], options);
      this.#hasDiscounts = true;
    }
    if (this.#fill !== null) await sql.rows(this.#fill, where, options);
  }

  async planOthers(sql: ConnectionSql, of: Transfer, after: number): Promise<OtherEffect | null> {
    if (this.#unknown === 0 || !this.options.createMissingProducts) return null;
    const [planned] = await sql.rows<{ created: number }>(PLAN_PRODUCTS, [of.environmentId, of.id, after]);
    return { register: 'product', created: planned?.created ?? 0 };
  }

  async applyOthers(sql: ConnectionSql, of: Transfer): Promise<void> {
    if (this.#unknown === 0 || !this.options.createMissingProducts) return;
    await sql.rows(CREATE_PRODUCTS, [of.environmentId, of.companyId, of.id]);
  }
}

/** The staged orders, as `s`, that are completed: sound ones that the mode does not leave alone. */
function concerned(mode: SalesOrderMode): string {
  const isLeft = `exists (select from ${registerTable(tilaukset)} o
             where o.environment_id = $1 and o.company_id = $2 and o.order_number = s.order_number
               and o.deleted_at is null ${BY_INDEX})`;
  return `s.no > $3 and s.no <= $4 and s.faults is null and s.children ? 'rows'
      ${mode === 'add-only' ? `and not ${isLeft}` : ''}`;
}

/** A product is looked up by a join, whose answers PostgreSQL keeps: orders name the same products again and again. */
const findUnknown = (mode: SalesOrderMode): string => `
  with unknown as (
    insert into pg_temp.unknown_row (no, line, "column", row_no, product_code, product_name)
    select s.no, s.line, s."column", entry.key, own.product_code, own.product_name
      from ${STAGED} s
     cross join lateral jsonb_each(s.children -> 'rows') entry
     cross join lateral jsonb_to_record(entry.value) own (product_code text, product_name text, text_row text)
      left join lateral (
        select true as found from ${registerTable(tuoterekisteri)} p
         where p.environment_id = $1 and p.company_id = $2
           and p.product_code = own.product_code and p.deleted_at is null
        ${BY_INDEX}) product on true
     where ${concerned(mode)}
       and own.product_code is not null and own.text_row is distinct from 'true' and product.found is null
    returning 1
  )
  select count(*)::int as rows from unknown`;

const productCodeElement = tilaukset.children[0]?.fields.find(({ field }) => field === 'product_code')?.element ?? '';

/** Rejects the orders after $1 up to $2 that name an unknown product, with a fault for each of the rows. */
const REFUSE_UNKNOWN = `
  update ${STAGED} s
     set faults = (
       select jsonb_agg(fault) from (
         select jsonb_build_object('line', u.line, 'column', u."column", 'element', '${productCodeElement}',
                                   'reason', 'unknown-product', 'child', u.row_no, 'code', u.product_code) as fault
           from pg_temp.unknown_row u where u.no = s.no
          order by length(u.row_no), u.row_no collate "C" limit ${MAX_FAULTS}) as first)
   where s.no > $1 and s.no <= $2 and s.no in (select no from pg_temp.unknown_row)`;

/** Each unknown product once, as the first row of the document that names it does. */
const MISSING_PRODUCTS = `
  select distinct on (product_code collate "C") product_code, product_name, no, line, "column", row_no
    from pg_temp.unknown_row
   order by product_code collate "C", no, length(row_no), row_no collate "C"`;

const PLAN_PRODUCTS = `
  with planned as (
    insert into transfers.item (environment_id, transfer_id, register, no, key, outcome, line, "column")
    select $1, $2, '${tuoterekisteri.register}',
           $3::int + row_number() over (order by no, length(row_no), row_no collate "C"),
           product_code, 'created', line, "column"
      from (${MISSING_PRODUCTS}) as missing
    returning 1
  )
  select count(*)::int as created from planned`;

const CREATE_PRODUCTS = `
  insert into ${registerTable(tuoterekisteri)}
         (environment_id, company_id, product_code, name, imported, written_by)
  select $1, $2, product_code, product_name, true, $3::text from (${MISSING_PRODUCTS}) as missing
  on conflict (environment_id, company_id, product_code) ${replacing(columnsOf(tuoterekisteri))}`;

/**
 * Puts discounts and dimensions into the rows, order by order: each look-up is one in an index. A row's own values are
 * taken apart into columns first, since row-level security lets no index be asked for the result of an operator.
 */
function fill(mode: SalesOrderMode, { useDiscountRegister, fetchMissingDimensions }: OrderOptions): string {
  const levels = fetchMissingDimensions.map((level) => `dimension${level}`);
  const found = levels.map((name) => `'${name}', coalesce(own.${name}, customer.${name}, posting.${name})`);
  if (useDiscountRegister) found.push(`'discount_percent', trim_scale(discount.percent)::text`);
  return `
    ${useDiscountRegister ? FORMS : ''}
    update ${STAGED} s
       set children = jsonb_set(s.children, '{rows}', coalesce((
         select jsonb_object_agg(entry.key,
                  case when own.text_row = 'true' then entry.value
                       else entry.value || jsonb_strip_nulls(jsonb_build_object(${found.join(', ')})) end)
           from (select nullif(s.company_code, '') as company, nullif(s.order_date, '')::date as day) ordered
           ${levels.length > 0 ? DEFAULTS : ''}
           cross join lateral jsonb_each(s.children -> 'rows') entry
           cross join lateral jsonb_to_record(entry.value) own (product_code text, text_row text,
             ${DIMENSIONS.map((name) => `${name} text`).join(', ')})
           ${useDiscountRegister ? DISCOUNT : ''}), '{}'))
     where ${concerned(mode)}`;
}

const DIMENSIONS = ['dimension1', 'dimension2', 'dimension3', 'dimension4'];

const DEFAULTS = `
  left join lateral (
    select ${DIMENSIONS.join(', ')}, sales_posting_group from ${registerTable(yritysrekisteri)} y
     where y.environment_id = $1 and y.company_id = $2 and y.company_code = ordered.company and y.deleted_at is null
     ${BY_INDEX}
  ) customer on true
  left join lateral ${asComing(
    postingGroup,
    DIMENSIONS,
    (of) => `${of}.posting_group_id = case when s.posting_group <> '' then s.posting_group
                                                   else customer.sales_posting_group end`,
  )} posting on true`;

/** What a discount may name, the most specific first; a row that lacks one of these has no such discount. */
const DISCOUNT = `
  left join lateral (
    select p.product_group from ${registerTable(tuoterekisteri)} p
     where p.environment_id = $1 and p.company_id = $2 and p.product_code = own.product_code
       and p.deleted_at is null ${BY_INDEX}) product on true
  left join lateral (
    select found.percent
      from forms
     cross join lateral (
       select c.discount_id, c.percent, c.begin_date from ${comingTable(discount)} c
        where ${named('c.company_code')} = case when forms.company then ordered.company else '' end
          and ${named('c.product_code')} = case when forms.product then own.product_code else '' end
          and ${named('c.product_group')} = case when forms.product_group then product.product_group else '' end
          and (c.begin_date is null or c.begin_date <= ordered.day) and (c.end_date is null or ordered.day <= c.end_date)
       ${BY_INDEX}) found
     order by forms.rank, found.begin_date desc nulls last, found.discount_id collate "C" limit 1) discount on true`;

/** What the company's discounts name, each once: of seven forms that there could be, most companies have few. */
const FORMS = `
  with named as materialized (
    select distinct ${named('company_code')} <> '' as company, ${named('product_code')} <> '' as product,
           ${named('product_group')} <> '' as product_group
      from ${comingTable(discount)}
  ), forms as materialized (
    select *, case when company and product then 1 when company and product_group then 2 when company then 3
                   when product then 4 else 5 end as rank
      from named where company or product or product_group
  )`;

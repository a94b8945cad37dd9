import type { Sql } from '#lib/store';

import { GRANTS, type Group, type Settings } from '../templates/inheritance.js';
import { keepXmlSettings } from '../rules/xml-settings-version.js';
import type { Onboarding } from './onboarding-log.js';
import type { Change } from './plan.js';

/** A row whose plan comes true now. */
export interface PlannedCompany {
  readonly no: number;
  readonly companyId: string;
  readonly isNew: boolean;
  readonly changes: readonly Change[];
  /** What it will remember of its template. */
  readonly template: { readonly name: string; readonly applied: Settings } | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** A plan's changes of the fields that begin so, by the rest of the field's name. */
const changed = ({ changes }: PlannedCompany, start: string): readonly (readonly [string, Change])[] =>
  changes.filter(({ field }) => field.startsWith(start)).map((change) => [change.field.slice(start.length), change]);

const after = ({ changes }: PlannedCompany, field: string): unknown =>
  changes.find((change) => change.field === field)?.after;

/**
 * Creates the companies that are new. Returns the Fivaldi numbers that somebody else has taken since they were
 * planned: those are not created, and nothing else of their rows may be written.
 */
export async function createCompanies(
  sql: Sql,
  environmentId: string,
  created: readonly PlannedCompany[],
): Promise<ReadonlySet<string>> {
  const rows = created.map((company) => ({
    id: company.companyId,
    name: after(company, 'name'),
    number: after(company, 'fivaldiNumber'),
    business_id: after(company, 'businessId') ?? null,
    web_services: after(company, 'webServices'),
  }));
  const written = await sql.rows<{ fivaldi_number: string }>(
    `insert into auth.company (environment_id, company_id, name, fivaldi_number, business_id, web_services)
     select $1, r.id, r.name, r.number, r.business_id, r.web_services
       from json_to_recordset($2) as r (id uuid, name text, number text, business_id text, web_services boolean)
     on conflict on constraint company_number_once do nothing returning fivaldi_number`,
    [environmentId, JSON.stringify(rows)],
  );
  const own = new Set(written.map(({ fivaldi_number: number }) => number));
  return new Set(rows.map(({ number }) => number as string).filter((number) => !own.has(number)));
}

/** Writes everything but the rows of new companies, which stand by now. */
export async function applyPlans(
  sql: Sql,
  { environmentId, by }: Pick<Onboarding, 'environmentId' | 'by'>,
  companies: readonly PlannedCompany[],
): Promise<void> {
  const write = (text: string, rows: readonly Fields[]): Promise<unknown> =>
    rows.length === 0 ? Promise.resolve() : sql.rows(text, [environmentId, JSON.stringify(rows)]);
  await write(UPDATE_COMPANY, companies.filter(({ isNew }) => !isNew).flatMap(companyRow));
  const settings = companies.flatMap(xmlSettingsRow);
  await write(SAVE_XML_SETTINGS, settings);
  if (settings.length > 0)
    await keepXmlSettings(
      sql,
      environmentId,
      settings.map(({ id }) => id),
      { by },
    );
  await write(
    TAKE_GRANTS,
    companies.flatMap((company) => grantRows(company, 'before', 'after')),
  );
  await write(
    GIVE_GRANTS,
    companies.flatMap((company) => grantRows(company, 'after', 'before')),
  );
  const groups = companies.flatMap(groupChange);
  await write(
    REMOVE_MEMBERS,
    groups.flatMap(({ id, before }) => (before ? [{ id, name: before.name }] : [])),
  );
  await write(
    REMOVE_GROUPS,
    groups.flatMap(({ id, before, after }) =>
      before && before.name !== after?.name ? [{ id, name: before.name }] : [],
    ),
  );
  await write(
    SAVE_GROUPS,
    groups.flatMap(({ id, after }) => (after ? [{ id, ...after }] : [])),
  );
  await write(
    ADD_MEMBERS,
    groups.flatMap(({ id, after }) => (after?.partnerUserIds ?? []).map((user) => ({ id, name: after?.name, user }))),
  );
  await write(
    SAVE_TEMPLATE,
    companies.flatMap(({ companyId, template }) => (template ? [{ id: companyId, ...template }] : [])),
  );
}

function companyRow(company: PlannedCompany): Fields[] {
  const row = {
    id: company.companyId,
    name: after(company, 'name') ?? null,
    business_id: after(company, 'businessId') ?? null,
    web_services: after(company, 'webServices') ?? null,
  };
  return row.name === null && row.business_id === null && row.web_services === null ? [] : [row];
}

/** The settings that changed; those that did not are kept by the statement. */
function xmlSettingsRow(company: PlannedCompany): (Fields & { readonly id: string })[] {
  const values = Object.fromEntries(changed(company, 'xmlSettings.').map(([key, change]) => [key, change.after]));
  if (Object.keys(values).length === 0) return [];
  const orders = values['salesOrders'] as Fields | undefined;
  const payroll = values['payroll'] as Fields | undefined;
  const exported = values['export'] as Fields | undefined;
  return [
    {
      id: company.companyId,
      company_register: values['companyRegister'],
      product_register: values['productRegister'],
      sales_order_mode: orders?.['mode'],
      use_discount_register: orders?.['useDiscountRegister'],
      create_missing_products: orders?.['createMissingProducts'],
      fetch_missing_dimensions: orders?.['fetchMissingDimensions'],
      payroll_dimensions: payroll?.['dimensions'],
      brake_percent: values['brakePercent'],
      export_file_name: exported?.['fileName'],
      export_dimension_level: exported?.['dimensionLevel'],
      export_protected_persons: exported?.['protectedPersons'],
    },
  ];
}

function grantRows(company: PlannedCompany, having: 'before' | 'after', lacking: 'before' | 'after'): Fields[] {
  return changed(company, GRANTS).flatMap(([user, change]) => {
    const others = new Set((change[lacking] ?? []) as readonly string[]);
    const rights = ((change[having] ?? []) as readonly string[]).filter((right) => !others.has(right));
    return rights.map((right) => {
      const [stream, direction] = right.split('.');
      return { id: company.companyId, user, stream, direction };
    });
  });
}

function groupChange({ companyId: id, changes }: PlannedCompany) {
  const change = changes.find(({ field }) => field === 'restrictionGroup');
  return change ? [{ id, before: change.before as Group | null, after: change.after as Group | null }] : [];
}

const UPDATE_COMPANY = `
  update auth.company c
     set name = coalesce(r.name, c.name), business_id = coalesce(r.business_id, c.business_id),
         web_services = coalesce(r.web_services, c.web_services)
    from json_to_recordset($2) as r (id uuid, name text, business_id text, web_services boolean)
   where c.environment_id = $1 and c.company_id = r.id`;

const XML_COLUMNS = [
  ['company_register', 'text'],
  ['product_register', 'text'],
  ['sales_order_mode', 'text'],
  ['use_discount_register', 'boolean'],
  ['create_missing_products', 'boolean'],
  ['fetch_missing_dimensions', 'smallint[]'],
  ['payroll_dimensions', 'text'],
  ['brake_percent', 'smallint'],
  ['export_file_name', 'text'],
  ['export_dimension_level', 'smallint'],
  ['export_protected_persons', 'text'],
] as const;
const XML_NAMES = XML_COLUMNS.map(([name]) => name);

/** A part that is not given stays; two of the export's may be given empty, and come with the third, which may not. */
const kept = (name: string): string =>
  name === 'export_file_name' || name === 'export_dimension_level'
    ? `case when r.export_protected_persons is null then s.${name} else r.${name} end`
    : `coalesce(r.${name}, s.${name})`;

// A row that stands is completed first: what is proposed for insertion must be whole, even where it only updates.
const SAVE_XML_SETTINGS = `
  insert into auth.xml_settings as x (environment_id, company_id, ${XML_NAMES.join(', ')})
  select $1, r.id, ${XML_NAMES.map(kept).join(', ')}
    from json_to_recordset($2) as r (id uuid, ${XML_COLUMNS.map((column) => column.join(' ')).join(', ')})
    left join auth.xml_settings s on s.environment_id = $1 and s.company_id = r.id
  on conflict (environment_id, company_id)
  do update set ${XML_NAMES.map((name) => `${name} = excluded.${name}`).join(', ')}`;

const RIGHTS = 'json_to_recordset($2) as r (id uuid, "user" uuid, stream text, direction text)';

const TAKE_GRANTS = `
  delete from auth.company_grant g using ${RIGHTS}
   where g.environment_id = $1 and g.company_id = r.id and g.partner_user_id = r."user"
     and g.stream = r.stream and g.direction = r.direction`;

const GIVE_GRANTS = `
  insert into auth.company_grant (environment_id, company_id, partner_user_id, stream, direction)
  select $1, r.id, r."user", r.stream, r.direction from ${RIGHTS} on conflict do nothing`;

const NAMED_GROUPS = 'json_to_recordset($2) as r (id uuid, name text)';

const REMOVE_MEMBERS = `
  delete from auth.restriction_group_member m using ${NAMED_GROUPS}
   where m.environment_id = $1 and m.company_id = r.id and m.name = r.name`;

const REMOVE_GROUPS = `
  delete from auth.restriction_group g using ${NAMED_GROUPS}
   where g.environment_id = $1 and g.company_id = r.id and g.name = r.name`;

const SAVE_GROUPS = `
  insert into auth.restriction_group (environment_id, company_id, name, times, addresses)
  select $1, r.id, r.name, r.times, r.addresses
    from json_to_recordset($2) as r (id uuid, name text, times jsonb, addresses text[])
  on conflict (environment_id, company_id, name)
  do update set times = excluded.times, addresses = excluded.addresses`;

const ADD_MEMBERS = `
  insert into auth.restriction_group_member (environment_id, company_id, partner_user_id, name)
  select $1, r.id, r."user", r.name from json_to_recordset($2) as r (id uuid, "user" uuid, name text)`;

const SAVE_TEMPLATE = `
  insert into auth.company_template (environment_id, company_id, name, applied)
  select $1, r.id, r.name, r.applied from json_to_recordset($2) as r (id uuid, name text, applied jsonb)
  on conflict (environment_id, company_id) do update set name = excluded.name, applied = excluded.applied`;

import type { TemplateBody } from '#lib/contracts';
import type { Sql } from '#lib/store';

import {
  cellsOf,
  type Group,
  GRANTS,
  groupValue,
  type Right,
  type Settings,
  templateSettings,
  xmlSettingsValues,
} from '../templates/inheritance.js';
import { XML_SETTINGS_COLUMNS, xmlSettingsOf, type XmlSettingsRow } from '../xml-settings-row.js';
import { nearest } from './columns.js';
import type { CompanyFacts, RowFacts, TemplateFacts } from './plan.js';
import type { Given } from './row-check.js';

/** The templates of an environment as they stand. */
export interface Templates {
  readonly byName: ReadonlyMap<string, TemplateFacts>;
  readonly firm: TemplateFacts | null;
}

interface CompanyRow extends XmlSettingsRow {
  readonly company_id: string;
  readonly name: string;
  readonly fivaldi_number: string;
  readonly business_id: string | null;
  readonly web_services: boolean;
  readonly template: string | null;
  readonly applied: Settings | null;
  readonly grants: readonly (Right & { readonly id: string })[] | null;
  readonly groups: readonly Group[] | null;
}

// In one order: a plan that is made twice of the same facts must be the same plan.
const COMPANIES = `
  select c.company_id, c.name, c.fivaldi_number, c.business_id, c.web_services, ${XML_SETTINGS_COLUMNS},
         t.name as template, t.applied, g.grants, r.groups
    from auth.company c
    left join auth.xml_settings x on x.environment_id = c.environment_id and x.company_id = c.company_id
    left join auth.company_template t on t.environment_id = c.environment_id and t.company_id = c.company_id
    left join lateral (
      select json_agg(json_build_object('id', partner_user_id, 'stream', stream, 'direction', direction)
               order by partner_user_id) as grants
        from auth.company_grant g
       where g.environment_id = c.environment_id and g.company_id = c.company_id) g on true
    left join lateral (
      select json_agg(json_build_object('name', r.name, 'times', r.times, 'addresses', r.addresses,
               'partnerUserIds', array(select m.partner_user_id from auth.restriction_group_member m
                  where m.environment_id = r.environment_id and m.company_id = r.company_id and m.name = r.name)
             ) order by r.name) as groups
        from auth.restriction_group r
       where r.environment_id = c.environment_id and r.company_id = c.company_id) r on true
   where c.environment_id = $1`;

/** The companies with these Fivaldi numbers, by number. */
export async function readCompanies(
  sql: Sql,
  environmentId: string,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, CompanyFacts>> {
  const rows = await sql.rows<CompanyRow>(`${COMPANIES} and c.fivaldi_number = any($2::text[])`, [
    environmentId,
    numbers,
  ]);
  return new Map(rows.map((row) => [row.fivaldi_number, factsOf(row)]));
}

/** One company; `undefined` when it is not there, or not in this environment. */
export async function readCompany(
  sql: Sql,
  environmentId: string,
  companyId: string,
): Promise<CompanyFacts | undefined> {
  const [row] = await sql.rows<CompanyRow>(`${COMPANIES} and c.company_id = $2`, [environmentId, companyId]);
  return row && factsOf(row);
}

function factsOf(row: CompanyRow): CompanyFacts {
  const grants = Map.groupBy(row.grants ?? [], ({ id }) => id);
  return {
    companyId: row.company_id,
    name: row.name,
    fivaldiNumber: row.fivaldi_number,
    businessId: row.business_id,
    settings: {
      webServices: row.web_services,
      ...xmlSettingsValues(xmlSettingsOf(row)),
      ...Object.fromEntries([...grants].map(([id, rights]) => [GRANTS + id, cellsOf(rights)])),
    },
    groups: (row.groups ?? []).map(groupValue),
    template: row.template === null ? null : { name: row.template, applied: row.applied ?? {} },
  };
}

/** Every template, with the rights in it that the operator does not allow now, or not to all environments. */
export async function readTemplates(sql: Sql, environmentId: string): Promise<Templates> {
  const rows = await sql.rows<{ name: string; is_default: boolean; body: TemplateBody }>(
    'select name, is_default, body from auth.template where environment_id = $1 order by name',
    [environmentId],
  );
  const users = [...new Set(rows.flatMap(({ body }) => body.grants.map(({ partnerUserId }) => partnerUserId)))];
  const given = new Set(
    (
      await sql.rows<{ given: string }>(
        `select r.partner_user_id || ' ' || r.stream || '.' || r.direction as given
           from auth.upper_right r join auth.partner_user u using (partner_user_id)
          where r.partner_user_id = any($1::uuid[]) and u.scope_company_id is null`,
        [users],
      )
    ).map(({ given }) => given),
  );
  const facts = rows.map(({ name, is_default: isDefault, body }) => {
    const settings = templateSettings(body);
    const rights = Object.entries(settings).flatMap(([key, value]) =>
      key.startsWith(GRANTS) ? (value as string[]).map((cell) => `${key.slice(GRANTS.length)} ${cell}`) : [],
    );
    return { isDefault, template: { name, settings, ungrantable: rights.filter((right) => !given.has(right)) } };
  });
  return {
    byName: new Map(facts.map(({ template }) => [template.name, template])),
    firm: facts.find(({ isDefault }) => isDefault)?.template ?? null,
  };
}

/** What the plan of each of these rows rests on, in their order. */
export async function readFacts(
  sql: Sql,
  environmentId: string,
  rows: readonly Given[],
  templates: Templates,
): Promise<readonly RowFacts[]> {
  const numbers = rows.flatMap(({ fivaldiNumber }) => fivaldiNumber ?? []);
  const companies = await readCompanies(sql, environmentId, numbers);
  const owners = await readBusinessIdOwners(sql, environmentId, rows);
  return rows.map((given) => {
    const company = companies.get(given.fivaldiNumber ?? '') ?? null;
    const owner = owners.get(given.businessId ?? '')?.find((number) => number !== given.fivaldiNumber);
    const template = templateFor(given, company, templates);
    return {
      company,
      template,
      businessIdOf: owner ?? null,
      nearestTemplate:
        template === 'unknown' ? (nearest(given.template ?? '', [...templates.byName.keys()]) ?? null) : null,
    };
  });
}

function templateFor({ template }: Given, company: CompanyFacts | null, templates: Templates): RowFacts['template'] {
  if (template !== undefined) return templates.byName.get(template) ?? 'unknown';
  return (company?.template && templates.byName.get(company.template.name)) ?? templates.firm;
}

async function readBusinessIdOwners(
  sql: Sql,
  environmentId: string,
  rows: readonly Given[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await sql.rows<{ business_id: string; numbers: string[] }>(
    `select business_id, array_agg(fivaldi_number order by fivaldi_number) as numbers from auth.company
      where environment_id = $1 and business_id = any($2::text[]) group by business_id`,
    [environmentId, rows.flatMap(({ businessId }) => businessId ?? [])],
  );
  return new Map(found.map(({ business_id: id, numbers }) => [id, numbers]));
}

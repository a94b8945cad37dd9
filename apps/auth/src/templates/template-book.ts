import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import {
  auditEvent,
  type Keeper,
  type listTemplates,
  type readInheritance,
  type removeTemplate,
  type saveTemplate,
  supports,
  type TemplateBody,
} from '#lib/contracts';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import {
  type GrantRefusal,
  RightsRefused,
  RuleConflict,
  RuleOutdated,
  RuleSubjectAbsent,
  RuleUnusable,
} from '../errors.js';
import { type CompanyFacts } from '../onboarding/plan.js';
import { readCompany, readTemplates } from '../onboarding/facts.js';
import { ruleConflict } from '../rule-conflict.js';
import { ruleMark } from '../rule-mark.js';
import { restrictionFaults } from '../rules/restriction-group.js';
import { requireText } from '../rules/rule-fault.js';
import { takeTurn } from '../rules/turn.js';
import { type Group, provenance, type Settings } from './inheritance.js';

type Ask<Contract extends { readonly ask: z.ZodType }> = z.output<Contract['ask']>;
type Answer<Contract extends { readonly answer: z.ZodType }> = z.output<Contract['answer']>;

interface Within {
  readonly by: Keeper;
  readonly environmentId: string;
  readonly address: string | null;
}

/**
 * Keeps a firm's templates, and says what a company has from its own.
 *
 * A template is copied to companies when it is applied, never by being saved: why, is in
 * `docs/explanation/templates.md`.
 */
export class TemplateBook {
  constructor(
    private readonly database: Database,
    private readonly relay: { nudge(): void },
  ) {}

  async list({ environmentId }: Ask<typeof listTemplates>): Promise<Answer<typeof listTemplates>> {
    const rows = await this.database.rows<{ name: string; body: TemplateBody; companies: number }>(
      `select t.name, t.body, (select count(*)::int from auth.company_template c
                                where c.environment_id = t.environment_id and c.name = t.name) as companies
         from auth.template t where t.environment_id = $1 order by t.name`,
      [environmentId],
      { scope: { tenant: environmentId } },
    );
    return {
      templates: rows.map(({ name, body, companies }) => ({ name, companies, mark: ruleMark(body), template: body })),
    };
  }

  /** Returns the template's new mark. Refuses what no company could be given, with every reason. */
  async save({ name, template, ifMark, ...within }: Ask<typeof saveTemplate>): Promise<string> {
    requireText({ name, ...template });
    requireUsableGroup(template);
    await this.change(within, async (sql) => {
      const before = await takeTemplate(sql, within.environmentId, name);
      if (ruleMark(before) !== (ifMark ?? ruleMark(null))) throw new RuleOutdated();
      await requireUsable(sql, template);
      await requireOneDefault(sql, within.environmentId, name, template);
      await sql.rows(
        `insert into auth.template (environment_id, name, is_default, body) values ($1, $2, $3, $4)
         on conflict (environment_id, name) do update set is_default = excluded.is_default, body = excluded.body`,
        [within.environmentId, name, template.isDefault, JSON.stringify(template)],
      );
      await announce(sql, within, 'template.saved', { template: name, before, after: template });
    });
    return ruleMark(template);
  }

  /** Returns how many companies followed it; they keep what they have. */
  async remove({ name, ifMark, ...within }: Ask<typeof removeTemplate>): Promise<number> {
    requireText({ name });
    return this.change(within, async (sql) => {
      const before = await takeTemplate(sql, within.environmentId, name);
      if (before === null) throw new RuleSubjectAbsent('template.absent');
      if (ruleMark(before) !== ifMark) throw new RuleOutdated();
      const followers = await sql.rows(
        'delete from auth.company_template where environment_id = $1 and name = $2 returning company_id',
        [within.environmentId, name],
      );
      await sql.rows('delete from auth.template where environment_id = $1 and name = $2', [within.environmentId, name]);
      const details = { template: name, before, after: null, companies: followers.length };
      await announce(sql, within, 'template.removed', details);
      return followers.length;
    });
  }

  async inheritance({
    environmentId,
    companyId,
  }: Ask<typeof readInheritance>): Promise<Answer<typeof readInheritance>> {
    return this.database.transaction(
      async (sql) => {
        const company = await readCompany(sql, environmentId, companyId);
        if (!company) throw new RuleSubjectAbsent('company.absent');
        const { byName, firm } = await readTemplates(sql, environmentId);
        const name = company.template?.name;
        const template = name === undefined ? undefined : byName.get(name);
        return {
          template: template ? { name: template.name, isDefault: template.name === firm?.name } : null,
          settings: inheritedSettings(company, template?.settings ?? {}),
        };
      },
      { scope: { tenant: environmentId } },
    );
  }

  private async change<T>({ environmentId }: Within, work: (sql: Sql) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work, { scope: { tenant: environmentId } });
    } catch (error) {
      throw ruleConflict(error);
    } finally {
      this.relay.nudge();
    }
  }
}

/** Every setting that the company has or its template gives, by its key. */
function inheritedSettings(company: CompanyFacts, template: Settings): Answer<typeof readInheritance>['settings'] {
  const applied = company.template?.applied ?? {};
  const groupName = ((applied['restrictionGroup'] ?? template['restrictionGroup']) as Group | undefined)?.name;
  const group = company.groups.find(({ name }) => name === groupName);
  const standing: Settings = { ...company.settings, ...(group && { restrictionGroup: group }) };
  return [...new Set([...Object.keys(standing), ...Object.keys(template)])].sort().map((setting) => ({
    setting,
    value: standing[setting] ?? null,
    template: template[setting] ?? null,
    ...provenance(setting, standing, applied, template),
  }));
}

/** The template as it stands, held until the end of the transaction; `null` when there is none. Changes take turns. */
async function takeTemplate(sql: Sql, environmentId: string, name: string): Promise<TemplateBody | null> {
  await takeTurn(sql, `templates ${environmentId.toLowerCase()}`);
  const [row] = await sql.rows<{ body: TemplateBody }>(
    'select body from auth.template where environment_id = $1 and name = $2',
    [environmentId, name],
  );
  return row?.body ?? null;
}

/** What no group may hold, least of all one that closes hundreds of companies at once. */
function requireUsableGroup({ restrictionGroup }: TemplateBody): void {
  const faults = restrictionGroup ? restrictionFaults(restrictionGroup) : [];
  if (faults.length === 0) return;
  throw new RuleUnusable(faults.map((fault) => ({ ...fault, pointer: `/restrictionGroup${fault.pointer}` })));
}

/** Everything that would make the template useless to every company: unknown partner users, rights nobody can give. */
async function requireUsable(sql: Sql, { grants, restrictionGroup }: TemplateBody): Promise<void> {
  const members = restrictionGroup?.partnerUserIds ?? [];
  const users = [...new Set([...members, ...grants.map(({ partnerUserId }) => partnerUserId)])];
  const known = await sql.rows<{ id: string; rights: string[] | null }>(
    `select u.partner_user_id as id, (select array_agg(r.stream || '.' || r.direction) from auth.upper_right r
                                       where r.partner_user_id = u.partner_user_id) as rights
       from auth.partner_user u where u.partner_user_id = any($1::uuid[]) and u.scope_company_id is null`,
    [users],
  );
  const rightsOf = new Map(known.map(({ id, rights }) => [id, rights ?? []]));
  const unknown = users.filter((id) => !rightsOf.has(id.toLowerCase()));
  if (unknown.length > 0) {
    // One that belongs to a single company is as unknown to a template as one that does not exist.
    throw new RuleUnusable(
      unknown.map((id) => ({ pointer: pointerTo(id, members, grants), code: 'partner-user.absent' })),
    );
  }
  const refused = grants.flatMap(({ partnerUserId, rights }, set) =>
    rights.flatMap(({ stream, direction }, index): { pointer: string; code: GrantRefusal }[] => {
      const pointer = `/grants/${set}/rights/${index}`;
      if (!supports(stream, direction)) return [{ pointer, code: 'DIRECTION_UNSUPPORTED' }];
      const given = rightsOf.get(partnerUserId.toLowerCase())?.includes(`${stream}.${direction}`) ?? false;
      return given ? [] : [{ pointer, code: 'VISMA_GRANT_MISSING' }];
    }),
  );
  if (refused.length > 0) throw new RightsRefused(refused);
}

function pointerTo(id: string, members: readonly string[], grants: TemplateBody['grants']): string {
  const member = members.indexOf(id);
  if (member >= 0) return `/restrictionGroup/partnerUserIds/${member}`;
  return `/grants/${grants.findIndex(({ partnerUserId }) => partnerUserId === id)}/partnerUserId`;
}

async function requireOneDefault(sql: Sql, environmentId: string, name: string, body: TemplateBody): Promise<void> {
  if (!body.isDefault) return;
  const [other] = await sql.rows<{ name: string }>(
    'select name from auth.template where environment_id = $1 and is_default and name <> $2',
    [environmentId, name],
  );
  if (other) throw new RuleConflict('template.default-elsewhere', `The firm's template is ${other.name}; it has one`);
}

async function announce(
  sql: Sql,
  { by, environmentId, address }: Within,
  action: 'template.saved' | 'template.removed',
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  const occurredAt = new Date(clock!.at).toISOString();
  const event = { eventId: newEventId(), environmentId, occurredAt, action, actor: by, address, details };
  await writeOutbox(sql, [outgoing(auditEvent, { ...event, outcome: 'success' })]);
}

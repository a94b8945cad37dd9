import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import { type Direction, type grantsBody, type StreamName, supports, type upperRightsBody } from '#lib/contracts';
import { grantability } from '#lib/policy';
import { sqlOf } from '#lib/store';

import { type GrantRefusal, RightsRefused, RuleSubjectAbsent, WebServicesOff } from '../errors.js';
import { getCompany } from './company.js';
import { getPartnerUser } from './partner-user.js';
import type { SavedRule } from './saved-rule.js';
import { shareTurn } from './turn.js';

interface Right {
  readonly stream: StreamName;
  readonly direction: Direction;
}

/** A right of the operator, per stream and direction. */
export const UpperRight = defineEntity({
  name: 'UpperRight',
  schema: 'auth',
  tableName: 'upper_right',
  properties: {
    partnerUserId: p.uuid().primary(),
    stream: p.text().$type<StreamName>().primary(),
    direction: p.text().$type<Direction>().primary(),
  },
});

/** A right of the main user, per company, stream and direction: "lisäys" for import, "käyttö" for export. */
export const CompanyGrant = defineEntity({
  name: 'CompanyGrant',
  schema: 'auth',
  tableName: 'company_grant',
  properties: {
    environmentId: p.uuid().primary(),
    companyId: p.uuid().primary(),
    partnerUserId: p.uuid().primary(),
    stream: p.text().$type<StreamName>().primary(),
    direction: p.text().$type<Direction>().primary(),
  },
});

const cellOf = ({ stream, direction }: Right): string => `${stream}.${direction}`;

/** One of each, in the order of their names. */
export function distinct(rights: readonly Right[]): Right[] {
  const cells = new Map(rights.map(({ stream, direction }) => [cellOf({ stream, direction }), { stream, direction }]));
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, right]) => right);
}

const lacking = (rights: readonly Right[], others: readonly Right[]): Right[] => {
  const present = new Set(others.map(cellOf));
  return rights.filter((right) => !present.has(cellOf(right)));
};

/** Refuses the whole set when one right has an objection; names each. */
function requireAll(rights: readonly Right[], objectionTo: (right: Right) => GrantRefusal | undefined): void {
  const refused = rights.flatMap((right, index) => {
    const code = objectionTo(right);
    return code ? [{ pointer: `/rights/${index}`, code }] : [];
  });
  if (refused.length > 0) throw new RightsRefused(refused);
}

/**
 * The operator's rights of one partner user, as a whole set.
 *
 * Grants under a right that is withdrawn stay and are inert; they come to life when it is given again. The notes say
 * how many of each, so that neither is silent.
 */
export async function putUpperRights(
  em: EntityManager,
  id: string,
  body: z.output<typeof upperRightsBody>,
): Promise<SavedRule> {
  const { partnerUserId } = await getPartnerUser(em, id);
  requireAll(body.rights, ({ stream, direction }) =>
    supports(stream, direction) ? undefined : 'DIRECTION_UNSUPPORTED',
  );

  const standing = await em.find(UpperRight, { partnerUserId });
  const [before, after] = [distinct(standing), distinct(body.rights)];
  const [given, withdrawn] = [lacking(after, before), lacking(before, after)];
  for (const right of standing) if (withdrawn.some((one) => cellOf(one) === cellOf(right))) em.remove(right);
  for (const right of given) em.create(UpperRight, { partnerUserId, ...right });

  const notes = {
    grantsRevived: await countGrants(em, partnerUserId, given),
    grantsInert: await countGrants(em, partnerUserId, withdrawn),
  };
  const subject = { environmentId: null, companyId: null, partnerUserId };
  return { action: 'upper-rights.saved', ...subject, before: standing.length === 0 ? null : before, after, notes };
}

/**
 * The main user's grants to one partner user in one company, as a whole set.
 *
 * What stands may stay, though it be inert; only what is new can be refused. Nothing new is given while the company's
 * Web Services are off. `within`: as in `saveRule`; a partner user of another company is absent there.
 */
export async function putGrants(
  em: EntityManager,
  id: string,
  body: z.output<typeof grantsBody>,
  within: string | null = null,
): Promise<SavedRule> {
  const company = await getCompany(em, id, within);
  const { environmentId, companyId } = company;
  const { partnerUserId, scopeCompanyId } = await getPartnerUser(em, body.partnerUserId);
  if (within !== null && scopeCompanyId != null && scopeCompanyId !== companyId) {
    throw new RuleSubjectAbsent('partner-user.absent');
  }
  await shareTurn(sqlOf(em), `grants ${environmentId}`);
  const subject = { environmentId, companyId, partnerUserId };
  const standing = await em.find(CompanyGrant, subject);
  const [before, after] = [distinct(standing), distinct(body.rights)];
  await requireGrantable(em, partnerUserId, body.rights, before);
  if (!company.webServices && lacking(after, before).length > 0) throw new WebServicesOff();

  const withdrawn = new Set(lacking(before, after).map(cellOf));
  for (const right of standing) if (withdrawn.has(cellOf(right))) em.remove(right);
  for (const right of lacking(after, before)) em.create(CompanyGrant, { ...subject, ...right });
  return { action: 'grants.saved', ...subject, before: standing.length === 0 ? null : before, after };
}

async function requireGrantable(
  em: EntityManager,
  partnerUserId: string,
  rights: readonly Right[],
  before: readonly Right[],
): Promise<void> {
  const upper = new Set((await em.find(UpperRight, { partnerUserId })).map(cellOf));
  const standing = new Set(before.map(cellOf));
  requireAll(rights, (right) => {
    if (standing.has(cellOf(right))) return undefined;
    const supported = supports(right.stream, right.direction);
    return grantability({ supported, upperRight: upper.has(cellOf(right)), granted: false }).whyNot ?? undefined;
  });
}

async function countGrants(em: EntityManager, partnerUserId: string, rights: readonly Right[]): Promise<number> {
  const [row] = await sqlOf(em).rows<{ grants: string }>(
    `select count(*) as grants from auth.company_grant g
       join unnest($2::text[], $3::text[]) as r (stream, direction) using (stream, direction)
      where g.partner_user_id = $1`,
    [partnerUserId, rights.map(({ stream }) => stream), rights.map(({ direction }) => direction)],
  );
  return Number(row?.grants ?? 0);
}

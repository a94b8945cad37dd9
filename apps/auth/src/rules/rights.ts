import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import { type Direction, type grantsBody, type StreamName, supports, type upperRightsBody } from '#lib/contracts';
import { sqlOf } from '#lib/store';

import { type GrantRefusal, RightsRefused } from '../errors.js';
import { getCompany } from './company.js';
import { getPartnerUser } from './partner-user.js';
import type { SavedRule } from './saved-rule.js';

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
function distinct(rights: readonly Right[]): Right[] {
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

/** The main user's grants to one partner user in one company, as a whole set. */
export async function putGrants(em: EntityManager, id: string, body: z.output<typeof grantsBody>): Promise<SavedRule> {
  const { environmentId, companyId } = await getCompany(em, id);
  const { partnerUserId } = await getPartnerUser(em, body.partnerUserId);
  const upper = new Set((await em.find(UpperRight, { partnerUserId })).map(cellOf));
  requireAll(body.rights, (right) => {
    if (!supports(right.stream, right.direction)) return 'DIRECTION_UNSUPPORTED';
    return upper.has(cellOf(right)) ? undefined : 'VISMA_GRANT_MISSING';
  });

  const subject = { environmentId, companyId, partnerUserId };
  const standing = await em.find(CompanyGrant, subject);
  const [before, after] = [distinct(standing), distinct(body.rights)];
  const withdrawn = new Set(lacking(before, after).map(cellOf));
  for (const right of standing) if (withdrawn.has(cellOf(right))) em.remove(right);
  for (const right of lacking(after, before)) em.create(CompanyGrant, { ...subject, ...right });
  return { action: 'grants.saved', ...subject, before: standing.length === 0 ? null : before, after };
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

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { groupRestrictions } from '#lib/contracts';

import { ruleMark } from '../rule-mark.js';
import {
  absent,
  ASKED,
  MAIN_USER,
  refusal,
  type Scene,
  ServiceManagementUnderTest,
  THERE,
} from './service-management.spec-support.js';

let all: ServiceManagementUnderTest;
let scene: Scene;
beforeAll(async () => {
  all = await ServiceManagementUnderTest.start();
});
afterAll(() => all.auth.close());

type Restrictions = Parameters<typeof groupRestrictions.parse>[0];
const place = () => ({ environmentId: scene.environmentId, companyId: scene.companyId });
const show = (name = 'ryhmä') => all.groups.show({ ...place(), name });
const save = (restrictions: Restrictions, ifMark: string | null, confirmed = false, name = 'ryhmä') =>
  all.groups.save({
    ...ASKED,
    ...place(),
    name,
    ifMark,
    restrictions: groupRestrictions.parse(restrictions),
    lockoutConfirmed: confirmed,
  });
const remove = (ifMark: string, membersConfirmed = false) =>
  all.groups.remove({ ...ASKED, ...place(), name: 'ryhmä', ifMark, membersConfirmed });
const assign = async (name: string | null, more: { confirmed?: boolean; ifMark?: string; user?: string } = {}) => {
  const partnerUserId = more.user ?? scene.partnerUserId;
  const ask = { ...ASKED, ...place(), partnerUserId, name, lockoutConfirmed: more.confirmed ?? false };
  return all.groups.assign({ ...ask, ifMark: more.ifMark ?? (await groupMark()) });
};
const groupMark = async () =>
  (await all.partnerUsers.show({ ...place(), partnerUserId: scene.partnerUserId })).groupMark;

const office = { times: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: 480, to: 960 })) };

/** A new scene whose partner user is in the group. */
async function withMember(restrictions: Restrictions = office): Promise<string> {
  scene = await all.furnish();
  await save(restrictions, null);
  await assign('ryhmä');
  return (await show()).mark;
}

describe('a restriction group', () => {
  it('is made where there is none, changed by its mark, and shown with its members', async () => {
    scene = await all.furnish();
    const { mark } = await save(office, null);
    expect(await show()).toMatchObject({ group: { name: 'ryhmä', ...office, addresses: null, members: [] }, mark });
    expect(await refusal(save({ times: null }, null))).toMatchObject({ kind: 'outdated' });
    const next = await save({ addresses: ['192.0.2.0/24', '2001:db8::1-2001:db8::9', '198.51.100.7'] }, mark);
    expect((await show()).group).toMatchObject({
      times: null,
      addresses: ['192.0.2.0/24', expect.any(String), '198.51.100.7'],
    });
    expect(await refusal(save(office, mark))).toMatchObject({ kind: 'outdated', code: 'rule.outdated' });
    await assign('ryhmä');
    expect((await show()).group.members).toMatchObject([{ partnerUserId: scene.partnerUserId }]);
    expect(await refusal(save(office, next.mark))).toMatchObject({ kind: 'outdated' });
    expect((await all.groups.list(place())).groups).toMatchObject([{ name: 'ryhmä', members: 1 }]);
  });

  it('keeps its members when its restrictions change', async () => {
    const mark = await withMember();
    await save({ times: [{ weekday: 6, from: 1320, to: 120 }] }, mark);
    expect((await show()).group.members).toHaveLength(1);
    const [last] = (await all.auth.auditEvents('restriction-group.saved')).slice(-1);
    const partnerUserIds = [scene.partnerUserId];
    expect(last).toMatchObject({
      actor: MAIN_USER,
      address: THERE,
      ...place(),
      details: { group: 'ryhmä', before: { ...office, partnerUserIds }, after: { partnerUserIds } },
    });
  });

  it('is refused with every mistake at once, and what would be right in its place', async () => {
    scene = await all.furnish();
    const times = [
      { weekday: 1, from: 60, to: 120 },
      { weekday: 2, from: 60, to: 60 },
    ];
    const addresses = ['192.0.2.9/24', '192.0.2.1', 'esimerkki.fi', '2001:db8::9-2001:db8::1', '::/0'];
    expect(await refusal(save({ times, addresses }, null))).toMatchObject({
      kind: 'invalid',
      details: {
        errors: [
          { pointer: '/times/1/to', code: 'time.without-length' },
          { pointer: '/addresses/0', code: 'address-rule.host-bits-set', corrected: '192.0.2.0/24' },
          { pointer: '/addresses/2', code: 'address-rule.unreadable' },
          { pointer: '/addresses/3', code: 'address-rule.reversed' },
          { pointer: '/addresses/4', code: 'address-rule.allows-everything' },
        ],
      },
    });
    expect((await all.groups.list(place())).groups).toEqual([]);
  });

  it('has no name that PostgreSQL cannot take', async () => {
    scene = await all.furnish();
    const named = { ...place(), name: 'ryhmä\0' };
    const unfit = { kind: 'invalid', details: { errors: [{ pointer: '/name', code: 'text.unusable' }] } };
    expect(await refusal(all.groups.show(named))).toMatchObject(unfit);
    const removing = all.groups.remove({ ...ASKED, ...named, ifMark: 'x', membersConfirmed: true });
    expect(await refusal(removing)).toMatchObject(unfit);
  });

  it('previews each member’s week and what it would lose, and changes nothing', async () => {
    const mark = await withMember();
    await all.signedInFrom(scene.partnerUserId, '203.0.113.5');
    const restrictions = groupRestrictions.parse({
      times: [{ weekday: 1, from: 480, to: 540 }],
      addresses: ['198.51.100.0/24'],
    });
    const shown = await all.groups.preview({ ...ASKED, ...place(), name: 'ryhmä', restrictions });
    expect(shown).toMatchObject({ locksOut: false, mark });
    expect(shown.members[0]!.week[0]!.pieces).toEqual([
      { from: 0, to: 480, closedBy: ['GROUP_TIME'] },
      { from: 480, to: 540, closedBy: [] },
      { from: 540, to: 1440, closedBy: ['GROUP_TIME'] },
    ]);
    expect(shown.members[0]!.warnings).toEqual([
      { code: 'OPENS_LESS', minutes: 5 * 480 - 60 },
      { code: 'LAST_ADDRESS_SHUT_OUT', address: '203.0.113.5' },
      { code: 'ASKERS_ADDRESS_SHUT_OUT', address: THERE },
    ]);
    expect((await show()).mark).toBe(mark);
    expect(await all.auth.auditEvents('access.explained')).toContainEqual(
      expect.objectContaining({ companyId: scene.companyId, details: { asked: 'restriction-group', group: 'ryhmä' } }),
    );
  });

  it.each<[string, Restrictions, string[], number]>([
    ['an empty list of times', { times: [] }, ['/times'], 1],
    ['an empty list of addresses', { addresses: [] }, ['/addresses'], 1],
    ['times that the operator closes', { times: [{ weekday: 7, from: 0, to: 1440 }] }, [], 1],
  ])('that would lock somebody out must be confirmed: %s', async (_, restrictions, emptyLists, members) => {
    const mark = await withMember();
    await all.auth.database.rows('update auth.partner_user set weekend_restricted = true where partner_user_id = $1', [
      scene.partnerUserId,
    ]);
    const refused = await refusal(save(restrictions, mark));
    expect(refused).toMatchObject({ kind: 'conflict', code: 'restriction-group.locks-out', details: { emptyLists } });
    expect((refused.details as { members: unknown[] }).members).toHaveLength(members);
    expect((await show()).mark).toBe(mark);
    await save(restrictions, mark, true);
    expect((await show()).mark).not.toBe(mark);
  });

  it('with an empty list must be confirmed even while nobody is in it', async () => {
    scene = await all.furnish();
    expect(await refusal(save({ times: [] }, null))).toMatchObject({ code: 'restriction-group.locks-out' });
    await save({ times: [] }, null, true);
  });

  it('with members is removed only when that is confirmed: it opens what it had closed', async () => {
    const mark = await withMember();
    expect(await refusal(remove(mark))).toMatchObject({
      kind: 'conflict',
      code: 'restriction-group.has-members',
      details: { members: 1 },
    });
    expect(await refusal(remove(ruleMark(null), true))).toMatchObject({ kind: 'outdated' });
    expect(await remove(mark, true)).toEqual({ membersFreed: 1 });
    expect(await refusal(show())).toMatchObject({ kind: 'absent', code: 'restriction-group.absent' });
    expect(await refusal(remove(mark))).toMatchObject({ kind: 'absent' });
    const { restrictionGroup } = await all.partnerUsers.show({ ...place(), partnerUserId: scene.partnerUserId });
    expect(restrictionGroup).toBeNull();
    const [last] = (await all.auth.auditEvents('restriction-group.removed')).slice(-1);
    expect(last!.details).toMatchObject({ group: 'ryhmä', before: { ...office }, after: null });
  });
});

describe('a partner user’s place in the groups of a company', () => {
  it('is changed by its mark, and leaves the group before and after in the log', async () => {
    const mark = await withMember();
    await save({ times: null }, null, false, 'toinen');
    const before = await groupMark();
    const { mark: moved } = await assign('toinen');
    expect(await groupMark()).toBe(moved);
    expect(await refusal(assign(null, { ifMark: before }))).toMatchObject({ kind: 'outdated' });
    expect((await show()).mark).not.toBe(mark);
    const [last] = (await all.auth.auditEvents('restriction-group.saved')).slice(-1);
    expect(last).toMatchObject({
      companyId: scene.companyId,
      partnerUserId: scene.partnerUserId,
      details: { before: { group: 'ryhmä' }, after: { group: 'toinen' } },
    });
    expect((await assign(null)).mark).toBe(ruleMark(null));
  });

  it('that would lock it out must be confirmed', async () => {
    scene = await all.furnish();
    await save({ addresses: [] }, null, true);
    expect(await refusal(assign('ryhmä'))).toMatchObject({
      code: 'restriction-group.locks-out',
      details: {
        members: [
          {
            partnerUserId: scene.partnerUserId,
            warnings: [{ code: 'NO_ADDRESS_ALLOWED' }, { code: 'ASKERS_ADDRESS_SHUT_OUT', address: THERE }],
          },
        ],
      },
    });
    await assign('ryhmä', { confirmed: true });
  });

  it('is in a group that there is, of a partner user that there is', async () => {
    scene = await all.furnish();
    expect(await refusal(assign('ei ole'))).toMatchObject({ kind: 'absent', code: 'restriction-group.absent' });
    expect(await refusal(assign(null, { user: absent }))).toMatchObject({ code: 'partner-user.absent' });
    const sister = await all.auth.company(scene.environmentId);
    const theirs = await all.auth.partnerUser({ scopeCompanyId: sister });
    expect(await refusal(assign(null, { user: theirs }))).toMatchObject({ code: 'partner-user.absent' });
  });
});

describe('another environment’s group', () => {
  it('is absent, whatever is asked of it', async () => {
    const mark = await withMember();
    const { companyId, partnerUserId } = scene;
    const there = { ...ASKED, environmentId: await all.auth.environment(), companyId, name: 'ryhmä' };
    const restrictions = groupRestrictions.parse({ times: null });
    const askings = [
      all.groups.list(there),
      all.groups.show(there),
      all.groups.preview({ ...there, restrictions }),
      all.groups.save({ ...there, restrictions, ifMark: mark, lockoutConfirmed: true }),
      all.groups.remove({ ...there, ifMark: mark, membersConfirmed: true }),
      all.groups.assign({ ...there, partnerUserId, ifMark: await groupMark(), lockoutConfirmed: true }),
    ];
    for (const asking of askings) {
      expect(await refusal(asking)).toMatchObject({ kind: 'absent', code: 'company.absent' });
    }
    expect((await show()).mark).toBe(mark);
  });
});

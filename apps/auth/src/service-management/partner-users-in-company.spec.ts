import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Direction, DIRECTIONS, type StreamName, STREAM_NAMES, supports } from '#lib/contracts';

import { partnerUser } from '../auth.spec-support.js';
import { absent, refusal, rightsOf, ServiceManagementUnderTest } from './service-management.spec-support.js';

let all: ServiceManagementUnderTest;
beforeAll(async () => {
  all = await ServiceManagementUnderTest.start();
});
afterAll(() => all.auth.close());

const shown = (partnerUsers: readonly { partnerUserId: string }[]) => partnerUsers.map((one) => one.partnerUserId);

describe('the tree of Service Management', () => {
  it('has the branch of partner users only while the company has its Web Services on', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish('palkat.import');
    const ask = { environmentId, companyId, limit: 200 };
    const on = await all.partnerUsers.tree(ask);
    expect(on.company.webServices).toBe(true);
    expect(shown(on.partnerUsers)).toContain(partnerUserId);

    const { company } = await all.companies.show({ environmentId, companyId });
    const { companyId: _, ...rule } = company;
    await all.saveWithin(environmentId, 'company', companyId, { environmentId, ...rule, webServices: false });
    expect(await all.partnerUsers.tree(ask)).toMatchObject({ company: { webServices: false }, partnerUsers: [] });
  });

  it('shows those for all environments and those for this company, each with company and external note', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish();
    const ours = await all.auth.partnerUser({ scopeCompanyId: companyId, externalNote: 'Soita ensin' });
    const sister = await all.auth.company(environmentId);
    const theirs = await all.auth.partnerUser({ scopeCompanyId: sister });
    const { partnerUsers } = await all.partnerUsers.tree({ environmentId, companyId, limit: 200 });
    expect(shown(partnerUsers)).toEqual(expect.arrayContaining([partnerUserId, ours]));
    expect(shown(partnerUsers)).not.toContain(theirs);
    const { userName, company } = partnerUser(ours);
    expect(partnerUsers.find((one) => one.partnerUserId === ours)).toEqual({
      partnerUserId: ours,
      userName,
      company,
      externalNote: 'Soita ensin',
      active: true,
    });
  });

  it('never shows the internal note, nor means to reach somebody', async () => {
    const { environmentId, companyId } = await all.furnish();
    const id = await all.auth.partnerUser({ internalNote: 'CANARY-note', email: 'canary@example.org' });
    const tree = await all.partnerUsers.tree({ environmentId, companyId, limit: 200 });
    const one = await all.partnerUsers.show({ environmentId, companyId, partnerUserId: id });
    expect(JSON.stringify([tree, one])).not.toMatch(/canary/i);
  });

  it('comes in pages, every partner user once', async () => {
    const { environmentId, companyId } = await all.furnish();
    for (let n = 0; n < 5; n += 1) await all.auth.partnerUser();
    const whole = await all.partnerUsers.tree({ environmentId, companyId, limit: 200 });
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await all.partnerUsers.tree({ environmentId, companyId, limit: 2, ...(cursor && { cursor }) });
      paged.push(...shown(page.partnerUsers));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(paged).toEqual(shown(whole.partnerUsers));
  });
});

describe('a partner user in a company', () => {
  const cellsOf = async (scene: { environmentId: string; companyId: string; partnerUserId: string }) => {
    const { cells } = await all.partnerUsers.show(scene);
    return (stream: StreamName, direction: Direction) =>
      cells.find((cell) => cell.stream === stream && cell.direction === direction);
  };

  it('has sixteen cells, each of which says whether it can be given, and if not why', async () => {
    const scene = await all.furnish('palkat.import', 'tilaukset.export');
    await all.auth.save('grants', scene.companyId, {
      partnerUserId: scene.partnerUserId,
      rights: rightsOf('palkat.import'),
    });
    const cell = await cellsOf(scene);
    expect(cell('palkat', 'import')).toMatchObject({ granted: true, grantable: true, whyNot: null, inert: false });
    expect(cell('tilaukset', 'export')).toMatchObject({ granted: false, grantable: true });
    expect(cell('tilaukset', 'import')).toMatchObject({ grantable: false, whyNot: 'VISMA_GRANT_MISSING' });
    expect(cell('kiha', 'import')).toMatchObject({ grantable: false, whyNot: 'DIRECTION_UNSUPPORTED' });

    await all.auth.save('upper-rights', scene.partnerUserId, { rights: [] });
    const later = await cellsOf(scene);
    expect(later('palkat', 'import')).toMatchObject({ granted: true, whyNot: 'VISMA_GRANT_MISSING', inert: true });
  });

  it('is refused by the rule book exactly what the tree shows red', async () => {
    const scene = await all.furnish('palkat.import', 'tilaukset.export', 'tuoterekisteri.import');
    const cell = await cellsOf(scene);
    for (const stream of STREAM_NAMES) {
      for (const direction of DIRECTIONS) {
        const { environmentId, companyId, partnerUserId } = scene;
        const body = { partnerUserId, rights: [{ stream, direction }] };
        const saving = all.saveWithin(environmentId, 'grants', companyId, body);
        const { whyNot } = cell(stream, direction)!;
        if (whyNot === null) await saving;
        else
          expect(await refusal(saving)).toMatchObject({
            code: 'rights.refused',
            details: { errors: [{ pointer: '/rights/0', code: whyNot }] },
          });
        expect(whyNot === 'DIRECTION_UNSUPPORTED').toBe(!supports(stream, direction));
      }
    }
  });

  it('keeps an inert right while others are given, and may lose it', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish('palkat.import');
    const grant = (...names: string[]) =>
      all.saveWithin(environmentId, 'grants', companyId, { partnerUserId, rights: rightsOf(...names) });
    await grant('palkat.import');
    await all.auth.save('upper-rights', partnerUserId, { rights: rightsOf('tilaukset.import') });
    await grant('palkat.import', 'tilaukset.import');
    await grant('tilaukset.import');
    expect(await refusal(grant('palkat.import', 'tilaukset.import'))).toMatchObject({
      details: { errors: [{ pointer: '/rights/0', code: 'VISMA_GRANT_MISSING' }] },
    });
  });

  it('has a mark that its grants are changed with', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish('palkat.import');
    const show = () => all.partnerUsers.show({ environmentId, companyId, partnerUserId });
    const grant = (mark: string, ...names: string[]) =>
      all.saveWithin(environmentId, 'grants', companyId, { partnerUserId, rights: rightsOf(...names) }, mark);
    const { mark: none } = await show();
    const given = await grant(none, 'palkat.import');
    expect((await show()).mark).toBe(given);
    expect(await refusal(grant(none))).toMatchObject({ kind: 'outdated' });
    expect(await grant(given)).toBe(none);
    expect((await show()).mark).toBe(none);
  });

  it('is given nothing while the Web Services are off, and told what to do; taking away is possible', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish('palkat.import', 'tilaukset.import');
    const grant = (...names: string[]) =>
      all.saveWithin(environmentId, 'grants', companyId, { partnerUserId, rights: rightsOf(...names) });
    await grant('palkat.import');
    const fivaldiNumber = '5';
    await all.saveWithin(environmentId, 'company', companyId, {
      environmentId,
      name: 'Asiakas Oy',
      fivaldiNumber,
      webServices: false,
    });
    const giving = grant('palkat.import', 'tilaukset.import');
    expect(await refusal(giving)).toMatchObject({ kind: 'conflict', code: 'web-services.off' });
    await expect(grant('palkat.import', 'tilaukset.import')).rejects.toThrow('Switch them on');
    await grant('palkat.import');
    await grant();
  });

  it('shows the week that follows from the operator’s restrictions and its group', async () => {
    const { environmentId, companyId } = await all.furnish();
    const id = await all.auth.partnerUser({ weekdayRestriction: { from: 1320, to: 360 }, weekendRestricted: true });
    const times = [{ weekday: 1, from: 0, to: 720 }];
    await all.auth.save('restriction-group', 'aamu', { companyId, times, partnerUserIds: [id] });
    const { week, restrictionGroup } = await all.partnerUsers.show({ environmentId, companyId, partnerUserId: id });
    expect(restrictionGroup).toBe('aamu');
    expect(week[0]!.pieces).toEqual([
      { from: 0, to: 360, closedBy: ['WEEKDAY_WINDOW'] },
      { from: 360, to: 720, closedBy: [] },
      { from: 720, to: 1320, closedBy: ['GROUP_TIME'] },
      { from: 1320, to: 1440, closedBy: ['WEEKDAY_WINDOW', 'GROUP_TIME'] },
    ]);
    expect(week[6]!.pieces).toEqual([{ from: 0, to: 1440, closedBy: ['WEEKEND', 'GROUP_TIME'] }]);
  });

  it('is absent where it is another company’s or another environment’s, to be seen and to be granted', async () => {
    const { environmentId, companyId } = await all.furnish();
    const other = await all.furnish('palkat.import');
    const sister = await all.auth.company(environmentId);
    const scoped = await all.auth.partnerUser({ scopeCompanyId: sister });
    for (const [ask, code] of [
      [{ environmentId, companyId, partnerUserId: scoped }, 'partner-user.absent'],
      [{ environmentId, companyId, partnerUserId: absent }, 'partner-user.absent'],
      [{ ...other, environmentId }, 'company.absent'],
    ] as const) {
      expect(await refusal(all.partnerUsers.show(ask))).toMatchObject({ kind: 'absent', code });
      const rights = rightsOf('palkat.import');
      const { partnerUserId } = ask;
      const granting = all.saveWithin(environmentId, 'grants', ask.companyId, { partnerUserId, rights });
      expect(await refusal(granting)).toMatchObject({ kind: 'absent', code });
    }
  });
});

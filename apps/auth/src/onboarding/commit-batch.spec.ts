import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { AuthUnderTest } from '../auth.spec-support.js';
import { csv, manyCompanies, OnboardingUnderTest } from './onboarding.spec-support.js';
import { OnboardingWork } from './onboarding-work.js';

let auth: AuthUnderTest;
let firm: OnboardingUnderTest;

beforeAll(async () => {
  auth = await AuthUnderTest.start((server) => server.as('auth'));
});
beforeEach(async () => {
  firm = await OnboardingUnderTest.start(auth);
});
afterAll(() => auth.close());

const NOTHING = { rows: 0, created: 0, changed: 0, skipped: 0, blocked: 0, outdated: 0, saved: 0 };

describe('a commit', () => {
  it('saves what the dry run promised, in batches, with an audit event for each company', async () => {
    const done = await firm.onboarded(manyCompanies(250));
    expect(done).toMatchObject({ state: 'done', finishedAt: expect.any(String), refusal: null });
    expect(done.counts).toEqual({ ...NOTHING, rows: 250, created: 250, saved: 250 });
    expect(await firm.companies()).toHaveLength(250);
    const own = (await auth.auditEvents('company.saved')).filter((event) => event.environmentId === firm.environmentId);
    expect(own).toHaveLength(250);
    expect(own[0]).toMatchObject({
      actor: { kind: 'person', id: firm.within.by.id },
      address: '192.0.2.7',
      details: { before: null, after: { name: 'Asiakas 1 Oy', fivaldiNumber: '1', webServices: true } },
    });
    const actions = ['onboarding.received', 'onboarding.committed', 'onboarding.finished'] as const;
    for (const action of actions) {
      const events = (await auth.auditEvents(action)).filter((event) => event.environmentId === firm.environmentId);
      expect(events).toHaveLength(1);
    }
  });

  it('leaves blocked rows out and saves the others', async () => {
    const done = await firm.onboarded(csv('Yritys;Fivaldi-numero', 'A;1', ';2', 'C;3'));
    expect(done.counts).toMatchObject({ created: 2, blocked: 1, saved: 2 });
  });

  it('saves nothing when it is to be all or nothing and a row is blocked', async () => {
    const view = await firm.tried(csv('Yritys;Fivaldi-numero', 'A;1', ';2'));
    await expect(firm.commit(view, true)).rejects.toMatchObject({ code: 'onboarding.has-blocked' });
    expect(await firm.companies()).toEqual([]);
  });

  it('creates nothing twice when the same file comes twice', async () => {
    await firm.onboarded(manyCompanies(120));
    const again = await firm.onboarded(manyCompanies(120));
    expect(again.counts).toEqual({ ...NOTHING, rows: 120, skipped: 120 });
    expect(await firm.companies()).toHaveLength(120);
  });

  it('goes on where it was cut off, and says each company once', async () => {
    const view = await firm.tried(manyCompanies(250));
    await firm.commit(view);
    let batches = 0;
    const cutOff = new OnboardingWork(auth.database, { nudge: () => undefined }, () => {
      if ((batches += 1) === 2) throw new Error('the power goes');
    });
    await expect(cutOff.run(firm.key(view.id))).rejects.toThrow('the power goes');
    const standing = await firm.onboardings.read(firm.key(view.id));
    expect(standing).toMatchObject({ state: 'committing', counts: { saved: 100 } });
    expect(await firm.companies()).toHaveLength(100);

    expect((await firm.worked(view.id)).counts).toMatchObject({ created: 250, saved: 250 });
    await firm.work.run(firm.key(view.id));
    expect(await firm.companies()).toHaveLength(250);
    const saved = (await auth.auditEvents('company.saved')).filter(
      ({ environmentId }) => environmentId === firm.environmentId,
    );
    expect(new Set(saved.map(({ companyId }) => companyId)).size).toBe(250);
    expect(saved).toHaveLength(250);
  });

  it('creates nothing twice when two of the same companies run at once', async () => {
    const [one, other] = [await firm.tried(manyCompanies(220)), await firm.tried(manyCompanies(220, 101))];
    await Promise.all([firm.commit(one), firm.commit(other)]);
    await Promise.all(
      [firm.work, firm.work, firm.work]
        .map((work) => work.run(firm.key(one.id)))
        .concat(firm.work.run(firm.key(other.id))),
    );
    const views = [await firm.worked(one.id), await firm.worked(other.id)];
    expect(views.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(await firm.companies()).toHaveLength(320);
    expect(views.reduce((sum, { counts }) => sum + counts.created, 0)).toBe(320);
    expect(views.reduce((sum, { counts }) => sum + counts.skipped + counts.outdated, 0)).toBe(120);
  });

  it('does not write what has become another change since', async () => {
    await firm.onboarded(manyCompanies(2));
    const view = await firm.tried(csv('Yritys;Fivaldi-numero', 'Uusi 1 Oy;1', 'Uusi 2 Oy;2'));
    await firm.commit(view);
    const [company] = await firm.companies();
    await auth.save('company', company!.company_id, {
      environmentId: firm.environmentId,
      name: 'Muu Oy',
      fivaldiNumber: '1',
    });
    const done = await firm.worked(view.id);
    expect(done).toMatchObject({ state: 'done', counts: { outdated: 1, changed: 1, saved: 1 } });
    expect((await firm.companies()).map(({ name }) => name)).toEqual(['Muu Oy', 'Uusi 2 Oy']);
  });

  it('is undone as a whole when it is all or nothing and something has changed since', async () => {
    await firm.onboarded(manyCompanies(2));
    const view = await firm.tried(csv('Yritys;Fivaldi-numero', 'Uusi 1 Oy;1', 'Uusi 2 Oy;2', 'Uusi 3 Oy;3'));
    await firm.commit(view, true);
    const [company] = await firm.companies();
    await auth.save('company', company!.company_id, {
      environmentId: firm.environmentId,
      name: 'Muu Oy',
      fivaldiNumber: '1',
    });
    const done = await firm.worked(view.id);
    expect(done).toMatchObject({
      state: 'failed',
      refusal: { code: 'onboarding.changed-meanwhile' },
      counts: { saved: 0 },
    });
    expect((await firm.companies()).map(({ name }) => name)).toEqual(['Muu Oy', 'Asiakas 2 Oy']);
  });

  it('is refused when its dry run is not the one that stands, and the new one is there to look at', async () => {
    await firm.onboarded(manyCompanies(1));
    const view = await firm.tried(csv('Yritys;Fivaldi-numero', 'Uusi Oy;1'));
    const [company] = await firm.companies();
    await auth.save('company', company!.company_id, {
      environmentId: firm.environmentId,
      name: 'Muu Oy',
      fivaldiNumber: '1',
    });
    await expect(firm.commit(view)).rejects.toMatchObject({ kind: 'outdated', code: 'onboarding.outdated' });
    const now = await firm.onboardings.read(firm.key(view.id));
    expect(now.state).toBe('ready');
    expect(now.mark).not.toBe(view.mark);
    expect((await firm.rows(now))[0]?.changes).toEqual([{ field: 'name', before: 'Muu Oy', after: 'Uusi Oy' }]);
    expect((await firm.committed(now)).counts.saved).toBe(1);
  });

  it('cannot be cancelled away once it has ended, and before that what is saved stays', async () => {
    const view = await firm.tried(manyCompanies(3));
    const ask = { ...firm.within, onboardingId: view.id };
    expect(await firm.onboardings.cancel(ask)).toMatchObject({ state: 'cancelled' });
    await expect(firm.commit(view)).rejects.toMatchObject({ code: 'onboarding.over' });
    expect((await firm.worked(view.id)).state).toBe('cancelled');
    expect(await firm.companies()).toEqual([]);
    const done = await firm.onboarded(manyCompanies(3));
    await expect(firm.onboardings.cancel({ ...firm.within, onboardingId: done.id })).rejects.toMatchObject({
      code: 'onboarding.over',
    });
  });

  it('stops between two batches when it is cancelled', async () => {
    const view = await firm.tried(manyCompanies(250));
    await firm.commit(view);
    let cancelling: Promise<unknown> | undefined;
    const work = new OnboardingWork(auth.database, { nudge: () => undefined }, () => {
      cancelling ??= firm.onboardings.cancel({ ...firm.within, onboardingId: view.id });
    });
    await work.run(firm.key(view.id));
    await cancelling;
    const stopped = await firm.worked(view.id);
    expect(['cancelled', 'done']).toContain(stopped.state);
    expect(await firm.companies()).toHaveLength(stopped.counts.saved);
  });
});

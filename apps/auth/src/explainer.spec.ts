import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';

import { explainAccess } from '#lib/contracts';

import { AuthUnderTest, type Furnished } from './auth.spec-support.js';
import { type ExplainAnswer, Explainer } from './explainer.js';
import { RuleSubjectAbsent, RuleUnusable } from './errors.js';

const WEDNESDAY_NOON = '2026-07-15T09:00:00.000Z';
const SUNDAY_NOON = '2026-07-19T09:00:00.000Z';

describe('an explanation', () => {
  let auth: AuthUnderTest;
  let explainer: Explainer;
  beforeAll(async () => {
    auth = await AuthUnderTest.start();
    explainer = new Explainer(auth.database, { nudge: () => undefined });
  });
  afterAll(() => auth.close());

  const explain = (
    { environmentId, companyId, partnerUserId, ask }: Furnished,
    asked: Partial<z.input<typeof explainAccess.ask>> = {},
  ): Promise<ExplainAnswer> =>
    explainer.explain(
      explainAccess.ask.parse({
        by: { kind: 'person', id: environmentId },
        environmentId,
        companyId,
        partnerUserId,
        stream: ask.stream,
        direction: ask.direction,
        callerAddress: '198.51.100.9',
        ...asked,
      }),
    );

  const reasonsOf = ({ reasons }: ExplainAnswer['now']) => reasons.map(({ reason }) => reason);

  it('says now what the decision says now', async () => {
    const place = await auth.furnish();
    const { now, changed, at, decidedAt } = await explain(place);
    expect(now).toEqual({ allowed: true, reasons: [], waits: false, opensAt: null });
    expect([changed, at]).toEqual([null, decidedAt]);
    expect(await auth.decider.decide(place.ask)).toMatchObject({ allowed: true });
  });

  it('is for the time and the address that were asked about, with what each rule says and whose it is', async () => {
    const place = await auth.furnish();
    await auth.save('restriction-group', 'Yö', {
      companyId: place.companyId,
      times: [{ weekday: 1, from: 480, to: 960 }],
      addresses: ['192.0.2.0/24'],
      partnerUserIds: [place.partnerUserId],
    });
    const { now, at, address } = await explain(place, { at: SUNDAY_NOON, address: '203.0.113.5' });
    expect([at, address]).toEqual([SUNDAY_NOON, '203.0.113.5']);
    expect(now).toMatchObject({ allowed: false, waits: false, opensAt: '2026-07-20T05:00:00.000Z' });
    expect(now.reasons.map(({ reason, owner, rule }) => [reason, owner, rule?.fi])).toEqual([
      ['GROUP_IP_NOT_ALLOWED', 'main-user', 'Rajoitusryhmä “Yö”, sallittu: 192.0.2.0/24'],
      ['GROUP_TIME', 'main-user', 'Rajoitusryhmä “Yö”, sallittu: ma 8.00–16.00'],
    ]);
    expect(now.reasons[1]?.message.sv).toContain('Begränsningsgruppen');
  });

  it('judges no address when none was asked about, and an unknown last one as nobody’s', async () => {
    const place = await auth.furnish();
    const changes = { partnerAddresses: ['192.0.2.7'] };
    const verdicts = await Promise.all(
      [null, 'same-as-last', '192.0.2.7'].map((address) => explain(place, { address, changes })),
    );
    expect(verdicts.map(({ changed }) => changed?.allowed)).toEqual([true, false, true]);
    await auth.database.rows('insert into auth.known_address values ($1, $2, clock_timestamp())', [
      place.partnerUserId,
      '192.0.2.7',
    ]);
    expect(await explain(place, { address: 'same-as-last', changes })).toMatchObject({
      address: '192.0.2.7',
      changed: { allowed: true },
    });
  });

  it('does not tell the last address to another company than the partner user is for', async () => {
    const place = await auth.furnish();
    const scopeCompanyId = await auth.company(place.environmentId);
    const partnerUserId = await auth.partnerUser({ scopeCompanyId });
    await auth.database.rows('insert into auth.known_address values ($1, $2, clock_timestamp())', [
      partnerUserId,
      '192.0.2.7',
    ]);
    const asked = { partnerUserId, address: 'same-as-last' };
    expect(await explain(place, asked)).toMatchObject({ address: null });
    expect(await explain(place, { ...asked, companyId: scopeCompanyId })).toMatchObject({ address: '192.0.2.7' });
  });

  it('with changed rules is what the decision becomes when they are saved', async () => {
    const place = await auth.furnish();
    const weekdayRestriction = { from: 0, to: 1_440 };
    const changes = { weekdayRestriction, grant: false };
    const { now, changed } = await explain(place, { at: WEDNESDAY_NOON, changes });
    expect(now.allowed).toBe(true);
    expect(changed && reasonsOf(changed)).toEqual(['COMPANY_GRANT_MISSING', 'WEEKDAY_WINDOW']);

    await auth.save('partner-user', place.partnerUserId, {
      userName: place.partnerUserId.slice(0, 18),
      company: 'Kumppani Oy',
      weekdayRestriction,
    });
    await auth.save('grants', place.companyId, { partnerUserId: place.partnerUserId, rights: [] });
    expect((await explain(place, { at: WEDNESDAY_NOON })).now).toEqual(changed);
  });

  it('supposes no rule that could not be saved', async () => {
    const place = await auth.furnish();
    const asked = explain(place, { changes: { group: { times: null, addresses: ['192.0.2.1/24'] } } });
    await expect(asked).rejects.toThrow(RuleUnusable);
    await expect(asked).rejects.toMatchObject({
      details: { errors: [{ pointer: '/changes/group/addresses/0', corrected: '192.0.2.0/24' }] },
    });
    expect(explainAccess.ask.shape.changes.safeParse({ upperRigth: true }).success).toBe(false);
  });

  it('knows nothing of another environment', async () => {
    const [own, other] = [await auth.furnish(), await auth.furnish()];
    const absent = (code: string) => new RuleSubjectAbsent(code as 'company.absent');
    await expect(explain(own, { companyId: other.companyId })).rejects.toMatchObject({ code: 'company.absent' });
    await expect(explain(own, { companyId: own.partnerUserId })).rejects.toThrow(absent('company.absent'));
    const theirs = await auth.partnerUser({ scopeCompanyId: other.companyId });
    await expect(explain(own, { partnerUserId: theirs })).rejects.toMatchObject({ code: 'partner-user.absent' });
    await expect(explain(own, { partnerUserId: own.companyId })).rejects.toMatchObject({ code: 'partner-user.absent' });
  });

  it('is in the log, with who asked what', async () => {
    const place = await auth.furnish();
    await explain(place, { at: WEDNESDAY_NOON, address: '192.0.2.7', changes: { upperRight: false } });
    const events = await auth.auditEvents('access.explained');
    expect(events.find(({ companyId }) => companyId === place.companyId)).toMatchObject({
      environmentId: place.environmentId,
      partnerUserId: place.partnerUserId,
      actor: { kind: 'person' },
      address: '198.51.100.9',
      details: {
        at: WEDNESDAY_NOON,
        from: '192.0.2.7',
        allowed: true,
        changed: { allowed: false, reasons: ['VISMA_GRANT_MISSING'] },
      },
    });
  });
});

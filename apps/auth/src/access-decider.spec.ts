import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { decideAccess, DIRECTIONS, STREAM_NAMES, supports } from '#lib/contracts';
import { type AccessReason, nextOpening, wallMinute } from '#lib/policy';

import type { AccessAsk } from './access-decider.js';
import { ALL_SECTIONS, AuthUnderTest, type Furnished, partnerUser } from './auth.spec-support.js';

let auth: AuthUnderTest;
let given: Furnished;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
});
afterAll(() => auth.close());
beforeEach(async () => {
  given = await auth.furnish();
});

const decide = (change: Partial<AccessAsk> = {}) => auth.decider.decide({ ...given.ask, ...change });
const lastDecision = async () => (await auth.auditEvents('access.decided')).at(-1);
const restrictPartner = (body: object) =>
  auth.save('partner-user', given.partnerUserId, { ...partnerUser(given.partnerUserId), ...body });
const putInGroup = (body: object) =>
  auth.save('restriction-group', 'yö', {
    companyId: given.companyId,
    partnerUserIds: [given.partnerUserId],
    ...body,
  });
const sql = (text: string, values: unknown[] = []) => auth.database.rows(text, values);

describe('a decision', () => {
  it('allows what nothing objects to, and hands the settings along', async () => {
    const answer = await decide();
    expect(answer).toMatchObject({ allowed: true, reasons: [], waits: false, opensAt: null });
    expect(answer.company).toMatchObject({
      environmentId: given.environmentId,
      xmlSettings: { ...ALL_SECTIONS, brakePercent: 20 },
    });
    expect(decideAccess.answer.parse(answer)).toEqual(answer);
  });

  it("is made by the database's clock", async () => {
    const [before] = await auth.database.rows<{ at: string }>('select clock_timestamp() as at');
    const { decidedAt } = await decide();
    const [after] = await auth.database.rows<{ at: string }>('select clock_timestamp() as at');
    // The answer has milliseconds, the clock has more.
    expect(Date.parse(decidedAt)).toBeGreaterThanOrEqual(Math.floor(Date.parse(before!.at)));
    expect(Date.parse(decidedAt)).toBeLessThanOrEqual(Date.parse(after!.at));
  });

  type Rows = () => Promise<unknown>;
  const closed = { weekdayRestriction: { from: 0, to: 1440 }, weekendRestricted: true };
  const isWeekend = wallMinute(new Date(), 'Europe/Helsinki').weekday >= 6;
  const objections: readonly (readonly [AccessReason, Rows])[] = [
    ['AUTH_FAILED', () => Promise.resolve((given = { ...given, ask: { ...given.ask, partnerUserId: randomUUID() } }))],
    ['PARTNER_DISABLED', () => restrictPartner({ active: false })],
    ['TENANT_SUSPENDED', () => auth.save('environment', given.environmentId, { name: 'Lepäävä', active: false })],
    [
      'COMPANY_NOT_VISIBLE',
      () => Promise.resolve((given = { ...given, ask: { ...given.ask, companyId: randomUUID() } })),
    ],
    ['VISMA_GRANT_MISSING', () => auth.save('upper-rights', given.partnerUserId, { rights: [] })],
    [
      'COMPANY_GRANT_MISSING',
      () => auth.save('grants', given.companyId, { partnerUserId: given.partnerUserId, rights: [] }),
    ],
    ['IP_NOT_ALLOWED', () => restrictPartner({ addresses: ['198.51.100.0/24'] })],
    ['GROUP_IP_NOT_ALLOWED', () => putInGroup({ addresses: ['2001:db8::/32'] })],
    [isWeekend ? 'WEEKEND' : 'WEEKDAY_WINDOW', () => restrictPartner(closed)],
    ['GROUP_TIME', () => putInGroup({ times: [] })],
    ['XML_SETTINGS_INCOMPLETE', () => sql('delete from auth.xml_settings where company_id = $1', [given.companyId])],
    [
      'DECISION_ERROR',
      () =>
        sql(`update auth.environment set time_zone = 'Mars/Olympus' where environment_id = $1`, [given.environmentId]),
    ],
  ];
  it.each(objections)('objects with %s alone when only that row objects', async (reason, objecting) => {
    await objecting();
    const answer = await decide();
    expect(answer).toMatchObject({ allowed: false, reasons: [reason] });
    expect(await lastDecision()).toMatchObject({ outcome: 'denied', reasons: [reason] });
  });

  const cells = STREAM_NAMES.flatMap((stream) => DIRECTIONS.map((direction) => [stream, direction] as const));
  it.each(cells)('knows whether %s can be moved for %s', async (stream, direction) => {
    const { reasons } = await decide({ stream, direction });
    expect(reasons.includes('DIRECTION_UNSUPPORTED')).toBe(!supports(stream, direction));
  });

  it('counts rights for the very partner user, company, stream and direction they were given for', async () => {
    const beside = await auth.furnish('tilaukset', 'export');
    const others = [
      { partnerUserId: beside.partnerUserId },
      { stream: 'tilaukset' },
      { stream: 'tilaukset', direction: 'export' },
    ] as const;
    // Each lacks both rights although somebody, or something else, has them.
    const lacking = ['VISMA_GRANT_MISSING', 'COMPANY_GRANT_MISSING'];
    for (const other of others) expect((await decide(other)).reasons).toEqual(lacking);
    expect((await decide({ direction: 'export' })).reasons).toEqual(lacking);
    expect((await decide({ companyId: beside.companyId })).reasons).toEqual(['COMPANY_GRANT_MISSING']);
  });

  it('leaves the restriction groups of other companies and other partner users aside', async () => {
    const companyId = await auth.company(given.environmentId);
    const nobody = { times: [], addresses: [] };
    await putInGroup({ ...nobody, partnerUserIds: [await auth.partnerUser()] });
    await putInGroup({ ...nobody, companyId });
    expect(await decide()).toMatchObject({ allowed: true });
  });

  it('gives every objection, the one to show first', async () => {
    await restrictPartner({ active: false, addresses: ['198.51.100.7'] });
    await auth.save('upper-rights', given.partnerUserId, { rights: [] });
    expect((await decide()).reasons).toEqual(['PARTNER_DISABLED', 'VISMA_GRANT_MISSING', 'IP_NOT_ALLOWED']);
  });

  it('waits when only the clock objects, and says until when', async () => {
    const at = new Date();
    const { weekday, minute } = wallMinute(new Date(at.getTime() + 7_200_000), 'Europe/Helsinki');
    await putInGroup({ times: [{ weekday, from: minute, to: Math.min(minute + 30, 1440) }] });
    const answer = await decide();
    expect(answer).toMatchObject({ allowed: false, reasons: ['GROUP_TIME'], waits: true });
    const opening = nextOpening((wall) => wall.weekday === weekday && wall.minute >= minute, at, 'Europe/Helsinki');
    expect(answer.opensAt).toBe(opening!.toISOString());
    expect(await lastDecision()).toMatchObject({ details: { moment: 'acceptance', opensAt: answer.opensAt } });
  });

  it.each([
    ['an address that is allowed', { at: 'acceptance', client: '::ffff:198.51.100.9' } as const, []],
    ['an address that cannot be read', { at: 'acceptance', client: '198.51.100.09' } as const, ['IP_NOT_ALLOWED']],
    ['no address', { at: 'acceptance', client: null } as const, ['IP_NOT_ALLOWED']],
    ['execution, which has no caller', { at: 'execution', transferId: randomUUID() } as const, []],
  ])('judges %s', async (_, moment, reasons) => {
    await restrictPartner({ addresses: ['198.51.100.0/24'] });
    expect((await decide({ moment })).reasons).toEqual(reasons);
    const transferId = moment.at === 'execution' ? moment.transferId : null;
    expect(await lastDecision()).toMatchObject({ transferId, details: { moment: moment.at } });
  });

  it('reads ids in any spelling', async () => {
    await restrictPartner({ scopeCompanyId: given.companyId.toUpperCase() });
    const shouting = { partnerUserId: given.partnerUserId.toUpperCase(), companyId: given.companyId.toUpperCase() };
    expect(await decide(shouting)).toMatchObject({ allowed: true });
  });
});

describe('a rule that throws', () => {
  it('refuses, and is told to the log', async () => {
    const errors = auth.errors.length;
    await sql(`update auth.environment set time_zone = 'Mars/Olympus' where environment_id = $1`, [
      given.environmentId,
    ]);
    expect(await decide()).toMatchObject({ allowed: false, reasons: ['DECISION_ERROR'], waits: false, opensAt: null });
    expect(auth.errors.slice(errors)).toEqual(['a decision could not be made']);
  });
});

describe('a stranger', () => {
  it("cannot tell another tenant's company from none at all", async () => {
    const other = await auth.furnish();
    await restrictPartner({ scopeCompanyId: given.companyId });
    await auth.save('environment', other.environmentId, { name: 'Lepäävä', active: false });
    const [theirs, nobodys] = [await decide({ companyId: other.companyId }), await decide({ companyId: randomUUID() })];
    expect({ ...theirs, decidedAt: '' }).toEqual({ ...nobodys, decidedAt: '' });
    expect(theirs).toMatchObject({ reasons: ['COMPANY_NOT_VISIBLE'], company: null });
  });

  it("is recorded in the operator's chain, not in the tenant's", async () => {
    const other = await auth.furnish();
    await restrictPartner({ scopeCompanyId: given.companyId });
    await decide({ companyId: other.companyId });
    expect(await lastDecision()).toMatchObject({ environmentId: null, companyId: other.companyId });
  });

  it.each(['AUTH_FAILED', 'DECISION_ERROR'])('learns nothing of the company after %s', async (reason) => {
    if (reason === 'AUTH_FAILED') given = { ...given, ask: { ...given.ask, partnerUserId: randomUUID() } };
    else
      await sql(`update auth.environment set time_zone = '' || chr(1) where environment_id = $1`, [
        given.environmentId,
      ]);
    expect(await decide()).toMatchObject({ allowed: false, reasons: [reason], company: null });
    expect(await lastDecision()).toMatchObject({ environmentId: null });
  });
});

describe('a revoked right', () => {
  it('is refused by the very next question, with others asking all the while', async () => {
    const rights = [{ stream: given.ask.stream, direction: given.ask.direction }];
    const grant = (yes: boolean) =>
      auth.save('grants', given.companyId, { partnerUserId: given.partnerUserId, rights: yes ? rights : [] });
    let busy = true;
    const crowd = Array.from({ length: 4 }, async () => {
      while (busy) await decide();
    });
    for (let round = 0; round < 200; round += 1) {
      const yes = round % 2 === 1;
      await grant(yes);
      const answers = await Promise.all([decide(), decide(), decide()]);
      expect(answers.map(({ allowed }) => allowed)).toEqual([yes, yes, yes]);
    }
    busy = false;
    await Promise.all(crowd);
  }, 60_000);
});

describe('the audit event', () => {
  it('is written with the decision and sent at once', async () => {
    const nudges = auth.nudges;
    await decide();
    expect(auth.nudges).toBe(nudges + 1);
    expect(await lastDecision()).toMatchObject({
      environmentId: given.environmentId,
      outcome: 'success',
      actor: { kind: 'partner-user', id: given.partnerUserId },
      companyId: given.companyId,
      partnerUserId: given.partnerUserId,
      stream: 'tuoterekisteri',
      direction: 'import',
      address: '192.0.2.7',
      reasons: [],
    });
  });

  it('is a condition of the answer: where it cannot be written there is none', async () => {
    await sql('alter table bus.outbox add constraint full_up check (false) not valid');
    try {
      const decisions = auth.metrics.decisions;
      await expect(decide()).rejects.toThrow('full_up');
      expect(auth.metrics.decisions).toBe(decisions);
    } finally {
      await sql('alter table bus.outbox drop constraint full_up');
    }
    expect(await decide()).toMatchObject({ allowed: true });
  });
});

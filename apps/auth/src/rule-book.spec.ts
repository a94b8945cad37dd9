import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import type { AuditEvent } from '#lib/contracts';
import { AppError } from '#lib/errors';

import { ALL_SECTIONS, AuthUnderTest, OPERATOR, partnerUser, PASSWORD } from './auth.spec-support.js';
import { GRANT_REFUSALS } from './errors.js';

let auth: AuthUnderTest;
let environmentId: string;
let companyId: string;
let partnerUserId: string;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
  environmentId = await auth.environment();
  companyId = await auth.company(environmentId);
  partnerUserId = await auth.partnerUser();
});
afterAll(() => auth.close());

const last = async (action: AuditEvent['action']) => (await auth.auditEvents(action)).at(-1);
const importing = (...streams: string[]) => streams.map((stream) => ({ stream, direction: 'import' }));
const absent = randomUUID();

/** Kind, code and details of a refusal. */
async function refusal(saving: Promise<void>): Promise<{ kind: string; code: string; details: object }> {
  const error: unknown = await saving.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('the rule was not refused', { cause: error });
  const { kind, code, details } = error;
  return { kind, code, details };
}

describe('a saved rule', () => {
  interface Case {
    readonly action: AuditEvent['action'];
    readonly rule: string;
    readonly id: string;
    readonly first: object;
    readonly second: object;
    readonly about: readonly ('environmentId' | 'companyId' | 'partnerUserId')[];
    /** What the audit log says of the first, where it is not the body as it was given. */
    readonly shown?: unknown;
    readonly shownNext?: unknown;
  }
  const [newEnvironment, newCompany, newUser] = [randomUUID(), randomUUID(), randomUUID()];
  const settings = { ...ALL_SECTIONS, brakePercent: 20 };
  const orders = { useDiscountRegister: false, createMissingProducts: false };
  const shownSettings = { ...settings, salesOrders: { ...settings.salesOrders, ...orders } };
  const user = {
    ...partnerUser(newUser),
    language: 'SWE',
    active: true,
    scopeCompanyId: null,
    weekdayRestriction: { from: 1320, to: 360 },
    weekendRestricted: true,
    addresses: ['198.51.100.0/24', '2001:db8::1-2001:db8::9'],
  };
  const table: Record<string, () => Case> = {
    environment: () => ({
      action: 'environment.saved',
      rule: 'environment',
      id: newEnvironment,
      first: { name: 'Tili', active: true, timeZone: 'Europe/Helsinki' },
      second: { name: 'Tili ja Poika', active: false, timeZone: 'Europe/Stockholm' },
      about: [],
    }),
    company: () => ({
      action: 'company.saved',
      rule: 'company',
      id: newCompany,
      first: { environmentId, name: 'Asiakas', fivaldiNumber: '700001' },
      second: { environmentId, name: 'Asiakas', fivaldiNumber: '700002' },
      about: ['environmentId'],
    }),
    'partner user': () => ({
      action: 'partner-user.saved',
      rule: 'partner-user',
      id: newUser,
      first: user,
      second: { ...user, weekdayRestriction: null, addresses: null, scopeCompanyId: companyId },
      about: [],
    }),
    'set of upper rights': () => ({
      action: 'upper-rights.saved',
      rule: 'upper-rights',
      id: partnerUserId,
      first: { rights: importing('tuoterekisteri', 'palkat') },
      second: { rights: importing('palkat', 'tilaukset') },
      about: ['partnerUserId'],
      shown: importing('palkat', 'tuoterekisteri'),
      shownNext: importing('palkat', 'tilaukset'),
    }),
    'set of grants': () => ({
      action: 'grants.saved',
      rule: 'grants',
      id: companyId,
      first: { partnerUserId, rights: importing('tilaukset', 'palkat') },
      second: { partnerUserId, rights: importing('palkat') },
      about: ['environmentId', 'companyId', 'partnerUserId'],
      shown: importing('palkat', 'tilaukset'),
      shownNext: importing('palkat'),
    }),
    'restriction group': () => ({
      action: 'restriction-group.saved',
      rule: 'restriction-group',
      id: 'yötyö',
      first: { companyId, times: [{ weekday: 1, from: 0, to: 1440 }], addresses: [], partnerUserIds: [partnerUserId] },
      second: { companyId, times: null, addresses: null, partnerUserIds: [] },
      about: ['environmentId', 'companyId'],
    }),
    'set of XML settings': () => ({
      action: 'xml-settings.saved',
      rule: 'xml-settings',
      id: companyId,
      first: settings,
      second: { ...settings, companyRegister: 'add-only' },
      about: ['environmentId', 'companyId'],
      shown: shownSettings,
      shownNext: { ...shownSettings, companyRegister: 'add-only' },
    }),
  };

  it.each(Object.keys(table))('%s: is there afterwards, audited with before and after, and announced', async (name) => {
    const { action, rule, id, first, second, about, shown = first, shownNext = second } = table[name]!();
    const nudges = auth.nudges;
    await auth.save(rule, id, first);
    const created = await last(action);
    expect(created).toMatchObject({ outcome: 'success', actor: { kind: 'operator', id: OPERATOR } });
    expect(created!.details).toMatchObject({ before: null, after: shown });

    await auth.save(rule, id, second);
    const changed = await last(action);
    expect(changed!.details).toMatchObject({ before: shown, after: shownNext });
    const ids = { environmentId, companyId, partnerUserId };
    for (const one of about) expect(changed).toMatchObject({ [one]: ids[one] });
    const { environmentId: environment, companyId: company, partnerUserId: partner } = changed!;
    const announced = { environmentId: environment, companyId: company, partnerUserId: partner };
    expect((await auth.rulesChanged()).slice(-2)).toEqual([announced, announced]);
    expect(auth.nudges).toBe(nudges + 2);

    // Saving it again reads it from the database: what was announced is what is kept.
    await auth.save(rule, id, second);
    expect((await last(action))!.details).toMatchObject({ before: shownNext, after: shownNext });
  });

  it('never shows a password, and says that one was set', async () => {
    await auth.save('partner-user', partnerUserId, { ...partnerUser(partnerUserId), password: PASSWORD });
    const event = await last('partner-user.saved');
    expect(event!.details).toMatchObject({ passwordSet: true });
    expect(JSON.stringify(event)).not.toMatch(new RegExp(`${PASSWORD}|argon2`));
    await auth.save('partner-user', partnerUserId, partnerUser(partnerUserId));
    expect((await last('partner-user.saved'))!.details).toMatchObject({ passwordSet: false });
    const [row] = await auth.database.rows('select 1 from auth.partner_user where password_hash is not null');
    expect(row).toBeDefined();
  });

  it('says how many grants a withdrawn upper right leaves inert, and how many it brings back', async () => {
    const { partnerUserId: user } = await auth.furnish();
    await auth.save('upper-rights', user, { rights: [] });
    expect((await last('upper-rights.saved'))!.details).toMatchObject({ grantsInert: 1, grantsRevived: 0 });
    await auth.save('upper-rights', user, { rights: importing('tuoterekisteri') });
    expect((await last('upper-rights.saved'))!.details).toMatchObject({ grantsInert: 0, grantsRevived: 1 });
  });

  it('is one of a kind however many save it at once, each before being the last after', async () => {
    const id = randomUUID();
    const names = Array.from({ length: 8 }, (_, n) => `Nimi ${n}`);
    await Promise.all(names.map((name) => auth.save('environment', id, { name })));
    const events = (await auth.auditEvents('environment.saved')).slice(-8).map(({ details }) => details);
    const [befores, afters] = [events.map(({ before }) => before), events.map(({ after }) => after)];
    expect(befores).toEqual([null, ...afters.slice(0, -1)]);
  });
});

describe('a refused rule', () => {
  const group = (body: object) => ({ companyId, ...body });
  type Refused = readonly [what: string, rule: string, id: () => string, body: () => object, refusal: object];
  const table: readonly Refused[] = [
    [
      'an id that is none',
      'environment',
      () => '7',
      () => ({ name: 'x' }),
      { kind: 'invalid', code: 'rule.unusable', details: { errors: [{ pointer: '/id', code: 'id.not-a-uuid' }] } },
    ],
    [
      'a time zone that is none',
      'environment',
      randomUUID,
      () => ({ name: 'x', timeZone: 'Mars/Olympus' }),
      { kind: 'invalid', details: { errors: [{ pointer: '/timeZone', code: 'time-zone.unknown' }] } },
    ],
    [
      'a company of no environment',
      'company',
      randomUUID,
      () => ({ environmentId: absent, name: 'x', fivaldiNumber: '1' }),
      { kind: 'absent', code: 'environment.absent' },
    ],
    [
      'a number that is taken',
      'company',
      randomUUID,
      () => ({ environmentId, name: 'x', fivaldiNumber: '700002' }),
      { kind: 'conflict', code: 'company.number-taken' },
    ],
    [
      'a scope that is no company',
      'partner-user',
      randomUUID,
      () => ({ ...partnerUser(randomUUID()), scopeCompanyId: absent }),
      { kind: 'absent', code: 'company.absent' },
    ],
    [
      'a user name that is taken',
      'partner-user',
      randomUUID,
      () => partnerUser(partnerUserId),
      { kind: 'conflict', code: 'partner-user.name-taken' },
    ],
    [
      'an address with host bits',
      'partner-user',
      () => partnerUserId,
      () => ({ ...partnerUser(partnerUserId), addresses: ['192.0.2.1', '192.0.2.9/24'] }),
      {
        kind: 'invalid',
        details: {
          errors: [{ pointer: '/addresses/1', code: 'address-rule.host-bits-set', corrected: '192.0.2.0/24' }],
        },
      },
    ],
    [
      'upper rights of nobody',
      'upper-rights',
      () => absent,
      () => ({ rights: [] }),
      { kind: 'absent', code: 'partner-user.absent' },
    ],
    [
      'an upper right that no stream has',
      'upper-rights',
      () => partnerUserId,
      () => ({ rights: importing('palkat', 'kiha') }),
      {
        kind: 'denied',
        code: 'rights.refused',
        details: {
          reasons: ['DIRECTION_UNSUPPORTED'],
          errors: [{ pointer: '/rights/1', code: 'DIRECTION_UNSUPPORTED' }],
        },
      },
    ],
    [
      'grants in no company',
      'grants',
      () => absent,
      () => ({ partnerUserId, rights: [] }),
      { kind: 'absent', code: 'company.absent' },
    ],
    [
      'grants to nobody',
      'grants',
      () => companyId,
      () => ({ partnerUserId: absent, rights: [] }),
      { kind: 'absent', code: 'partner-user.absent' },
    ],
    [
      'grants that the main user cannot give',
      'grants',
      () => companyId,
      () => ({ partnerUserId, rights: importing('palkat', 'kiha', 'perustiedot') }),
      {
        kind: 'denied',
        code: 'rights.refused',
        details: {
          reasons: GRANT_REFUSALS,
          errors: [
            { pointer: '/rights/1', code: 'DIRECTION_UNSUPPORTED' },
            { pointer: '/rights/2', code: 'VISMA_GRANT_MISSING' },
          ],
        },
      },
    ],
    [
      'a group of no company',
      'restriction-group',
      () => 'g',
      () => group({ companyId: absent }),
      { kind: 'absent', code: 'company.absent' },
    ],
    [
      'a group of nobody',
      'restriction-group',
      () => 'g',
      () => group({ partnerUserIds: [absent] }),
      { kind: 'absent', code: 'partner-user.absent' },
    ],
    [
      'a group with an address that is none',
      'restriction-group',
      () => 'g',
      () => group({ addresses: ['0.0.0.0/0'] }),
      { kind: 'invalid', details: { errors: [{ pointer: '/addresses/0', code: 'address-rule.allows-everything' }] } },
    ],
    [
      'settings of no company',
      'xml-settings',
      () => absent,
      () => ALL_SECTIONS,
      { kind: 'absent', code: 'company.absent' },
    ],
  ];

  it.each(table)('%s: is named for what it is, and changes nothing', async (_, rule, id, body, expected) => {
    const [audited, announced, nudges] = [await outbox(), await auth.rulesChanged(), auth.nudges];
    expect(await refusal(auth.save(rule, id(), body()))).toMatchObject(expected);
    expect([await outbox(), await auth.rulesChanged(), auth.nudges]).toEqual([audited, announced, nudges]);
  });

  const outbox = () => auth.database.rows('select message_id from bus.outbox order by id');

  it('a company in another environment: is a conflict, with the id it has', async () => {
    const other = await auth.environment();
    const body = { environmentId: other, name: 'x', fivaldiNumber: '1' };
    expect(await refusal(auth.save('company', companyId, body))).toMatchObject({
      kind: 'conflict',
      code: 'company.in-another-environment',
    });
  });

  it('a number that two companies ask for at once: one has it', async () => {
    const body = { environmentId, name: 'x', fivaldiNumber: '800001' };
    const saving = Array.from({ length: 6 }, () => auth.save('company', randomUUID(), body));
    const refused = (await Promise.allSettled(saving)).filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as AppError).code)).toEqual(Array(5).fill('company.number-taken'));
  });

  it('a second group for a partner user: is a conflict, not a move', async () => {
    await auth.save('restriction-group', 'a', group({ times: [], partnerUserIds: [partnerUserId] }));
    expect(
      await refusal(auth.save('restriction-group', 'b', group({ partnerUserIds: [partnerUserId] }))),
    ).toMatchObject({
      kind: 'conflict',
      code: 'restriction-group.member-elsewhere',
    });
    await auth.save('restriction-group', 'a', group({ times: [] }));
    await auth.save('restriction-group', 'b', group({ partnerUserIds: [partnerUserId] }));
  });

  it.each([
    [
      'a right that no stream has',
      `insert into auth.upper_right select partner_user_id, 'kiha', 'import' from auth.partner_user`,
    ],
    ['a user name of 21 characters', `update auth.partner_user set user_name = repeat('x', 21)`],
    ['half a weekday restriction', 'update auth.partner_user set weekday_from = 60, weekday_to = null'],
    ['a minute after midnight', 'update auth.partner_user set weekday_from = 60, weekday_to = 1441'],
    ['half of the XML settings', 'update auth.xml_settings set payroll_dimensions = null'],
  ])('%s: not even the database takes it', async (_, statement) => {
    await auth.save('xml-settings', companyId, ALL_SECTIONS);
    await expect(auth.database.rows(statement)).rejects.toThrow(/violates/);
  });
});

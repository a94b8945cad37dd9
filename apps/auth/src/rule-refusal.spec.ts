import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { AppError } from '#lib/errors';

import { ALL_SECTIONS, AuthUnderTest, partnerUser } from './auth.spec-support.js';
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
  await auth.save('company', companyId, { environmentId, name: 'Asiakas Oy', fivaldiNumber: '700002' });
  await auth.save('upper-rights', partnerUserId, { rights: importing('palkat') });
});
afterAll(() => auth.close());

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
      'text that cannot be kept',
      'restriction-group',
      () => 'y\0',
      () => group({ addresses: ['\ud800'] }),
      {
        kind: 'invalid',
        details: {
          errors: [
            { pointer: '/id', code: 'text.unusable' },
            { pointer: '/addresses/0', code: 'text.unusable' },
          ],
        },
      },
    ],
    [
      'a name that is none',
      'restriction-group',
      () => ' ',
      () => group({}),
      { kind: 'invalid', details: { errors: [{ pointer: '/id', code: 'id.empty' }] } },
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

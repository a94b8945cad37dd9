import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { STREAM_NAMES } from '#lib/contracts';
import { RemoteError } from '#lib/errors';

import { FORM, HERE, ID, PartnerUsersUnderTest } from './partner-users.spec-support.js';

let door: PartnerUsersUnderTest;

beforeAll(async () => {
  door = await PartnerUsersUnderTest.start();
});
afterAll(() => door.close());
beforeEach(() => door.forget());

describe('the doors to partner users', () => {
  const CHANGES = [
    ['POST', HERE, FORM],
    ['PUT', `${HERE}/${ID}`, FORM],
    ['PUT', `${HERE}/${ID}/usage-restrictions`, { weekdayRestriction: null, weekendRestricted: true, addresses: null }],
    ['PUT', `${HERE}/${ID}/upper-rights`, { rights: [] }],
    ['POST', `${HERE}/${ID}/password`, {}],
  ] as const;
  const READS = ['', `/${ID}`, `/${ID}/usage-restrictions`, `/${ID}/week`, `/${ID}/upper-rights`];

  it.each(CHANGES)('let only the operator change: %s %s', async (method, url, body) => {
    for (const as of ['support', 'main-user', 'auditor', 'machine']) {
      expect(await door.call(method, url, { as, body, seen: '"m1"' })).toMatchObject({
        status: 403,
        body: { code: 'role.missing' },
      });
    }
    expect(door.auth.asked).toEqual([]);
    expect((await door.call(method, url, { body, seen: '"m1"' })).status).toBeLessThan(300);
  });

  it.each(READS)(
    'let support read, a main user of one firm find nothing, and others be refused: GET …%s',
    async (path) => {
      expect((await door.call('GET', HERE + path, { as: 'support' })).status).toBe(200);
      expect((await door.call('GET', HERE + path, { as: 'main-user' })).status).toBe(404);
      for (const as of ['auditor', 'machine']) expect((await door.call('GET', HERE + path, { as })).status).toBe(403);
    },
  );

  it.each([
    ['operator', true],
    ['support', false],
  ])('ask for the internal note for %s: %j', async (as, internal) => {
    await door.call('GET', HERE, { as });
    await door.call('GET', `${HERE}/${ID}`, { as });
    expect(door.auth.asked.map(({ body }) => body['internal'])).toEqual([internal, internal]);
  });

  it('show the sandbox to the operator alone, and only where there is one', async () => {
    door.auth.answers.set('auth.sandbox-sms.v1', { messages: [] });
    expect((await door.call('GET', '/v1/sandbox/sms')).status).toBe(200);
    expect((await door.call('GET', '/v1/sandbox/sms', { as: 'support' })).status).toBe(403);
    door.auth.answers.set(
      'auth.sandbox-sms.v1',
      new RemoteError('absent', 'sandbox.absent', 'There is no sandbox here'),
    );
    expect(await door.call('GET', '/v1/sandbox/sms')).toMatchObject({ status: 404, body: { code: 'sandbox.absent' } });
  });
});

describe('a partner user over HTTP', () => {
  it('is created with where it is and its mark', async () => {
    const { status, headers, body } = await door.call('POST', HERE, { body: FORM });
    expect(status).toBe(201);
    expect(headers).toMatchObject({
      etag: '"m1"',
      location: expect.stringMatching(/^\/v1\/partner-users\/[\da-f-]{36}$/),
    });
    expect(body).toMatchObject({ userName: 'kumppani', password: { kind: 'none' }, week: [] });
    expect(door.auth.asked[0]).toMatchObject({
      pattern: 'auth.partner-user-create.v1',
      body: { by: { kind: 'operator', id: 'operator' }, partnerUser: { active: true, internalNote: null } },
    });
  });

  it('is refused with every fault at once: field, code, limit and what would be taken', async () => {
    const body = { ...FORM, userName: 'x'.repeat(21), businessId: '0737546-1', weekdayRestriction: { from: 9, to: 9 } };
    const answer = await door.call('POST', HERE, { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(answer.body['errors']).toEqual([
      { pointer: '/userName', code: 'too_big', message: expect.stringContaining('20'), limit: 20 },
      {
        pointer: '/businessId',
        code: 'business-id.check-digit',
        message: 'The check digit of this number is 2',
        corrected: '0737546-2',
      },
      {
        pointer: '/weekdayRestriction',
        code: 'weekday-restriction.ambiguous',
        message: expect.any(String),
        corrected: null,
      },
    ]);
    expect(door.auth.asked).toEqual([]);
  });

  it.each([
    ['', FORM],
    ['/usage-restrictions', { weekdayRestriction: null, weekendRestricted: true, addresses: null }],
    ['/upper-rights', { rights: [] }],
  ])('is changed only under the mark that was read: PUT …%s', async (path, body) => {
    expect((await door.call('PUT', `${HERE}/${ID}${path}`, { body })).status).toBe(428);
    expect(door.auth.asked).toEqual([]);
    expect((await door.call('PUT', `${HERE}/${ID}${path}`, { body, seen: '"m1"' })).status).toBe(200);
    expect(door.auth.asked[0]!.body).toMatchObject({ ifMark: 'm1' });
  });

  it('has every cell of its upper rights: whether there is such a thing, and whether it is given', async () => {
    const { headers, body } = await door.call('GET', `${HERE}/${ID}/upper-rights`);
    const cells = body['cells'] as { stream: string; direction: string; supported: boolean; given: boolean }[];
    expect(headers['etag']).toBe('"m3"');
    expect(cells).toHaveLength(2 * STREAM_NAMES.length);
    expect(cells.filter(({ stream, supported }) => supported && !stream.startsWith('severa-'))).toHaveLength(11);
    expect(cells.filter(({ given }) => given)).toEqual([
      { stream: 'palkat', direction: 'import', supported: true, given: true },
    ]);
  });

  it('is listed with a cursor that goes on after the last of a page', async () => {
    const { body } = await door.call('GET', `${HERE}?limit=1&search=kump`);
    expect(body['next']).toEqual(expect.any(String));
    await door.call('GET', `${HERE}?cursor=${String(body['next'])}`);
    expect(door.auth.asked.map((one) => one.body)).toEqual([
      { search: 'kump', limit: 1, internal: true },
      { after: 'kumppani', limit: 50, internal: true },
    ]);
  });

  it.each(['cursor=*', `cursor=${Buffer.from('a\0').toString('base64url')}`, 'limit=201', 'limit=0', 'search=%00'])(
    'is not listed by %s',
    async (query) => {
      expect((await door.call('GET', `${HERE}?${query}`)).status).toBe(400);
    },
  );

  it('is sent a new password when it is asked for, and the answer says how far that is', async () => {
    expect(await door.call('POST', `${HERE}/${ID}/password`)).toMatchObject({ status: 202, body: { kind: 'none' } });
  });
});

describe('a machine with a one-time password', () => {
  const credentials = { userName: 'kumppani', password: 'abcd-abcd' };
  const change = { userName: 'kumppani', oldPassword: 'abcd-abcd', newPassword: 'a long and quiet word' };

  it('is told to change it', async () => {
    door.auth.answers.set('auth.sign-in.v1', { session: null, changeNeeded: true });
    expect(await door.call('POST', '/v1/token', { body: credentials })).toMatchObject({
      status: 403,
      body: { code: 'password.change-needed' },
    });
  });

  it('changes it, or is refused like a sign-in', async () => {
    door.auth.answers.set('auth.partner-password-change.v1', { changed: true });
    expect((await door.call('POST', '/v1/token/password', { body: change })).status).toBe(204);
    door.auth.answers.set('auth.partner-password-change.v1', { changed: false });
    door.auth.answers.set('auth.sign-in.v1', { session: null });
    const [changing, signingIn] = [
      await door.call('POST', '/v1/token/password', { body: change }),
      await door.call('POST', '/v1/token', { body: credentials }),
    ];
    const said = ({ status, body }: typeof changing) => [status, body['code'], body['detail']];
    expect(said(changing)).toEqual(said(signingIn));
    expect(changing.status).toBe(401);
  });
});

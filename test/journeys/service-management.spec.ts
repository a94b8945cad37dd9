import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Answer } from '../../scripts/local/api-client.ts';
import { install, type Installed } from './installed.ts';

interface Cell {
  readonly direction: string;
  readonly grantable: boolean;
  readonly whyNot: string | null;
  readonly label: string;
  readonly explanation: string | null;
}

/** Service Management over HTTP: what it shows, what it refuses, and that nobody changes what they have not seen. */
describe('Service Management', () => {
  let installed: Installed;
  const [environment, elsewhere, partnerUserId] = [randomUUID(), randomUUID(), randomUUID()];
  let companies: string;
  let company: string;

  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    installed.operator.call(method, path, {
      headers: {
        'accept-language': 'fi',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const tagOf = (answer: Answer): string => answer.headers.get('etag') ?? '';
  const seen = (answer: Answer) => ({ 'if-match': tagOf(answer) });

  beforeAll(async () => {
    installed = await install();
    const { operator } = installed;
    for (const id of [environment, elsewhere]) await operator.saveRule('environment', id, { name: 'Tilitoimisto' });
    await operator.saveRule('partner-user', partnerUserId, { userName: 'kumppani', company: 'Kumppani Oy' });
    const rights = [{ stream: 'palkat', direction: 'import' }];
    await operator.saveRule('upper-rights', partnerUserId, { rights });
    companies = `/v1/environments/${environment}/companies`;
  }, 90_000);
  afterAll(() => installed.stop());

  it('makes a company, finds it, and changes it only as it was seen', async () => {
    const made = await call('POST', companies, { name: 'Asiakas Oy', fivaldiNumber: '77', businessId: '1234567-1' });
    expect(made.status).toBe(201);
    company = made.headers.get('location') ?? '';
    expect((await call('GET', `${companies}?search=asia`)).body).toMatchObject({
      companies: [{ name: 'Asiakas Oy', webServices: true }],
      next: null,
    });
    const shown = await call('GET', company);
    expect(tagOf(shown)).toBe(tagOf(made));
    const changed = { name: 'Asiakas Oy', fivaldiNumber: '77', webServices: false };
    expect(await call('PUT', company, changed)).toMatchObject({ status: 428, body: { code: 'rule.unconditional' } });
    expect(await call('PUT', company, changed, seen(shown))).toMatchObject({ status: 200 });
    expect(await call('PUT', company, changed, seen(shown))).toMatchObject({ status: 412 });
    expect(await call('PUT', `${companies}/${randomUUID()}`, changed, seen(shown))).toMatchObject({ status: 404 });
    const faulty = { ...changed, name: '', businessId: '1234567' };
    const { status, body } = await call('PUT', company, faulty, seen(shown));
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([{ pointer: '/name' }, { pointer: '/businessId' }]);
  });

  it('has the branch of partner users only with Web Services on, and grants nothing without', async () => {
    const tree = () => call('GET', `${company}/service-management`);
    const user = `${company}/partner-users/${partnerUserId}`;
    expect((await tree()).body).toMatchObject({ webServices: false, children: [] });
    const rights = [{ stream: 'palkat', direction: 'import' }];
    expect(await call('PUT', `${user}/grants`, { rights }, seen(await call('GET', user)))).toMatchObject({
      status: 409,
      body: { code: 'web-services.off' },
    });
    await call('PUT', company, { name: 'Asiakas Oy', fivaldiNumber: '77' }, seen(await call('GET', company)));
    expect((await tree()).body).toMatchObject({
      children: [{ key: 'partner-users', label: 'Kumppanikäyttäjät', children: [{ userName: 'kumppani' }] }],
    });
    expect(await call('PUT', `${user}/grants`, { rights }, seen(await call('GET', user)))).toMatchObject({
      status: 204,
    });
  });

  it('refuses what the tree shows red, and says why in the reader’s language', async () => {
    const user = `${company}/partner-users/${partnerUserId}`;
    const shown = await call('GET', user);
    const streams = shown.body['streams'] as { stream: string; directions: Cell[] }[];
    const red = streams.flatMap(({ stream, directions }) =>
      directions.filter(({ grantable }) => !grantable).map((cell) => ({ stream, ...cell })),
    );
    expect(red).toHaveLength(31);
    const kiha = red.filter(({ stream }) => stream === 'kiha');
    expect(kiha).toMatchObject([
      { label: 'lisäys', whyNot: 'DIRECTION_UNSUPPORTED', explanation: expect.stringContaining('ei tue') },
      { label: 'käyttö', whyNot: 'VISMA_GRANT_MISSING', explanation: expect.stringContaining('operaattori') },
    ]);
    const rights = red.map(({ stream, direction }) => ({ stream, direction }));
    const refused = await call('PUT', `${user}/grants`, { rights }, seen(shown));
    expect(refused).toMatchObject({ status: 403, body: { code: 'rights.refused' } });
    expect(refused.body['errors']).toEqual(red.map(({ whyNot }, no) => ({ pointer: `/rights/${no}`, code: whyNot })));
    expect(tagOf(await call('GET', user))).toBe(tagOf(shown));
  });

  it('changes many at once as the preview has shown', async () => {
    const grants = `/v1/environments/${environment}/grants`;
    await call('POST', companies, { name: 'Toinen Oy', fivaldiNumber: '78' });
    const give = [
      { stream: 'palkat', direction: 'import' },
      { stream: 'kiha', direction: 'export' },
    ];
    const matrix = { partnerUserIds: [partnerUserId], companyIds: 'all', give };
    const preview = await call('POST', `${grants}/preview`, matrix);
    const counts = { given: 1, already: 1, VISMA_GRANT_MISSING: 2 };
    expect(preview).toMatchObject({ status: 200, body: { counts, changedPairs: 1 } });
    expect(await call('POST', grants, matrix)).toMatchObject({ status: 428 });
    expect(await call('POST', grants, matrix, seen(preview))).toMatchObject({ status: 200, body: { counts } });
    expect(await call('POST', grants, matrix, seen(preview))).toMatchObject({ status: 412 });
    const read = await call('GET', `${grants}?partnerUserId=${partnerUserId}&stream=palkat`);
    expect(read.body['companies']).toMatchObject([{ grants: [{ inert: false }] }, { grants: [{ inert: false }] }]);
  });

  it('warns before a restriction group locks somebody out, and before it is removed with members', async () => {
    const group = `${company}/restriction-groups/${encodeURIComponent('yö työ')}`;
    const place = `${company}/partner-users/${partnerUserId}/restriction-group`;
    expect(await call('PUT', group, { times: null })).toMatchObject({ status: 428 });
    expect(await call('PUT', group, { times: null }, { 'if-none-match': '*' })).toMatchObject({ status: 204 });
    expect(await call('PUT', group, { times: null }, { 'if-none-match': '*' })).toMatchObject({ status: 412 });
    expect(await call('PUT', place, { name: 'yö työ' }, seen(await call('GET', place)))).toMatchObject({ status: 204 });

    const preview = await call('POST', `${group}/preview`, { times: [] });
    expect(preview).toMatchObject({ status: 200, body: { locksOut: true } });
    expect(preview.body['members']).toMatchObject([
      { warnings: [{ code: 'NEVER_OPEN', message: expect.stringContaining('ei pääse enää') }] },
    ]);
    const locking = await call('PUT', group, { times: [] }, seen(preview));
    expect(locking).toMatchObject({
      status: 409,
      body: { code: 'restriction-group.locks-out', emptyLists: ['/times'] },
    });
    expect(await call('PUT', `${group}?confirm=lockout`, { times: [] }, seen(preview))).toMatchObject({ status: 204 });

    const shown = await call('GET', group);
    expect(await call('DELETE', group, undefined, seen(shown))).toMatchObject({ status: 409, body: { members: 1 } });
    expect(await call('DELETE', `${group}?confirm=members`, undefined, seen(shown))).toMatchObject({
      status: 200,
      body: { membersFreed: 1 },
    });
    expect(await call('GET', group)).toMatchObject({ status: 404, body: { code: 'restriction-group.absent' } });
  });

  it('knows nothing of a company under another environment', async () => {
    const there = company.replace(environment, elsewhere);
    const some = { 'if-match': '"mark"' };
    const restrictions = { times: null };
    const askings: [string, string, unknown?][] = [
      ['GET', there],
      ['PUT', there, { name: 'Oma', fivaldiNumber: '1' }],
      ['GET', `${there}/service-management`],
      ['GET', `${there}/partner-users/${partnerUserId}`],
      ['PUT', `${there}/partner-users/${partnerUserId}/grants`, { rights: [] }],
      ['GET', `${there}/partner-users/${partnerUserId}/restriction-group`],
      ['PUT', `${there}/partner-users/${partnerUserId}/restriction-group`, { name: null }],
      ['GET', `${there}/restriction-groups`],
      ['GET', `${there}/restriction-groups/a`],
      ['PUT', `${there}/restriction-groups/a`, restrictions],
      ['POST', `${there}/restriction-groups/a/preview`, restrictions],
      ['DELETE', `${there}/restriction-groups/a`],
      ['GET', `${there}/xml-settings`],
    ];
    for (const [method, path, body] of askings) {
      const { status, body: problem } = await call(method, path, body, some);
      expect([method, path, status, problem['code']]).toEqual([method, path, 404, 'company.absent']);
    }
  });
});

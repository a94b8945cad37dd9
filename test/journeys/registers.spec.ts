/** Registers kept by hand, over HTTP: who may, and what of other firms can be told. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ApiClient, Answer } from '../../scripts/local/api-client.ts';
import { install, type Installed } from './installed.ts';
import { personAtWork } from './signed-in.ts';

let installed: Installed;
let operator: ApiClient;
let mainUser: ApiClient;
let accountant: ApiClient;
let own: { environment: string; company: string; other: string };
let theirs: { environment: string; company: string };

beforeAll(async () => {
  installed = await install();
  ({ operator } = installed);
  own = { ...(await firm('Tilitoimisto')), other: '' };
  own.other = await newCompany(own.environment, '778');
  theirs = await firm('Naapuri');
  mainUser = await atWork('main-user', null);
  accountant = await atWork('accountant', own.company);
}, 120_000);
afterAll(() => installed.stop(), 60_000);

const located = (answer: Answer): string => answer.headers.get('location')?.split('/').at(-1) ?? '';
const atWork = async (role: string, companyId: string | null) =>
  (await personAtWork(operator, [{ role, environmentId: own.environment, companyId }])).client;

async function firm(name: string) {
  const environment = located(await send(operator, 'POST', '/v1/environments', { name }));
  return { environment, company: await newCompany(environment, '777') };
}

const newCompany = async (environment: string, fivaldiNumber: string) =>
  located(
    await send(operator, 'POST', `/v1/environments/${environment}/companies`, { name: 'Asiakas Oy', fivaldiNumber }),
  );

const send = (client: ApiClient, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  client.call(method, path, {
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const register = (name = 'product', company = own.company) =>
  `/v1/environments/${own.environment}/companies/${company}/registers/${name}/records`;
const record = (key: string, ...of: Parameters<typeof register>) => `${register(...of)}/${encodeURIComponent(key)}`;
const NEW = { 'if-none-match': '*' };
const seen = (answer: Answer) => ({ 'if-match': answer.headers.get('etag') ?? '' });

describe('a register over HTTP', () => {
  it.each(['A/1 ä', '100%', '?#&', '😀'.repeat(20), '__proto__', 'versions'])(
    'keeps a record called %s',
    async (key) => {
      const body = { fields: { name: key.slice(0, 40) } };
      const made = await send(accountant, 'PUT', record(key), body, NEW);
      expect(made.status).toBe(201);
      const read = await send(accountant, 'GET', record(key));
      expect(read.body).toMatchObject({ key, fields: body.fields, imported: false });
      expect(seen(read)).toEqual(seen(made));
      const changed = await send(mainUser, 'PATCH', record(key), { fields: { unit: 'kpl' } }, seen(read));
      expect(changed.status).toBe(204);
      const versions = await send(mainUser, 'GET', `${record(key)}/versions`);
      expect(versions.body['versions']).toMatchObject([{ what: 'changed' }, { what: 'created' }]);
    },
  );

  it('wants to know what was seen', async () => {
    const made = await send(mainUser, 'PUT', record('B'), { fields: {} }, NEW);
    expect((await send(mainUser, 'PUT', record('B'), { fields: {} })).body).toMatchObject({
      code: 'record.unconditional',
    });
    expect((await send(mainUser, 'DELETE', record('B'))).status).toBe(428);
    expect((await send(mainUser, 'PUT', record('B'), { fields: {} }, NEW)).body).toMatchObject({
      code: 'record.exists',
    });
    await send(mainUser, 'PUT', record('B'), { fields: { name: 'C' } }, seen(made));
    const late = await send(mainUser, 'DELETE', record('B'), undefined, seen(made));
    expect([late.status, late.body['code']]).toEqual([412, 'record.outdated']);
  });

  it('tells every fault in the caller’s language', async () => {
    const fields = { name: 'x'.repeat(81), unit: 'x'.repeat(11) };
    const answer = await send(mainUser, 'PUT', record('F'), { fields }, { ...NEW, 'accept-language': 'sv' });
    expect([answer.status, answer.body['code']]).toEqual([400, 'record.invalid']);
    expect(answer.body['errors']).toMatchObject([
      { pointer: '/fields/name', code: 'too-long', limit: 80, message: 'Beskrivning får ha högst 80 tecken.' },
      { pointer: '/fields/unit', code: 'too-long', limit: 10 },
    ]);
  });

  it('is read by the operator without identity codes, and not changed', async () => {
    const fields = { last_name: 'Aho', social_security_number: '010101-123N' };
    const made = await send(accountant, 'PUT', record('E1', 'employee'), { fields }, NEW);
    expect((await send(accountant, 'GET', record('E1', 'employee'))).body).toMatchObject({ fields });
    const read = await send(operator, 'GET', record('E1', 'employee'));
    expect(read.body).toMatchObject({ fields: { last_name: 'Aho', social_security_number: '•••' } });
    const refused = await send(operator, 'PATCH', record('E1', 'employee'), { fields: {} }, seen(made));
    expect([refused.status, refused.body['code']]).toEqual([403, 'role.missing']);
  });

  it('of a company that is another firm’s does not exist, nor does one of nobody’s', async () => {
    const asked = (company: string) =>
      Promise.all([
        send(mainUser, 'GET', register('product', company)),
        send(mainUser, 'GET', record('A', 'product', company)),
        send(mainUser, 'PUT', record('A', 'product', company), { fields: {} }, NEW),
        send(mainUser, 'GET', `${record('A', 'product', company)}/versions`),
      ]);
    const shape = (answers: readonly Answer[]) =>
      answers.map(({ status, body }) => [status, body['code'], body['detail']]);
    const [real, imagined] = [await asked(theirs.company), await asked(randomUUID())];
    expect(shape(real)).toEqual(shape(imagined));
    expect(new Set(real.map(({ status, body }) => `${status} ${String(body['code'])}`))).toEqual(
      new Set(['404 company.absent']),
    );
  });

  it('is out of reach of an accountant of another company', async () => {
    const answer = await send(accountant, 'GET', register('product', own.other));
    expect([answer.status, answer.body['code']]).toEqual([404, 'environment.absent']);
  });

  it('there is none of any other name', async () => {
    for (const name of ['nothing', 'sqlite_master', 'Product']) {
      expect((await send(mainUser, 'GET', register(name))).status).toBeGreaterThanOrEqual(400);
    }
  });
});

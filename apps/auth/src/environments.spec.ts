import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { listEnvironments } from '#lib/contracts';

import { AuthUnderTest } from './auth.spec-support.js';
import { Environments } from './environments.js';
import { cursorAt } from './service-management/page-cursor.js';

let auth: AuthUnderTest;
let environments: Environments;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
  environments = new Environments(auth.database);
});
afterAll(() => auth.close());

const list = (ask: object) => environments.list(listEnvironments.ask.parse({ among: null, ...ask }));

describe('a list of environments', () => {
  it.each([
    ['search', { search: 'a\0b' }, 'text.unusable'],
    ['cursor', { cursor: cursorAt(['a\0b', randomUUID()]) }, 'cursor.unreadable'],
  ])('refuses a %s that no name can hold, and says so', async (field, ask, code) => {
    await expect(list(ask)).rejects.toMatchObject({
      code: 'rule.unusable',
      details: { errors: [{ pointer: `/${field}`, code }] },
    });
  });

  it('holds those that the asker reaches, in pages that miss none', async () => {
    const mine = [await auth.environment({ name: 'B' }), await auth.environment({ name: 'a' })];
    await auth.environment({ name: 'C' });
    const first = await list({ among: mine, limit: 1 });
    const second = await list({ among: mine, limit: 1, cursor: first.next! });
    expect([...first.environments, ...second.environments].map(({ name }) => name)).toEqual(['a', 'B']);
    expect(second.next).toBeNull();
    expect((await list({ among: [] })).environments).toEqual([]);
  });
});

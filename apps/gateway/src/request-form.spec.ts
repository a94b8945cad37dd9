import { readFileSync, readdirSync } from 'node:fs';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { FORM, HERE, ID, PartnerUsersUnderTest } from './partner-users.spec-support.js';

let door: PartnerUsersUnderTest;

beforeAll(async () => {
  door = await PartnerUsersUnderTest.start();
});
afterAll(() => door.close());
beforeEach(() => door.forget());

const refused = { status: 400, body: { code: 'request.invalid' } };

describe('a parameter of a query', () => {
  it.each([
    'limit=1&limit=1',
    'limit=1&limit=200',
    'search=a&search=b',
    'search=a&search=',
    'cursor=YQ&cursor=YQ',
    'search=a&search=b&search=c',
  ])('that comes more than once is refused, and none of its values is used: %s', async (query) => {
    expect(await door.call('GET', `${HERE}?${query}`)).toMatchObject(refused);
    expect(door.auth.asked).toEqual([]);
  });

  it.each(['limit[]=1', 'limit[0]=1', 'search[$ne]=x', 'search.a=b', '__proto__[limit]=200', 'constructor=x'])(
    'is a plain name: what looks like more says nothing, %s',
    async (query) => {
      expect((await door.call('GET', `${HERE}?${query}`)).status).toBe(200);
      expect(door.auth.asked.map(({ body }) => body)).toEqual([{ limit: 50, internal: true }]);
    },
  );

  it('is no field of a body, nor the reverse', async () => {
    expect(
      await door.call('POST', `${HERE}?userName=kumppani`, { body: { ...FORM, userName: undefined } }),
    ).toMatchObject(refused);
    expect(door.auth.asked).toEqual([]);
  });
});

describe('a value of a body', () => {
  it.each<[string, unknown]>([
    ['a number', 7],
    ['a list of one', ['kumppani']],
    ['an object', { toString: 'kumppani' }],
    ['true', true],
    ['null', null],
  ])('that is to be text is refused as %s, and made into nothing else', async (_, userName) => {
    const answer = await door.call('POST', HERE, { body: { ...FORM, userName } });
    expect(answer).toMatchObject(refused);
    expect(answer.body['errors']).toMatchObject([{ pointer: '/userName', code: 'invalid_type' }]);
    expect(door.auth.asked).toEqual([]);
  });

  it.each<[unknown]>([['true'], [1], [null], [[]]])(
    'that is to be true or false is refused as %j',
    async (weekendRestricted) => {
      const body = { weekdayRestriction: null, weekendRestricted, addresses: null };
      expect(await door.call('PUT', `${HERE}/${ID}/usage-restrictions`, { body, seen: '"m1"' })).toMatchObject(refused);
      expect(door.auth.asked).toEqual([]);
    },
  );

  it.each(['x', `${ID}x`, `${ID},${ID}`, '%00', '1'])('that is to be an id is refused as %s', async (id) => {
    expect(await door.call('GET', `${HERE}/${id}`)).toMatchObject(refused);
    expect(door.auth.asked).toEqual([]);
  });
});

describe('whatever a controller takes', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.controller.ts'))
    .map((file) => ({ file, text: readFileSync(new URL(file, import.meta.url), 'utf8') }));

  it('has a schema, but for rules, each of which has its own, and documents, which are read as such', () => {
    const taken = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/@(?:Query|Param|Body)\(([^)]{0,12})/g)].map(([, how = '']) => [file, how]),
    );
    const bare = taken.filter(([, how = '']) => !how.startsWith('{ schema'));
    expect(bare).toEqual([['operator.controller.ts', '']]);
    expect(taken.length).toBeGreaterThan(100);
  });
});

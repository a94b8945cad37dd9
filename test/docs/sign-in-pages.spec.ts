import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { SERVICE_WORDS } from '../../libs/policy/src/index.ts';
import { partnerUserForm } from '../../libs/contracts/src/index.ts';

const textOf = (file: string): string => readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8');
const PEOPLE = 'docs/how-to/people.md';
const SIGN_IN = 'docs/explanation/sign-in.md';
const SESSION = 'apps/auth/src/people/session.ts';
const COUNTERS = 'apps/auth/src/sign-in-counters.ts';

/** Numbers as the pages write them; those of time in minutes. */
const WORDS: Readonly<Record<string, number>> = {
  five: 5,
  fifth: 5,
  ten: 10,
  'half an hour': 30,
  'half-minute': 30,
  'eight hours': 480,
};
const numberOf = (said = ''): number => WORDS[said.replaceAll(/\s+/g, ' ')] ?? Number(said.replaceAll(/[_ ]/g, ''));

/** What a page says, where the code says it, and how many times one is of the other. */
const SAID: readonly (readonly [
  what: string,
  page: string,
  words: RegExp,
  code: string,
  number: RegExp,
  times: number,
])[] = [
  [
    'how long a session lasts',
    PEOPLE,
    /It ends after (eight hours)/,
    SESSION,
    /ABSOLUTE = `interval '(\d+) hours'/,
    60,
  ],
  [
    'when an idle one ends',
    PEOPLE,
    /after (half an hour) without a call/,
    SESSION,
    /IDLE = `interval '(\d+) minutes'/,
    1,
  ],
  [
    'how long factors stay fresh',
    PEOPLE,
    /within (five) minutes of signing in/,
    SESSION,
    /FRESH = `interval '(\d+) minutes'/,
    1,
  ],
  ['how many may be open', PEOPLE, /A person has (ten)\s+open sessions at most/, SESSION, /MOST_SESSIONS = (\d+)/, 1],
  ['how many on the other page', SIGN_IN, /A person may have (ten) sessions open/, SESSION, /MOST_SESSIONS = (\d+)/, 1],
  ['from which failure on one waits', PEOPLE, /From the (fifth) failure on/, COUNTERS, /patience: (\d+)/, 1],
  ['for how long at most', PEOPLE, /seconds up to (\d+) minutes/, COUNTERS, /least\((\d+), power/, 1 / 60],
  [
    'how short a password may be',
    PEOPLE,
    /Passwords have (\d+) to/,
    'apps/auth/src/people/new-password.ts',
    /SHORTEST = (\d+)/,
    1,
  ],
  [
    'how long it may be',
    PEOPLE,
    /Passwords have \d+ to (\d+) char/,
    'apps/auth/src/people/new-password.ts',
    /LONGEST = (\d+)/,
    1,
  ],
  [
    'how old a sign-in at the provider may be',
    SIGN_IN,
    /`OIDC_MAX_AGE_SECONDS` \((eight hours) unless told/,
    'apps/gateway/src/gateway-config.ts',
    /OIDC_MAX_AGE_SECONDS: .*default\(([\d_]+)\)/,
    1 / 60,
  ],
  [
    'the same in seconds',
    PEOPLE,
    /`OIDC_MAX_AGE_SECONDS` ago \((\d+) unless told/,
    'apps/gateway/src/gateway-config.ts',
    /OIDC_MAX_AGE_SECONDS: .*default\(([\d_]+)\)/,
    1,
  ],
];

describe('the pages on signing in', () => {
  it.each(SAID)('say %s as the code has it', (_, page, words, code, number, times) => {
    const [, said] = words.exec(textOf(page)) ?? [];
    const [, standing] = number.exec(textOf(code)) ?? [];
    expect(said).toBeDefined();
    expect(numberOf(said)).toBe(numberOf(standing) * times);
  });

  it('name every word of the service that no password is to be made of, and what else counts', () => {
    const page = textOf(PEOPLE);
    expect(SERVICE_WORDS.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
    for (const kind of ["person's name", 'e-mail', 'names of their firms', 'companies', 'user name']) {
      expect(page.replaceAll(/\s+/g, ' ')).toContain(kind);
    }
  });
});

describe('the page on partner users', () => {
  const rows = textOf('docs/how-to/partner-users.md').split('\n');
  const rowOf = (field: string): string => rows.find((row) => row.startsWith(`| \`${field}\``)) ?? '';
  const fields = Object.keys(partnerUserForm.shape);

  it.each(fields)('says by which rule %s is taken', (field) => expect(rowOf(field)).not.toBe(''));

  it.each([
    ['userName', 20],
    ['company', 60],
    ['mobile', 20],
    ['email', 100],
    ['internalNote', 2000],
    ['externalNote', 2000],
  ] as const)('says of %s that %d characters are taken, and one more is not', (field, limit) => {
    const schema = partnerUserForm.shape[field];
    const ofLength = (length: number): string =>
      field === 'email'
        ? `${'e'.repeat(length - 11)}@example.fi`
        : field === 'mobile'
          ? `040 ${'1'.repeat(length - 4)}`
          : 'x'.repeat(length);
    const tooLong = schema.safeParse(ofLength(limit + 1)).error?.issues ?? [];
    expect(tooLong.some(({ code }) => code === 'too_big')).toBe(true);
    expect(schema.safeParse(ofLength(limit)).error?.issues.some(({ code }) => code === 'too_big') ?? false).toBe(false);
    expect(rowOf(field)).toMatch(new RegExp(`(?<!\\d)${limit}(?!\\d)`));
  });
});

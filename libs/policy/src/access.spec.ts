import { describe, expect, it } from '@jest/globals';

import {
  ACCESS_REASONS,
  type AccessQuestion,
  type AccessReason,
  type AccessSnapshot,
  decideAccess,
  type PartnerUserFacts,
  type RestrictionGroupFacts,
} from './access.js';

const COMPANY = 'b1f0c7de-0000-4000-8000-000000000001';
const WEDNESDAY_NOON = new Date('2026-07-15T09:00:00Z');
const SUNDAY_NIGHT = new Date('2026-07-19T20:00:00Z');

const USER: PartnerUserFacts = {
  active: true,
  lockedUntil: null,
  scopeCompanyId: COMPANY,
  addresses: ['192.0.2.0/24'],
  weekdayRestriction: { from: 22 * 60, to: 6 * 60 },
  weekendRestricted: false,
};
const GROUP: RestrictionGroupFacts = {
  times: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 0, to: 1_440 })),
  addresses: ['192.0.2.1-192.0.2.9', '2001:db8::/32'],
};
/** Every restriction there is, and the client meets them all. */
const ALLOWED: AccessSnapshot = {
  partnerUser: USER,
  company: { id: COMPANY, environmentActive: true, timeZone: 'Europe/Helsinki' },
  directionSupported: true,
  upperRight: true,
  grant: true,
  restrictionGroup: GROUP,
  xmlSettingsComplete: true,
};
const NOW: AccessQuestion = { at: WEDNESDAY_NOON, client: { kind: 'address', address: '192.0.2.1' } };

interface Case {
  readonly snapshot: AccessSnapshot;
  readonly question: AccessQuestion;
}
const withUser = ({ snapshot, question }: Case, facts: Partial<PartnerUserFacts>): Case => ({
  snapshot: { ...snapshot, partnerUser: { ...(snapshot.partnerUser ?? USER), ...facts } },
  question,
});
const withGroup = ({ snapshot, question }: Case, facts: Partial<RestrictionGroupFacts>): Case => ({
  snapshot: { ...snapshot, restrictionGroup: { ...(snapshot.restrictionGroup ?? GROUP), ...facts } },
  question,
});
const withFacts = ({ snapshot, question }: Case, facts: Partial<AccessSnapshot>): Case => ({
  snapshot: { ...snapshot, ...facts },
  question,
});

const NOON_CLOSED = { from: 12 * 60, to: 13 * 60 };
const AFTER_AN_HOUR = [
  { weekday: 3, from: 13 * 60, to: 14 * 60 },
  { weekday: 1, from: 0, to: 1_440 },
];

/** How each reason comes about, one change to a case each. A missing user comes last, because it takes the place. */
const CAUSES: readonly (readonly [AccessReason, (from: Case) => Case])[] = [
  ['ACCOUNT_LOCKED', (from) => withUser(from, { lockedUntil: new Date(SUNDAY_NIGHT.getTime() + 1) })],
  ['PARTNER_DISABLED', (from) => withUser(from, { active: false })],
  [
    'TENANT_SUSPENDED',
    (from) => withFacts(from, { company: { id: COMPANY, timeZone: 'Europe/Helsinki', environmentActive: false } }),
  ],
  ['DIRECTION_UNSUPPORTED', (from) => withFacts(from, { directionSupported: false })],
  ['VISMA_GRANT_MISSING', (from) => withFacts(from, { upperRight: false })],
  ['COMPANY_GRANT_MISSING', (from) => withFacts(from, { grant: false })],
  ['IP_NOT_ALLOWED', (from) => withUser(from, { addresses: ['198.51.100.1'] })],
  ['GROUP_IP_NOT_ALLOWED', (from) => withGroup(from, { addresses: [] })],
  ['WEEKDAY_WINDOW', (from) => withUser(from, { weekdayRestriction: NOON_CLOSED })],
  [
    'WEEKEND',
    (from) => {
      const { snapshot, question } = withUser(from, { weekendRestricted: true });
      return { snapshot, question: { ...question, at: SUNDAY_NIGHT } };
    },
  ],
  ['GROUP_TIME', (from) => withGroup(from, { times: AFTER_AN_HOUR })],
  ['XML_SETTINGS_INCOMPLETE', (from) => withFacts(from, { xmlSettingsComplete: false })],
  ['COMPANY_NOT_VISIBLE', (from) => withFacts(from, { company: null })],
  ['AUTH_FAILED', (from) => withFacts(from, { partnerUser: null })],
];
const TIME_REASONS: readonly AccessReason[] = ['WEEKDAY_WINDOW', 'WEEKEND', 'GROUP_TIME'];

/** What the table in the docstring promises when exactly these causes are there. */
function expectedReasons(caused: ReadonlySet<AccessReason>): readonly AccessReason[] {
  if (caused.has('AUTH_FAILED')) return ['AUTH_FAILED'];
  const visible = !caused.has('COMPANY_NOT_VISIBLE');
  return ACCESS_REASONS.filter((reason) => {
    if (!caused.has(reason)) return false;
    if (!visible) return ['ACCOUNT_LOCKED', 'PARTNER_DISABLED', 'COMPANY_NOT_VISIBLE'].includes(reason);
    // A question is asked on one day: on the weekend no weekday restriction applies.
    return reason !== 'WEEKDAY_WINDOW' || !caused.has('WEEKEND');
  });
}

function reasonsOf({ snapshot, question }: Case): readonly AccessReason[] {
  const decision = decideAccess(snapshot, question);
  return decision.allowed ? [] : decision.reasons;
}

describe('an access decision', () => {
  it('allows when every rule is met', () => {
    expect(decideAccess(ALLOWED, NOW)).toEqual({ allowed: true });
  });

  it.each(CAUSES)('says %s, and that alone, for its one cause', (reason, cause) => {
    expect(reasonsOf(cause({ snapshot: ALLOWED, question: NOW }))).toEqual([reason]);
  });

  it('gives every reason there is, in order, for each combination of causes', () => {
    const wrong: string[] = [];
    for (let combination = 0; combination < 2 ** CAUSES.length; combination += 1) {
      const chosen = CAUSES.filter((_, bit) => combination & (1 << bit));
      const caused = new Set(chosen.map(([reason]) => reason));
      const { snapshot, question } = chosen.reduce<Case>((from, [, cause]) => cause(from), {
        snapshot: ALLOWED,
        question: NOW,
      });
      const expected = expectedReasons(caused);
      const decision = decideAccess(snapshot, question);
      const time = expected.filter((reason) => TIME_REASONS.includes(reason));
      const fits = decision.allowed
        ? expected.length === 0
        : decision.reasons.join() === expected.join() &&
          decision.waits === (time.length === expected.length) &&
          (decision.opensAt !== null) === time.length > 0;
      if (!fits) wrong.push(`${[...caused].join()} -> ${JSON.stringify(decision)}`);
    }
    expect(wrong).toEqual([]);
  });

  it('tells a stranger to a company as little as of a company that does not exist', () => {
    const unknown = withFacts({ snapshot: ALLOWED, question: NOW }, { company: null });
    const other = CAUSES.filter(([reason]) => reason !== 'COMPANY_NOT_VISIBLE' && reason !== 'AUTH_FAILED')
      .filter(([reason]) => reason !== 'ACCOUNT_LOCKED' && reason !== 'PARTNER_DISABLED')
      .reduce<Case>((from, [, cause]) => cause(from), { snapshot: ALLOWED, question: NOW });
    const outside = withUser(other, { scopeCompanyId: 'b1f0c7de-0000-4000-8000-000000000002' });
    expect(decideAccess(outside.snapshot, outside.question)).toEqual(decideAccess(unknown.snapshot, NOW));
    expect(reasonsOf(outside)).toEqual(['COMPANY_NOT_VISIBLE']);
  });

  it('lets a partner user of all environments see every company', () => {
    expect(reasonsOf(withUser({ snapshot: ALLOWED, question: NOW }, { scopeCompanyId: null }))).toEqual([]);
  });

  it('locks until the very instant the lock runs out', () => {
    const locked = (at: number) =>
      reasonsOf(withUser({ snapshot: ALLOWED, question: NOW }, { lockedUntil: new Date(at) }));
    expect(locked(WEDNESDAY_NOON.getTime() + 1)).toEqual(['ACCOUNT_LOCKED']);
    expect(locked(WEDNESDAY_NOON.getTime())).toEqual([]);
    expect(locked(Number.NaN)).toEqual(['ACCOUNT_LOCKED']);
  });
});

describe('a decision that only the clock refuses', () => {
  it.each([
    ['the weekday restriction', { weekdayRestriction: NOON_CLOSED }, {}, '2026-07-15T10:00:00Z'],
    ['the times of the group', {}, { times: AFTER_AN_HOUR }, '2026-07-15T10:00:00Z'],
    [
      'both, whose openings must meet',
      { weekdayRestriction: { from: 12 * 60, to: 14 * 60 }, weekendRestricted: true },
      { times: AFTER_AN_HOUR },
      '2026-07-19T21:00:00Z',
    ],
  ])('waits for %s', (_, user, group, opensAt) => {
    const { snapshot, question } = withGroup(withUser({ snapshot: ALLOWED, question: NOW }, user), group);
    const decision = decideAccess(snapshot, question);
    expect(decision).toMatchObject({ allowed: false, waits: true, opensAt: new Date(opensAt) });
    expect(decideAccess(snapshot, { ...question, at: new Date(opensAt) })).toEqual({ allowed: true });
  });

  it('never opens when the group allows no time, and says so', () => {
    const { snapshot } = withGroup({ snapshot: ALLOWED, question: NOW }, { times: [] });
    expect(decideAccess(snapshot, NOW)).toEqual({
      allowed: false,
      reasons: ['GROUP_TIME'],
      waits: true,
      opensAt: null,
    });
  });

  it('does not wait when something else refuses too, but still says when it opens', () => {
    const from = withUser({ snapshot: ALLOWED, question: NOW }, { weekdayRestriction: NOON_CLOSED });
    const { snapshot } = withFacts(from, { grant: false });
    expect(decideAccess(snapshot, NOW)).toMatchObject({ waits: false, opensAt: new Date('2026-07-15T10:00:00Z') });
  });
});

describe('a decision on facts that are wrong', () => {
  const broken = { allowed: false, reasons: ['DECISION_ERROR'], waits: false, opensAt: null };

  it.each([
    ['an unknown zone', { company: { id: COMPANY, environmentActive: true, timeZone: 'Europe/Tampere' } }, NOW],
    ['no instant', {}, { ...NOW, at: new Date(Number.NaN) }],
    ['an unreadable window', { partnerUser: { ...USER, weekdayRestriction: { from: -1, to: 9 } } }, NOW],
    ['an unknown kind of client', {}, { ...NOW, client: { kind: 'proxy' } } as unknown as AccessQuestion],
  ])('refuses %s, with what was thrown', (_, facts, question) => {
    const decision = decideAccess({ ...ALLOWED, ...facts }, question);
    expect(decision).toMatchObject({ ...broken, cause: expect.any(Error) });
  });

  it.each(pathsOf(ALLOWED))('never allows when %s is missing', (path) => {
    const sunday = { ...NOW, at: SUNDAY_NIGHT };
    expect(decideAccess(ALLOWED, sunday)).toEqual({ allowed: true });
    expect(decideAccess(without(ALLOWED, path.split('.')) as AccessSnapshot, sunday).allowed).toBe(false);
  });

  /** Every fact of the snapshot and of the objects in it, as `partnerUser.active`. */
  function pathsOf(value: object, prefix = ''): readonly string[] {
    return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => [
      prefix + key,
      ...(inner !== null && typeof inner === 'object' && !Array.isArray(inner)
        ? pathsOf(inner, `${prefix}${key}.`)
        : []),
    ]);
  }

  function without(value: object, [key = '', ...rest]: readonly string[]): object {
    const copy: Record<string, unknown> = { ...value };
    if (rest.length === 0) delete copy[key];
    else copy[key] = without(copy[key] as object, rest);
    return copy;
  }
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type AccessSnapshot, decideAccess } from './access.js';
import { ruleWords } from './rule-words.js';
import { questions, snapshots } from './spec/access-cases.spec-support.js';
import { type AccessChanges, applyChanges } from './what-if.js';

const FACTS: AccessSnapshot = {
  partnerUser: {
    active: true,
    lockedUntil: null,
    scopeCompanyId: null,
    addresses: ['192.0.2.0/24'],
    weekdayRestriction: { from: 1_320, to: 360 },
    weekendRestricted: true,
  },
  company: { id: 'c', environmentActive: true, timeZone: 'Europe/Helsinki' },
  directionSupported: true,
  upperRight: false,
  grant: false,
  restrictionGroup: { times: [{ weekday: 1, from: 480, to: 1_440 }], addresses: [] },
  xmlSettingsComplete: false,
};

describe('rules as they might be', () => {
  it.each<readonly [string, AccessChanges, Partial<AccessSnapshot>]>([
    ['an upper right', { upperRight: true }, { upperRight: true }],
    ['a grant', { grant: true }, { grant: true }],
    ['settings', { xmlSettingsComplete: true }, { xmlSettingsComplete: true }],
    ['no group', { group: null }, { restrictionGroup: null }],
    ['another group', { group: { times: [], addresses: null } }, { restrictionGroup: { times: [], addresses: null } }],
    ['a partner user switched off', { active: false }, { partnerUser: { ...FACTS.partnerUser!, active: false } }],
    ['any address', { partnerAddresses: null }, { partnerUser: { ...FACTS.partnerUser!, addresses: null } }],
    [
      'no weekday restriction',
      { weekdayRestriction: null },
      { partnerUser: { ...FACTS.partnerUser!, weekdayRestriction: null } },
    ],
    [
      'open weekends',
      { weekendRestricted: false },
      { partnerUser: { ...FACTS.partnerUser!, weekendRestricted: false } },
    ],
    [
      'a suspended environment',
      { environmentActive: false },
      { company: { ...FACTS.company!, environmentActive: false } },
    ],
  ])('with %s differ in that alone', (_, changes, expected) => {
    expect(applyChanges(FACTS, changes)).toEqual({ ...FACTS, ...expected });
  });

  it('without a change are the rules as they are', () => {
    fc.assert(
      fc.property(snapshots, questions, (facts, asked) => {
        expect(decideAccess(applyChanges(facts, {}), asked)).toEqual(decideAccess(facts, asked));
      }),
      { numRuns: 300 },
    );
  });

  it('make nobody out of nothing', () => {
    const nobody = { ...FACTS, partnerUser: null, company: null };
    expect(applyChanges(nobody, { active: true, environmentActive: true })).toEqual(nobody);
  });
});

describe('what a rule says', () => {
  it.each([
    ['WEEKDAY_WINDOW', 'suljettu ma–pe 22.00–6.00', 'closed Mon–Fri 22:00–6:00'],
    ['WEEKEND', 'suljettu la 0.00 – su 24.00', 'closed Sat 0:00 – Sun 24:00'],
    ['IP_NOT_ALLOWED', 'sallittu: 192.0.2.0/24', 'allowed: 192.0.2.0/24'],
    ['GROUP_TIME', 'Rajoitusryhmä “Yö”, sallittu: ma 8.00–24.00', 'Restriction group “Yö”, allowed: Mon 8:00–24:00'],
    [
      'GROUP_IP_NOT_ALLOWED',
      'Rajoitusryhmä “Yö”, sallittu: ei mikään osoite',
      'Restriction group “Yö”, allowed: no address',
    ],
  ] as const)('%s is told in words', (reason, fi, en) => {
    expect(ruleWords(reason, FACTS, 'Yö')).toMatchObject({ fi, en });
  });

  it('is nothing more than the reason, for a rule that is on or off', () => {
    expect(ruleWords('COMPANY_GRANT_MISSING', FACTS, null)).toBeNull();
  });
});

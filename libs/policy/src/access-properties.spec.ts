import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  ACCESS_REASONS,
  type AccessSnapshot,
  decideAccess,
  type PartnerUserFacts,
  type RestrictionGroupFacts,
} from './access.js';

const COMPANY = 'b1f0c7de-0000-4000-8000-000000000001';

describe('an access decision on any facts', () => {
  const minute = fc.integer({ min: 0, max: 1_440 });
  const address = fc.constantFrom('192.0.2.1', '192.0.2.0/24', '198.51.100.7', '2001:db8::/32', 'nonsense');
  const addresses = fc.option(fc.array(address, { maxLength: 5 }), { freq: 2 });
  const likely = fc.integer({ min: 0, max: 9 }).map((roll) => roll > 0);
  const time = fc.record({ weekday: fc.integer({ min: 1, max: 7 }), from: minute, to: minute });
  const at = fc.oneof(
    fc.date({ min: new Date('2026-03-25'), max: new Date('2026-04-01'), noInvalidDate: true }),
    fc.date({ min: new Date('2026-10-21'), max: new Date('2026-10-28'), noInvalidDate: true }),
  );
  const partnerUser = fc.record({
    active: likely,
    lockedUntil: fc.option(at, { freq: 1 }),
    scopeCompanyId: fc.constantFrom(null, COMPANY),
    addresses,
    weekdayRestriction: fc.option(fc.record({ from: minute, to: minute }), { freq: 1 }),
    weekendRestricted: fc.boolean(),
  });
  const restrictionGroup = fc.record({ times: fc.option(fc.array(time, { maxLength: 14 }), { freq: 1 }), addresses });
  const snapshot = fc.record({
    partnerUser,
    company: fc.record({
      id: fc.constant(COMPANY),
      environmentActive: likely,
      timeZone: fc.constantFrom('Europe/Helsinki', 'Europe/Stockholm'),
    }),
    directionSupported: likely,
    upperRight: likely,
    grant: likely,
    restrictionGroup: fc.option(restrictionGroup, { freq: 2 }),
    xmlSettingsComplete: likely,
  });
  const question = fc.record({
    at,
    client: fc.oneof(
      fc.record({ kind: fc.constant('address' as const), address: fc.constantFrom('192.0.2.1', '2001:db8::5') }),
      fc.record({ kind: fc.constantFrom('unreadable' as const, 'none' as const) }),
    ),
  });

  type Facts = AccessSnapshot & { readonly partnerUser: PartnerUserFacts };
  const user = (facts: Facts, changed: Partial<PartnerUserFacts>): Facts => ({
    ...facts,
    partnerUser: { ...facts.partnerUser, ...changed },
  });
  const group = (facts: Facts, changed: Partial<RestrictionGroupFacts>): Facts => ({
    ...facts,
    restrictionGroup: { times: null, addresses: null, ...facts.restrictionGroup, ...changed },
  });

  it.each<readonly [string, (facts: Facts) => Facts]>([
    ['the account is locked', (facts) => user(facts, { lockedUntil: new Date('2027-01-01') })],
    ['the partner user is switched off', (facts) => user(facts, { active: false })],
    ['its scope is another company', (facts) => user(facts, { scopeCompanyId: 'another' })],
    ['the direction goes', (facts) => ({ ...facts, directionSupported: false })],
    ['the upper right goes', (facts) => ({ ...facts, upperRight: false })],
    ['the grant goes', (facts) => ({ ...facts, grant: false })],
    ['the XML settings go', (facts) => ({ ...facts, xmlSettingsComplete: false })],
    [
      'its addresses become fewer',
      (facts) => user(facts, { addresses: facts.partnerUser.addresses?.slice(1) ?? ['192.0.2.1'] }),
    ],
    [
      'the weekday restriction comes, or becomes the whole day',
      (facts) =>
        user(facts, {
          weekdayRestriction: facts.partnerUser.weekdayRestriction ? { from: 0, to: 1_440 } : { from: 1_200, to: 480 },
        }),
    ],
    ['the weekend restriction comes', (facts) => user(facts, { weekendRestricted: true })],
    [
      'the group comes, or has fewer times',
      (facts) =>
        group(facts, { times: facts.restrictionGroup?.times?.slice(1) ?? [{ weekday: 3, from: 480, to: 960 }] }),
    ],
    [
      'the group comes, or has fewer addresses',
      (facts) => group(facts, { addresses: facts.restrictionGroup?.addresses?.slice(1) ?? ['192.0.2.1'] }),
    ],
  ])('no becomes yes never because %s', (_, tighten) => {
    fc.assert(
      fc.property(snapshot, question, (facts, asked) => {
        const tightened = decideAccess(tighten(facts), asked);
        expect(tightened.allowed && !decideAccess(facts, asked).allowed).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('both answers come up, and a refusal names each reason once, in order', () => {
    const answers = fc.sample(fc.tuple(snapshot, question), { numRuns: 2_000, seed: 7 }).map(([facts, asked]) => {
      const decision = decideAccess(facts, asked);
      if (!decision.allowed) {
        expect(decision.reasons).toEqual(ACCESS_REASONS.filter((reason) => decision.reasons.includes(reason)));
      }
      return decision.allowed;
    });
    expect(answers.filter(Boolean).length).toBeGreaterThan(100);
    expect(answers.filter((allowed) => !allowed).length).toBeGreaterThan(100);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  type AccessQuestion,
  type AccessSnapshot,
  decideAccess,
  type PartnerUserFacts,
  type RestrictionGroupFacts,
} from './access.js';
import { questions, snapshots, unreadable } from './spec/access-cases.spec-support.js';
import { askOracle, type OracleAnswer } from './spec/access-oracle.js';

/** `npm run test:oracle` asks many more. */
const RUNS = Number(process.env['ORACLE_RUNS'] ?? 5_000);
const LIMIT = 30_000 + RUNS * 2;

const COMPANY = 'b1f0c7de-0000-4000-8000-000000000001';
const HOUR = 3_600_000;

const NOON: AccessQuestion = { at: new Date('2026-07-15T09:00:00Z'), client: { kind: 'none' } };

const UNRESTRICTED: PartnerUserFacts = {
  active: true,
  lockedUntil: null,
  scopeCompanyId: null,
  addresses: null,
  weekdayRestriction: null,
  weekendRestricted: false,
};

/** The seed's table: whether each stream has an import, and an export. */
const CELLS: Readonly<Record<string, readonly [boolean, boolean]>> = {
  kiha: [false, true],
  palkat: [true, false],
  perustiedot: [true, false],
  projektit: [false, true],
  tilaukset: [true, true],
  tilaushistoria: [false, true],
  tuoterekisteri: [true, true],
  yritysrekisteri: [true, true],
};

type Tightening = (facts: AccessSnapshot) => AccessSnapshot;

const userWith =
  (change: (user: PartnerUserFacts) => Partial<PartnerUserFacts>): Tightening =>
  (facts) => ({ ...facts, partnerUser: facts.partnerUser && { ...facts.partnerUser, ...change(facts.partnerUser) } });
const groupWith =
  (change: (group: RestrictionGroupFacts) => Partial<RestrictionGroupFacts>): Tightening =>
  (facts) => {
    const group = facts.restrictionGroup ?? { times: null, addresses: null };
    return { ...facts, restrictionGroup: { ...group, ...change(group) } };
  };

const tightening: fc.Arbitrary<Tightening> = fc.constantFrom<Tightening>(
  (facts) => ({ ...facts, upperRight: false }),
  (facts) => ({ ...facts, grant: false }),
  (facts) => ({ ...facts, directionSupported: false }),
  (facts) => ({ ...facts, xmlSettingsComplete: false }),
  (facts) => ({ ...facts, company: facts.company && { ...facts.company, environmentActive: false } }),
  userWith(() => ({ active: false })),
  userWith(() => ({ weekendRestricted: true })),
  userWith(({ weekdayRestriction: rule }) => ({
    weekdayRestriction: rule ? { from: 0, to: 1_440 } : { from: 0, to: 9 },
  })),
  userWith(({ addresses }) => ({ addresses: addresses?.slice(1) ?? ['192.0.2.0/24'] })),
  groupWith(({ times }) => ({ times: times?.slice(1) ?? [{ weekday: 3, from: 480, to: 960 }] })),
  groupWith(({ addresses }) => ({ addresses: addresses?.slice(1) ?? ['2001:db8::/32'] })),
);

/** The decision in the oracle's words. */
function decided(snapshot: AccessSnapshot, question: AccessQuestion): OracleAnswer {
  const decision = decideAccess(snapshot, question);
  if (decision.allowed) return { reasons: [], waits: false, opensAt: null };
  const { reasons, waits, opensAt } = decision;
  return { reasons, waits, opensAt };
}

describe('the access decision and the second opinion', () => {
  it(
    `agree on every reason, their order and the next opening: ${RUNS} random cases`,
    () => {
      let allowed = 0;
      let opened = 0;
      fc.assert(
        fc.property(snapshots, questions, (snapshot, question) => {
          const answer = decided(snapshot, question);
          expect(answer).toEqual(askOracle(snapshot, question));
          if (answer.reasons.length === 0) allowed += 1;
          if (answer.opensAt !== null) opened += 1;
        }),
        { numRuns: RUNS },
      );
      // Without both answers, and openings, agreement would say little.
      expect(allowed).toBeGreaterThan(RUNS / 100);
      expect(opened).toBeGreaterThan(RUNS / 20);
    },
    LIMIT,
  );

  it('agree on facts that cannot be read', () => {
    const broken = fc.oneof(
      unreadable.times.map((times) => ({ restrictionGroup: { times, addresses: null } })),
      unreadable.restriction.map((weekdayRestriction) => ({ weekdayRestriction })),
      unreadable.rule.map((rule) => ({ addresses: [rule, '192.0.2.0/24'] })),
      fc.constant({ timeZone: 'Europe/Nowhere' }),
    );
    fc.assert(
      fc.property(snapshots, questions, broken, (snapshot, question, fault) => {
        const { partnerUser, company } = snapshot;
        const facts: AccessSnapshot = {
          ...snapshot,
          ...('restrictionGroup' in fault && fault),
          partnerUser: partnerUser && { ...partnerUser, ...fault },
          company: company && { ...company, ...('timeZone' in fault && fault) },
        };
        expect(decided(facts, question)).toEqual(askOracle(facts, question));
      }),
      { numRuns: Math.min(RUNS, 20_000) },
    );
  });

  it('agree on every combination of right, visibility and switch, in all 16 cells', () => {
    let allowed = 0;
    const cells = Object.values(CELLS).flat();
    expect(cells).toHaveLength(16);
    for (const supported of cells) {
      for (let bits = 0; bits < 128; bits += 1) {
        const [upperRight, grant, visible, active, tenant, xml, free] = [0, 1, 2, 3, 4, 5, 6].map(
          (bit) => (bits & (1 << bit)) !== 0,
        ) as [boolean, boolean, boolean, boolean, boolean, boolean, boolean];
        const facts: AccessSnapshot = {
          partnerUser: {
            ...UNRESTRICTED,
            active,
            scopeCompanyId: visible ? COMPANY : 'another',
            lockedUntil: free ? null : new Date(NOON.at.getTime() + HOUR),
          },
          company: { id: COMPANY, environmentActive: tenant, timeZone: 'Europe/Helsinki' },
          directionSupported: supported,
          upperRight,
          grant,
          restrictionGroup: null,
          xmlSettingsComplete: xml,
        };
        const answer = decided(facts, NOON);
        expect(answer).toEqual(askOracle(facts, NOON));
        expect(answer.reasons.length === 0).toBe(supported && bits === 127);
        if (answer.reasons.length === 0) allowed += 1;
      }
    }
    expect(allowed).toBe(11);
  });
});

describe('a yes', () => {
  it(
    'never comes of taking rights away or adding restrictions, in any number and order',
    () => {
      fc.assert(
        fc.property(
          snapshots,
          questions,
          fc.array(tightening, { minLength: 1, maxLength: 5 }),
          (facts, asked, steps) => {
            const tightened = steps.reduce((now, step) => step(now), facts);
            if (decideAccess(facts, asked).allowed) return;
            expect(decideAccess(tightened, asked).allowed).toBe(false);
          },
        ),
        { numRuns: RUNS },
      );
    },
    LIMIT,
  );

  it('does not hang on how a company is called', () => {
    fc.assert(
      fc.property(snapshots, questions, fc.uuid(), (facts, asked, name) => {
        const called = (id: string | null): string | null => (id === COMPANY ? name : id);
        const renamed: AccessSnapshot = {
          ...facts,
          partnerUser: facts.partnerUser && {
            ...facts.partnerUser,
            scopeCompanyId: called(facts.partnerUser.scopeCompanyId),
          },
          company: facts.company && { ...facts.company, id: name },
        };
        expect(decided(renamed, asked)).toEqual(decided(facts, asked));
      }),
      { numRuns: 1_000 },
    );
  });
});

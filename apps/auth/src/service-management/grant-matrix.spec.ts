import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';

import { DIRECTIONS, grantMatrixBody, MATRIX_PAIRS, STREAM_NAMES, supports } from '#lib/contracts';
import { matrixOutcome } from '#lib/policy';

import { RuleOutdated } from '../errors.js';
import {
  absent,
  ASKED,
  MAIN_USER,
  refusal,
  rightsOf,
  ServiceManagementUnderTest,
} from './service-management.spec-support.js';

let all: ServiceManagementUnderTest;
beforeAll(async () => {
  all = await ServiceManagementUnderTest.start();
});
afterAll(() => all.auth.close());

type Body = Parameters<typeof grantMatrixBody.parse>[0];
const preview = (environmentId: string, matrix: Body, cursor?: string, limit = 200) =>
  all.matrix.preview({
    ...ASKED,
    environmentId,
    matrix: grantMatrixBody.parse(matrix),
    limit,
    ...(cursor && { cursor }),
  });
const give = (environmentId: string, matrix: Body, ifMark: string) =>
  all.matrix.give({ ...ASKED, environmentId, matrix: grantMatrixBody.parse(matrix), ifMark });
const grantsOf = async (environmentId: string, more: object = {}) => {
  const { companies } = await all.matrix.list({ environmentId, limit: 200, ...more });
  return companies.flatMap(({ companyId, grants }) =>
    grants.map((grant) => `${companyId} ${grant.partnerUserId} ${grant.stream}.${grant.direction}`),
  );
};

/** Grants as they may have come about, whatever the rules say now. */
const putGrants = (
  environmentId: string,
  grants: readonly (readonly [company: string, user: string, right: string])[],
) =>
  all.auth.database.rows(
    `insert into auth.company_grant
     select $1, c, u, split_part(r, '.', 1), split_part(r, '.', 2) from unnest($2::uuid[], $3::uuid[], $4::text[]) as t (c, u, r)`,
    [environmentId, grants.map(([c]) => c), grants.map(([, u]) => u), grants.map(([, , r]) => r)],
    { scope: { tenant: environmentId } },
  );

const RIGHTS = STREAM_NAMES.flatMap((stream) => DIRECTIONS.map((direction) => `${stream}.${direction}`));
const POSSIBLE = STREAM_NAMES.flatMap((stream) =>
  DIRECTIONS.filter((direction) => supports(stream, direction)).map((direction) => `${stream}.${direction}`),
);

describe('a change of the matrix of rights', () => {
  const flags = fc.array(fc.boolean(), { minLength: 9, maxLength: 9 });
  const situation = fc.record({
    webServices: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    scoped: fc.array(fc.option(fc.nat(2), { nil: null, freq: 2 }), { minLength: 3, maxLength: 3 }),
    upper: fc.array(fc.subarray(POSSIBLE), { minLength: 3, maxLength: 3 }),
    granted: fc.array(fc.subarray(POSSIBLE), { minLength: 9, maxLength: 9 }),
    chosen: flags,
    wishes: fc.array(fc.constantFrom('give', 'take', null), { minLength: RIGHTS.length, maxLength: RIGHTS.length }),
  });

  it('does exactly what its preview has shown, and what the rule says of each right', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async ({ webServices, scoped, upper, granted, chosen, wishes }) => {
        const environmentId = await all.auth.environment();
        const companies = await Promise.all(
          webServices.map((on) => all.auth.company(environmentId, { webServices: on })),
        );
        const users = await Promise.all(
          scoped.map((company) =>
            all.auth.partnerUser({ scopeCompanyId: company === null ? null : companies[company] }),
          ),
        );
        for (const [no, user] of users.entries()) {
          await all.auth.save('upper-rights', user, { rights: rightsOf(...upper[no]!) });
        }
        const pairs = companies.flatMap((company, c) =>
          users.map((user, u) => ({ company, user, c, u, no: c * 3 + u })),
        );
        await putGrants(
          environmentId,
          pairs.flatMap(({ company, user, no }) => granted[no]!.map((right) => [company, user, right] as const)),
        );
        const wanted = (wish: string) => RIGHTS.filter((_, no) => wishes[no] === wish);
        const companyIds = companies.filter((_, no) => chosen[no]);
        fc.pre(companyIds.length > 0 && wanted('give').length + wanted('take').length > 0);
        const matrix = {
          partnerUserIds: users,
          companyIds: chosen[8] ? ('all' as const) : companyIds,
          give: rightsOf(...wanted('give')),
          take: rightsOf(...wanted('take')),
        };

        const shown = await preview(environmentId, matrix);
        const touched = pairs.filter(({ company }) => chosen[8] || companyIds.includes(company));
        const expected = touched.map(({ company, user, u, c, no }) => {
          const outcomes = RIGHTS.flatMap((right, r): [string, string][] => {
            const wish = wishes[r];
            if (!wish) return [];
            const [{ stream, direction } = rightsOf(right)[0]!] = rightsOf(right);
            const facts = {
              supported: supports(stream, direction),
              upperRight: upper[u]!.includes(right),
              granted: granted[no]!.includes(right),
              visible: scoped[u] === null || scoped[u] === c,
              webServices: webServices[c]!,
            };
            return [[right, matrixOutcome(wish, facts)]];
          });
          return { company, user, no, outcomes: new Map(outcomes) };
        });
        const key = (company: string, user: string) => `${company} ${user}`;
        const outcomesShown = new Map(
          shown.pairs.map(({ companyId, partnerUserId, rights }) => [
            key(companyId, partnerUserId),
            new Map(rights.map(({ stream, direction, outcome }) => [`${stream}.${direction}`, outcome as string])),
          ]),
        );
        expect(outcomesShown).toEqual(new Map(expected.map((one) => [key(one.company, one.user), one.outcomes])));

        expect(await give(environmentId, matrix, shown.mark)).toEqual({
          counts: shown.counts,
          changedPairs: shown.changedPairs,
        });
        const after = pairs.flatMap(({ company, user, no }) => {
          const outcomes = expected.find((one) => one.no === no)?.outcomes;
          return POSSIBLE.filter((right) => {
            const outcome = outcomes?.get(right);
            return outcome === 'given' || (granted[no]!.includes(right) && outcome !== 'taken');
          }).map((right) => `${company} ${user} ${right}`);
        });
        expect((await grantsOf(environmentId)).sort()).toEqual(after.sort());
        const { counts, changedPairs } = await preview(environmentId, matrix);
        expect([counts.given, counts.taken, changedPairs]).toEqual([undefined, undefined, 0]);
      }),
      { numRuns: 12 },
    );
  });

  it('leaves one event for each company and partner user that changed, with before and after, and one message', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish('palkat.import', 'tilaukset.import');
    const idle = await all.auth.company(environmentId);
    await putGrants(environmentId, [
      [companyId, partnerUserId, 'palkat.import'],
      [idle, partnerUserId, 'tilaukset.import'],
    ]);
    const matrix = {
      partnerUserIds: [partnerUserId],
      companyIds: 'all' as const,
      give: rightsOf('tilaukset.import'),
      take: rightsOf('palkat.import'),
    };
    const events = (await all.auth.auditEvents('grants.saved')).length;
    const messages = (await all.auth.rulesChanged()).length;
    await give(environmentId, matrix, (await preview(environmentId, matrix)).mark);
    expect((await all.auth.auditEvents('grants.saved')).slice(events)).toMatchObject([
      {
        environmentId,
        companyId,
        partnerUserId,
        actor: MAIN_USER,
        details: { before: rightsOf('palkat.import'), after: rightsOf('tilaukset.import') },
      },
    ]);
    expect((await all.auth.rulesChanged()).slice(messages)).toEqual([
      { environmentId, companyId: null, partnerUserId: null },
    ]);
  });

  it('is refused, and changes nothing, when anything would become something else by now', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish('palkat.import', 'tilaukset.import');
    const matrix = { partnerUserIds: [partnerUserId], companyIds: [companyId], give: rightsOf('palkat.import') };
    const { mark } = await preview(environmentId, matrix);
    const others: [string, () => Promise<unknown>][] = [
      ['another matrix', () => give(environmentId, { ...matrix, take: rightsOf('tilaukset.import') }, mark)],
      ['another company', async () => give(environmentId, { ...matrix, companyIds: 'all' }, mark)],
    ];
    await all.auth.company(environmentId);
    for (const [, asking] of others) expect(await refusal(asking())).toMatchObject({ kind: 'outdated' });
    await all.auth.save('upper-rights', partnerUserId, { rights: [] });
    expect(await refusal(give(environmentId, matrix, mark))).toMatchObject({ kind: 'outdated', code: 'rule.outdated' });
    expect(await grantsOf(environmentId)).toEqual([]);
  });

  it('made by many at once is made once', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish('palkat.import');
    const matrix = { partnerUserIds: [partnerUserId], companyIds: [companyId], give: rightsOf('palkat.import') };
    const { mark } = await preview(environmentId, matrix);
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => give(environmentId, matrix, mark)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes turns with grants that are saved one by one: each one’s "before" is the last one’s "after"', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish('palkat.import', 'tilaukset.import');
    const matrix = (right: string) => ({
      partnerUserIds: [partnerUserId],
      companyIds: 'all' as const,
      give: rightsOf(right),
      take: rightsOf(right === 'palkat.import' ? 'tilaukset.import' : 'palkat.import'),
    });
    const change = async (right: string): Promise<void> => {
      const { mark } = await preview(environmentId, matrix(right));
      const error = await give(environmentId, matrix(right), mark).catch((thrown: unknown) => thrown);
      if (error instanceof RuleOutdated) return change(right);
      if (error instanceof Error) throw error;
    };
    const save = (right: string) =>
      all.saveWithin(environmentId, 'grants', companyId, { partnerUserId, rights: rightsOf(right) });
    const rights = ['palkat.import', 'tilaukset.import'];
    await Promise.all(Array.from({ length: 4 }, () => rights.flatMap((right) => [save(right), change(right)])).flat());
    // One of the two changes something, whatever the others have left.
    for (const right of rights) await change(right);

    const events = (await all.auth.auditEvents('grants.saved')).filter((event) => event.companyId === companyId);
    expect(events.filter(({ details }) => details['changedTogether'] === 1).length).toBeGreaterThan(0);
    const [befores, afters] = [
      events.map(({ details }) => details['before']),
      events.map(({ details }) => details['after']),
    ];
    expect(befores).toEqual([null, ...afters.slice(0, -1)]);
  });

  it.each<[string, () => Promise<[environmentId: string, matrix: Body]>, object]>([
    [
      'a right to be given and taken',
      async () => {
        const { environmentId, companyId, partnerUserId } = await all.furnish();
        const [give, take] = [rightsOf('palkat.import'), rightsOf('tilaukset.import', 'palkat.import')];
        return [environmentId, { partnerUserIds: [partnerUserId], companyIds: [companyId], give, take }];
      },
      { kind: 'invalid', details: { errors: [{ pointer: '/take/1', code: 'right.given-and-taken' }] } },
    ],
    [
      'nothing to do',
      async () => {
        const { environmentId, companyId, partnerUserId } = await all.furnish();
        return [environmentId, { partnerUserIds: [partnerUserId], companyIds: [companyId] }];
      },
      { kind: 'invalid', details: { errors: [{ pointer: '/give', code: 'matrix.asks-nothing' }] } },
    ],
    [
      'a company of another environment',
      async () => {
        const { environmentId, companyId, partnerUserId } = await all.furnish();
        const theirs = await all.furnish();
        const companyIds = [companyId, theirs.companyId];
        return [environmentId, { partnerUserIds: [partnerUserId], companyIds, give: rightsOf('palkat.import') }];
      },
      { kind: 'absent', code: 'company.absent' },
    ],
    [
      'a partner user of another environment’s company',
      async () => {
        const { environmentId } = await all.furnish();
        const theirs = await all.furnish();
        const partnerUserIds = [await all.auth.partnerUser({ scopeCompanyId: theirs.companyId })];
        return [environmentId, { partnerUserIds, companyIds: 'all', give: rightsOf('palkat.import') }];
      },
      { kind: 'absent', code: 'partner-user.absent' },
    ],
    [
      'nobody',
      async () => {
        const { environmentId } = await all.furnish();
        return [environmentId, { partnerUserIds: [absent], companyIds: 'all', give: rightsOf('palkat.import') }];
      },
      { kind: 'absent', code: 'partner-user.absent' },
    ],
  ])('is refused for %s', async (_, asked, expected) => {
    const [environmentId, matrix] = await asked();
    expect(await refusal(preview(environmentId, matrix))).toMatchObject(expected);
    expect(await refusal(give(environmentId, matrix, 'any'))).toMatchObject(expected);
  });

  it('reaches a thousand companies within 5 s, preview and all; the preview comes in pages, and too many are refused', async () => {
    const { environmentId, partnerUserId } = await all.furnish('palkat.import', 'tilaukset.import');
    await all.auth.database.rows(
      `insert into auth.company (environment_id, company_id, name, fivaldi_number)
       select $1, gen_random_uuid(), 'Yritys ' || n, n::text from generate_series(1, 999) n`,
      [environmentId],
      { scope: { tenant: environmentId } },
    );
    const matrix = {
      partnerUserIds: [partnerUserId],
      companyIds: 'all' as const,
      give: rightsOf('palkat.import', 'tilaukset.import', 'kiha.import'),
    };
    const begun = performance.now();
    const shown = await preview(environmentId, matrix);
    await give(environmentId, matrix, shown.mark);
    const given = performance.now();
    expect(given - begun).toBeLessThan(5_000);
    expect(shown.counts).toEqual({ given: 2_000, DIRECTION_UNSUPPORTED: 1_000 });

    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await preview(environmentId, matrix, cursor);
      expect(page.counts).toEqual({ already: 2_000, DIRECTION_UNSUPPORTED: 1_000 });
      for (const { companyId } of page.pairs) seen.add(companyId);
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen.size).toBe(1_000);

    const partnerUserIds = await Promise.all(Array.from({ length: 11 }, () => all.auth.partnerUser()));
    expect(await refusal(preview(environmentId, { ...matrix, partnerUserIds }))).toMatchObject({
      kind: 'invalid',
      details: { errors: [{ pointer: '/companyIds', code: 'matrix.too-many-pairs', limit: MATRIX_PAIRS }] },
    });
  });

  it('is recorded as asked once for all its pages', async () => {
    const { environmentId, partnerUserId } = await all.furnish('palkat.import');
    await all.auth.company(environmentId);
    const matrix = { partnerUserIds: [partnerUserId], companyIds: 'all' as const, give: rightsOf('palkat.import') };
    const before = (await all.auth.auditEvents('access.explained')).length;
    const { next } = await preview(environmentId, matrix, undefined, 1);
    await preview(environmentId, matrix, next!, 1);
    expect((await all.auth.auditEvents('access.explained')).slice(before)).toMatchObject([
      { environmentId, actor: MAIN_USER, details: { asked: 'grants', counts: { given: 2 } } },
    ]);
  });
});

describe('the matrix as it stands', () => {
  it('is read back by company, partner user and stream, and says what is inert', async () => {
    const { environmentId, companyId, partnerUserId } = await all.furnish('palkat.import');
    const other = await all.auth.partnerUser();
    await putGrants(environmentId, [
      [companyId, partnerUserId, 'palkat.import'],
      [companyId, partnerUserId, 'tilaukset.export'],
      [companyId, other, 'palkat.import'],
    ]);
    const { companies } = await all.matrix.list({ environmentId, partnerUserId, limit: 200 });
    expect(companies).toMatchObject([
      {
        companyId,
        grants: [
          { partnerUserId, stream: 'palkat', direction: 'import', inert: false },
          { partnerUserId, stream: 'tilaukset', direction: 'export', inert: true },
        ],
      },
    ]);
    expect(await grantsOf(environmentId, { stream: 'palkat' })).toHaveLength(2);
    expect(await grantsOf(await all.auth.environment())).toEqual([]);
    expect(await grantsOf(environmentId, { partnerUserId: randomUUID() })).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { until } from '../../libs/testing/src/index.ts';
import { addPartner, type DemoCompany, type DemoPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import { full } from '../faults/full.ts';
import { breed } from '../faults/mutant.ts';
import { fivaldiXml, product } from './documents.ts';
import { install } from './installed.ts';

const COMPANIES = 6;
/** How many documents each company always has on their way. */
const AT_ONCE = 1;
/** Of all companies together: a thousand when every fault is tried. */
const REVOCATIONS = full ? 1_002 : 60;

/** A time in which nothing of a company may begin: from the answer to a revocation until the next grant is asked for. */
interface Ban {
  readonly companyId: string;
  readonly from: string;
  readonly until: string;
  /** How long the revocation took, in milliseconds. */
  readonly took: number;
}

interface Scene {
  readonly bans: readonly Ban[];
  /** Transfers that began within a ban. */
  readonly begunWithin: number;
  readonly begun: number;
  readonly denied: number;
}

describe('a right that is taken away', () => {
  it(`is used by nothing that begins after the answer: ${REVOCATIONS} times, under load`, async () => {
    const { bans, begunWithin, begun, denied } = await play(REVOCATIONS);
    expect(begunWithin).toBe(0);
    expect(bans).toHaveLength(REVOCATIONS);
    // Without work that began between, and work that was accepted and then refused, it would say little.
    expect(begun).toBeGreaterThanOrEqual(REVOCATIONS);
    expect(denied).toBeGreaterThan(0);
    const took = bans.map((ban) => ban.took).sort((a, b) => a - b);
    const at = (share: number) => Math.round(took[Math.floor(took.length * share)] ?? 0);
    process.stdout.write(`revocations: ${took.length}, answered in p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`);
    expect(at(0.99)).toBeLessThan(5_000);
  }, 1_800_000);

  (full ? it : it.skip)(
    'would be used, if nobody looked whether the rules still stand',
    async () => {
      const mutant = breed(join(import.meta.dirname, '..', '..'), {
        name: 'rules-that-no-longer-stand',
        cuts: [
          {
            file: 'libs/store/src/rules-version.js',
            guard: '= ${version}, false) as stand',
            without: '= ${version}, false) is not null as stand',
          },
        ],
      });
      try {
        expect((await play(240, mutant)).begunWithin).toBeGreaterThan(0);
      } finally {
        rmSync(mutant, { recursive: true });
      }
    },
    600_000,
  );
});

/** Companies that always have documents on their way, whose rights come and go at random. */
async function play(revocations: number, checkout?: string): Promise<Scene> {
  const installed = await install(checkout === undefined ? {} : { checkout });
  const database = new pg.Pool({ connectionString: installed.databaseUrl, max: COMPANIES });
  let playing = true;
  try {
    const { operator } = installed;
    const environment = randomUUID();
    await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    const partner = await addPartner(operator, 'Kumppani');
    const companies = await Promise.all(
      Array.from({ length: COMPANIES }, (_, no) => onboardCompany(operator, `Yritys ${no}`, {}, environment)),
    );
    const load = companies.flatMap((company) =>
      Array.from({ length: AT_ONCE }, async () => {
        while (playing) await send(partner, company);
      }),
    );
    const takeAndGive = (company: DemoCompany): Promise<Ban> =>
      revokeOnce(database, company, partner, (rights) => grant(operator, partner, company, rights));
    const each = revocations / COMPANIES;
    const bans = await Promise.all(
      companies.map(async (company) => {
        const own: Ban[] = [];
        while (own.length < each) own.push(await takeAndGive(company));
        return own;
      }),
    );
    playing = false;
    await Promise.all(load);
    return { bans: bans.flat(), ...(await count(database, bans.flat())) };
  } finally {
    playing = false;
    await database.end();
    await installed.stop();
  }
}

async function send({ client }: DemoPartner, company: DemoCompany): Promise<number> {
  const { status } = await client.importDocument(
    company.id,
    'tuoterekisteri',
    fivaldiXml(company.number, product('A')),
  );
  expect([202, 403]).toContain(status);
  return status;
}

/** Gives the right, lets work begin, takes the right away at a random moment, and lets the sender feel it. */
async function revokeOnce(
  database: pg.Pool,
  company: DemoCompany,
  partner: DemoPartner,
  setRights: (rights?: []) => Promise<void>,
): Promise<Ban> {
  const granted = await clock(database);
  await setRights();
  const work = 'select from transfers.transfer where company_id = $1 and begun_at > $2 limit 1';
  await until(async () => (await database.query(work, [company.id, granted])).rowCount === 1, {
    what: 'work that begins',
    within: 30_000,
  });
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
  const asked = performance.now();
  await setRights([]);
  const took = performance.now() - asked;
  const from = await clock(database);
  await until(async () => (await send(partner, company)) === 403, { what: 'a refusal' });
  return { companyId: company.id, from, until: await clock(database), took };
}

/** The database's clock, as text: a Date would lose the microseconds. */
async function clock(database: pg.Pool): Promise<string> {
  const { rows } = await database.query<{ at: string }>('select clock_timestamp()::text as at');
  return rows[0]?.at ?? '';
}

async function count(database: pg.Pool, bans: readonly Ban[]): Promise<Omit<Scene, 'bans'>> {
  const { rows } = await database.query<{ within: number; begun: number; denied: number }>(
    `select count(*) filter (where exists (
              select from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as ban (company_id, since, till)
               where ban.company_id = t.company_id and t.begun_at > since and t.begun_at < till))::int as within,
            count(begun_at)::int as begun, count(*) filter (where state = 'denied')::int as denied
       from transfers.transfer t`,
    [bans.map((ban) => ban.companyId), bans.map((ban) => ban.from), bans.map((ban) => ban.until)],
  );
  const { within = 0, begun = 0, denied = 0 } = rows[0] ?? {};
  return { begunWithin: within, begun, denied };
}

import { randomUUID } from 'node:crypto';
import { IMPORT_RIGHTS, XML_SETTINGS } from '../scripts/demo/company.ts';
import { atMost, type Figure } from './figure.ts';
import type { Ground } from './ground.ts';
import { Partner } from './partner.ts';

interface ShownOnboarding {
  readonly state: string;
  readonly mark: string | null;
  readonly counts: Readonly<Record<string, number>>;
}

/** What of an onboarding is measured, in seconds. */
interface Seconds {
  readonly dryRun: number;
  readonly commit: number;
}

/** A file of new companies of a firm with a template, from its sending to the last company saved. */
export async function measureOnboarding(ground: Ground): Promise<Figure[]> {
  const companies = ground.quick ? 50 : 1_000;
  const firm = await furnishFirm(ground);
  const file = fileOf(companies);
  ground.say(`A first file, so that nothing is done for the first time: ${companies} companies`);
  await onboard(ground, await furnishFirm(ground), file, companies);
  ground.say(`${companies} companies: dry run and commit`);
  const first = await onboard(ground, firm, file, companies);
  ground.say('The same file again, every company changed');
  const again = await onboard(ground, firm, fileOf(companies, 'Uusi nimi'), companies);
  ground.say('The floor');
  const floor = await writePlainly(ground, companies);
  const plain = { what: 'the same rows and messages, written with one statement a table', value: floor };
  return [
    { name: `dry run of ${companies} new companies`, unit: 's', value: first.dryRun, target: atMost(10) },
    {
      name: `commit of ${companies} new companies with a template`,
      unit: 's',
      value: first.commit,
      floor: plain,
      target: atMost(120),
      note: 'Each with its XML settings, two grants, and an event in the audit log for each; batches of 100.',
    },
    { name: `dry run of ${companies} changed companies`, unit: 's', value: again.dryRun, target: atMost(10) },
    { name: `commit of ${companies} changed companies`, unit: 's', value: again.commit, target: atMost(120) },
  ];
}

/** An environment whose own template gives XML settings and a partner's rights. */
async function furnishFirm({ operator }: Ground): Promise<string> {
  const environmentId = randomUUID();
  await operator.saveRule('environment', environmentId, { name: `Tilitoimisto ${environmentId.slice(0, 8)}` });
  const partner = await Partner.create(operator);
  const grants = [{ partnerUserId: partner.id, rights: IMPORT_RIGHTS }];
  const answer = await operator.call('PUT', `/v1/environments/${environmentId}/templates/Perus`, {
    headers: { 'content-type': 'application/json', 'if-none-match': '*' },
    body: JSON.stringify({ isDefault: true, webServices: true, xmlSettings: XML_SETTINGS, grants }),
  });
  if (answer.status !== 204) throw new Error(`The template was not saved: ${JSON.stringify(answer.body)}`);
  return environmentId;
}

const fileOf = (companies: number, name = 'Asiakas'): string =>
  [
    'Yritys;Fivaldi-numero;Malli',
    ...Array.from({ length: companies }, (_, n) => `${name} ${n} Oy;${n + 1};Perus`),
  ].join('\r\n');

async function onboard({ operator }: Ground, environmentId: string, file: string, rows: number): Promise<Seconds> {
  const begun = performance.now();
  const sent = await operator.call('POST', `/v1/environments/${environmentId}/onboardings`, {
    headers: { 'content-type': 'text/csv; charset=utf-8' },
    body: file,
  });
  const self = sent.headers.get('location') ?? '';
  const tried = await ended(operator, self, 'ready', rows);
  const triedAt = performance.now();
  await operator.call('POST', `${self}/commit`, { headers: { 'if-match': `"${tried.mark}"` } });
  const done = await ended(operator, self, 'done', rows);
  if (done.counts['saved'] !== rows) throw new Error(`Not all were saved: ${JSON.stringify(done.counts)}`);
  return { dryRun: (triedAt - begun) / 1000, commit: (performance.now() - triedAt) / 1000 };
}

async function ended(
  operator: Ground['operator'],
  self: string,
  state: string,
  rows: number,
): Promise<ShownOnboarding> {
  for (let looks = 0; looks < 20; looks += 1) {
    const { body } = await operator.call<ShownOnboarding>('GET', `${self}?wait=30`);
    if (body.state === state && body.counts['rows'] === rows) return body;
    if (!['received', 'committing'].includes(body.state))
      throw new Error(`It ended otherwise: ${JSON.stringify(body)}`);
  }
  throw new Error(`It was not ${state} within ten minutes`);
}

/** Seconds for the same rows without planning, locks, batches or a look at what stands. */
async function writePlainly({ pool }: Ground, companies: number): Promise<number> {
  await pool.query(`
    create table bench.company (environment_id uuid, company_id uuid primary key, name text, number text);
    create table bench.settings (company_id uuid primary key, mode text, brake int);
    create table bench.grants (company_id uuid, stream text, primary key (company_id, stream));
    create table bench.event (id bigint generated always as identity primary key, data json)`);
  const client = await pool.connect();
  const begun = performance.now();
  try {
    await client.query('begin');
    await client.query(
      `insert into bench.company select gen_random_uuid(), gen_random_uuid(), 'Asiakas ' || n, n::text
         from generate_series(1, $1) n`,
      [companies],
    );
    await client.query(`insert into bench.settings select company_id, 'update-all', 20 from bench.company`);
    await client.query(
      `insert into bench.grants select company_id, stream from bench.company, unnest('{a,b}'::text[]) stream`,
    );
    await client.query(
      `insert into bench.event (data) select json_build_object('company', c.company_id, 'after', row_to_json(c), 'no', n)
         from bench.company c, generate_series(1, 3) n`,
    );
    await client.query('commit');
  } finally {
    client.release();
  }
  return (performance.now() - begun) / 1000;
}

import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, type Figure } from './figure.ts';
import type { Ground } from './ground.ts';
import { percentile } from './statistics.ts';

const ENVIRONMENTS = 500;
const MB = 1_000_000;

const built = <Module>(file: string): Promise<Module> =>
  import(new URL(`../dist/${file}.js`, import.meta.url).href) as Promise<Module>;

/** The audit log at the size of years: search over many rows, verification and export of one long chain. */
export async function measureAudit(ground: Ground): Promise<Figure[]> {
  const [rows, chain] = ground.quick ? [50_000, 10_000] : [10_000_000, 1_000_000];
  const environmentId = randomUUID();
  ground.say(`A chain of ${chain} entries`);
  await appendChain(ground, environmentId, chain);
  const verification = await measureVerification(ground, environmentId, chain);
  const exporting = await measureExport(ground, environmentId, chain);
  ground.say(`${rows} rows to search in`);
  await fill(ground, rows);
  return [...verification, ...exporting, ...(await measureSearch(ground, rows))];
}

/** Appended as the service does it: what is verified is a real chain. */
async function appendChain(ground: Ground, environmentId: string, entries: number): Promise<void> {
  const { Database } = await built<typeof import('../libs/store/src/index.js')>('libs/store/src/index');
  const { AuditLog } = await built<typeof import('../apps/audit/src/audit-log.js')>('apps/audit/src/audit-log');
  const database = await Database.open({ url: ground.databaseUrl, name: 'bench audit' });
  const log = new AuditLog(database);
  const nothing = { companyId: null, partnerUserId: null, documentId: null, stream: null, direction: null };
  try {
    for (let from = 0; from < entries; from += 1_000) {
      const batch = Array.from({ length: Math.min(1_000, entries - from) }, (_, index) => ({
        ...nothing,
        eventId: randomUUID(),
        environmentId,
        occurredAt: new Date().toISOString(),
        action: 'transfer.finished' as const,
        outcome: 'success' as const,
        actor: { kind: 'partner-user' as const, id: randomUUID() },
        transferId: randomUUID(),
        address: '192.0.2.7',
        reasons: [],
        details: { state: 'succeeded', effect: { created: from + index, updated: 3 } },
      }));
      await log.append(batch);
    }
  } finally {
    await database.close();
  }
}

async function measureVerification(ground: Ground, environmentId: string, entries: number): Promise<Figure[]> {
  const begun = performance.now();
  const { body } = await ground.operator.call<{ whole: boolean }>(
    'GET',
    `/v1/audit/verification?environmentId=${environmentId}`,
  );
  if (!body.whole) throw new Error(`The chain is not whole: ${JSON.stringify(body)}`);
  const note = 'Asked over HTTP and RabbitMQ; one process hashes, PostgreSQL reads beside it.';
  const value = (performance.now() - begun) / 1000;
  const target = ground.quick ? {} : { target: atMost(60) };
  return [{ name: `${entries} entries verified`, unit: 's', value, ...target, note }];
}

async function measureExport(ground: Ground, environmentId: string, entries: number): Promise<Figure[]> {
  const pid = ground.installation.processes.get('audit')!.pid;
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const begun = performance.now();
  const path = `/v1/environments/${environmentId}/audit/exports`;
  const { body } = await ground.operator.json<{ id: string }>('POST', path, { format: 'jsonl' });
  let state = 'waiting';
  while (['waiting', 'running'].includes(state)) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    ({ state } = (await ground.operator.call<{ state: string }>('GET', `${path}/${body.id}`)).body);
  }
  if (state !== 'ready') throw new Error(`The export is ${state}`);
  const seconds = (performance.now() - begun) / 1000;
  const kibibytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return [
    { name: `${entries} entries exported`, unit: 's', value: seconds },
    {
      name: `${entries} entries exported: audit, peak RSS`,
      unit: 'MB',
      value: (kibibytes * 1024) / MB,
      target: atMost((256 * 1024 ** 2) / MB),
    },
  ];
}

/** Straight into the table, without a chain, which a search never looks at; indexes are made when the rows are in. */
async function fill({ pool, say }: Ground, rows: number): Promise<void> {
  const { rows: indexes } = await pool.query<{ name: string; made: string }>(
    `select indexname as name, indexdef as made from pg_indexes
      where schemaname = 'audit' and tablename = 'entry' and indexname like 'entry_by_%'`,
  );
  for (const { name } of indexes) await pool.query(`drop index audit.${name}`);
  await pool.query(
    `create table bench.environment as select no, gen_random_uuid() as id from generate_series(0, $1 - 1) as no`,
    [ENVIRONMENTS],
  );
  await pool.query(`create function bench.id(name text) returns uuid language sql immutable parallel safe return
    overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid`);
  const step = 500_000;
  for (let from = 0; from < rows; from += step) await pool.query(FILL, [from, Math.min(step, rows - from), rows]);
  say('Indexes');
  for (const { made } of indexes) await pool.query(made);
  await pool.query(
    `insert into audit.chain (environment_id, last_sequence) select id, $1 from bench.environment on conflict do nothing`,
    [rows],
  );
  await pool.query('vacuum analyze audit.entry');
}

/** Two years of events; one firm in five hundred has a fifth of them; each hundredth is a no. */
const FILL = `
  insert into audit.entry (environment_id, sequence, event_id, occurred_at, recorded_at, action, outcome, actor_kind,
                           actor_id, company_id, partner_user_id, transfer_id, address, reasons, details, hash)
  select environment.id, n + 1, gen_random_uuid(), at, at,
         (array['access.decided','transfer.accepted','transfer.finished','session.opened','grants.saved'])
           [case when n % 1000 = 0 then 5 else 1 + n % 4 end],
         case when n % 100 = 7 then 'denied' else 'success' end, 'partner-user', 'partner-' || n % 2000,
         bench.id('company' || environment.no || '/' || n % 20), bench.id('partner' || n % 2000),
         bench.id('transfer' || n / 4), '10.' || n % 200 || '.' || n / 200 % 250 || '.' || n % 7,
         '{}', '{}', decode(repeat('00', 32), 'hex')
    from generate_series($1::bigint, $1::bigint + $2::bigint - 1) as n
    join bench.environment on environment.no = case when n % 5 = 0 then 0 else n % ${ENVIRONMENTS} end
    cross join lateral (select timestamptz '2025-01-01' + interval '63072000 seconds' * (n / $3::float) as at) as time`;

async function measureSearch(ground: Ground, rows: number): Promise<Figure[]> {
  const { rows: found } = await ground.pool.query<{ id: string }>('select id from bench.environment where no = 0');
  const big = found[0]!.id;
  const company = (await ground.pool.query<{ id: string }>(`select bench.id('company0/5') as id`)).rows[0]!.id;
  const transfer = (await ground.pool.query<{ id: string }>(`select bench.id('transfer4321') as id`)).rows[0]!.id;
  const night = { from: '2025-06-01T20:00:00Z', until: '2025-06-02T04:00:00Z' };
  const filters: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['everything', {}],
    ['a night of last year', night],
    ['a company', { companyId: company }],
    ['a company on a night', { companyId: company, ...night }],
    ['a transfer', { transferId: transfer }],
    ['an actor', { actorId: 'partner-17' }],
    ['an action', { action: 'grants.saved' }],
    ['what was denied', { outcome: 'denied' }],
    ['an address', { address: '10.7.7.3' }],
    ['a block of addresses', { address: '10.7.7.0/24' }],
    ['changes of a company', { subject: company }],
  ];
  const asked = filters.flatMap(([name, filter]) => [
    { name: `${name}, in one environment`, query: { ...filter, environmentId: big } },
    { name: `${name}, everywhere`, query: filter },
  ]);
  await showPlans(ground, asked);
  const times: number[] = [];
  for (let round = 0; round < (ground.quick ? 2 : 20); round += 1) {
    for (const { name, query } of asked) {
      const begun = performance.now();
      const { status } = await ground.operator.call('GET', `/v1/audit?${new URLSearchParams(query).toString()}`);
      if (status !== 200) throw new Error(`The search for ${name} was answered with ${status}`);
      times.push(performance.now() - begun);
      if (round === 1) ground.say(`${(times.at(-1) ?? 0).toFixed(1).padStart(8)} ms  ${name}`);
    }
  }
  const note = `${asked.length} questions, in one environment that has a fifth of the rows and in all ${ENVIRONMENTS}, over HTTP and RabbitMQ, each leaving its own entry. The rows are written straight into the table; only what is verified is a chain.`;
  const target = ground.quick ? {} : { target: atMost(300) };
  return [{ name: `search over ${rows} rows, p95`, unit: 'ms', value: percentile(times, 0.95), ...target, note }];
}

/** How PostgreSQL goes about each question, in a file beside the figures. */
async function showPlans(ground: Ground, asked: readonly { name: string; query: object }[]): Promise<void> {
  const { searchStatement } = await built<typeof import('../apps/audit/src/search.js')>('apps/audit/src/search');
  const plans: string[] = [];
  for (const { name, query } of asked) {
    const { environmentId: scope = 'everywhere', ...filters } = query as { environmentId?: string };
    const { text, values } = searchStatement({ scope, filters, order: 'newest', limit: 50 });
    const rows = await explained(ground, scope, text, values);
    plans.push(`-- ${name}\n${rows.map((row) => row['QUERY PLAN']).join('\n')}\n`);
  }
  const file = join(ground.directory, 'audit-plans.txt');
  writeFileSync(file, plans.join('\n'));
  ground.say(`The plans are in ${file}`);
}

/** As the service itself asks: in its own role, with row-level security between it and the rows. */
async function explained(
  { pool }: Ground,
  scope: string,
  text: string,
  values: readonly unknown[],
): Promise<readonly Record<string, string>[]> {
  const client = await pool.connect();
  try {
    await client.query('begin; set local role tietovirta_audit');
    await client.query(`select set_config('tietovirta.tenant', $1, true)`, [scope === 'everywhere' ? 'every' : scope]);
    const { rows } = await client.query<Record<string, string>>(`explain (analyze, buffers) ${text}`, [...values]);
    return rows;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { atLeast, atMost, type Figure } from './figure.ts';
import type { Ground } from './ground.ts';

const PROCESSES = 3;
const PARTNER = { id: 'ws-bench', secret: 'a secret of the benchmark alone' };

/** What is measured: a limit, how many companies share it, and for how long. */
interface Run {
  readonly name: string;
  readonly rate: number;
  readonly capacity: number;
  readonly companies: number;
  readonly seconds: number;
  /** Whether every company has its turn often enough for fairness to show. */
  readonly fair: boolean;
}

const runs = (quick: boolean): readonly Run[] => [
  { name: 'Fivaldi’s own limit', rate: 2, capacity: 10, companies: 1_000, seconds: quick ? 10 : 120, fair: false },
  {
    name: 'twelve times that',
    rate: 25,
    capacity: 125,
    companies: quick ? 100 : 1_000,
    seconds: quick ? 10 : 300,
    fair: true,
  },
];

/**
 * Companies that all have more to deliver than there is time, from three processes at once, to a sandbox that counts
 * for itself: it refuses what is above the limit, and its journal says who was served.
 */
export async function measureDelivery(
  ground: Pick<Ground, 'quick' | 'databaseUrl' | 'directory' | 'pool' | 'say'>,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const run of runs(ground.quick)) figures.push(...(await measured(ground, run)));
  return figures;
}

async function measured(
  { databaseUrl, directory, pool, say }: Parameters<typeof measureDelivery>[0],
  run: Run,
): Promise<Figure[]> {
  const { rate, capacity, companies, seconds } = run;
  say(`Delivering for ${companies} companies at ${rate} requests a second, ${seconds} s …`);
  const module = new URL('../dist/apps/sandbox/src/sandbox.js', import.meta.url).href;
  const { startSandbox } = (await import(module)) as typeof import('../apps/sandbox/src/sandbox.js');
  const journalFile = join(directory, `delivery-${Date.now()}.jsonl`);
  const sandbox = await startSandbox({ journalFile, partners: [{ ...PARTNER, limit: { rate, capacity } }] });
  const cuids = Array.from({ length: companies }, () => sandbox.addCompany().cuid);
  await pool.query('truncate fivaldi.delivery, fivaldi.connection, fivaldi.product_record, fivaldi.request_budget');
  await pool.query(
    `insert into fivaldi.connection (environment_id, company_id, cuid, target, active, changed_by)
     select gen_random_uuid(), gen_random_uuid(), cuid, 'myynninhallinta', true, 'bench' from unnest($1::text[]) as cuid`,
    [cuids],
  );
  const each = Math.ceil((2 * (rate * seconds + capacity)) / companies) + 1;
  await pool.query(
    `insert into fivaldi.product_record (environment_id, company_id, product_code, name, imported, written_by)
     select environment_id, company_id, 'P' || n, 'Tuote ' || n, true, 'bench'
       from fivaldi.connection, generate_series(1, $1::int) as n`,
    [each],
  );
  await pool.query(
    `insert into fivaldi.delivery (environment_id, company_id, register, key)
     select environment_id, company_id, 'product', product_code from fivaldi.product_record`,
  );
  await pool.query('analyze fivaldi.delivery');
  // As after a rest: what Fivaldi allows at once is there to be used.
  await pool.query(
    `insert into fivaldi.request_budget (partner_id, rate, capacity, tokens, refilled_at)
     values ($1, $2, $3, $3, clock_timestamp())`,
    [PARTNER.id, rate, capacity],
  );
  const worker = join(import.meta.dirname, 'delivery-worker.ts');
  const given = [databaseUrl, sandbox.url, PARTNER.id, PARTNER.secret];
  const processes = Array.from({ length: PROCESSES }, () => fork(worker, given));
  try {
    while (sandbox.journal().length === 0) await pause(50);
    await pause(seconds * 1000);
  } finally {
    await Promise.all(processes.map(ended));
  }
  const entries = sandbox.journal();
  await sandbox.stop();
  return figuresOf(run, cuids, entries);
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null) return;
  process.kill('SIGTERM');
  await once(process, 'exit');
}

interface Entry {
  readonly at: string;
  readonly cuid: string | null;
  readonly status: number | null;
}

function figuresOf({ name, rate, capacity, fair }: Run, cuids: readonly string[], entries: readonly Entry[]): Figure[] {
  const served = entries.filter(({ status }) => status !== 429);
  const lasted = (Date.parse(entries.at(-1)!.at) - Date.parse(entries[0]!.at)) / 1000;
  const counts = new Map(cuids.map((cuid) => [cuid, 0]));
  for (const { cuid } of served) if (cuid !== null) counts.set(cuid, (counts.get(cuid) ?? 0) + 1);
  const shares = [...counts.values()];
  const jain = served.length ** 2 / (shares.length * shares.reduce((sum, share) => sum + share ** 2, 0));
  const figures: Figure[] = [
    {
      name: `delivery, ${name}: refused as above the limit`,
      unit: 'requests',
      value: entries.length - served.length,
      target: atMost(0),
    },
    {
      name: `delivery, ${name}: of what is allowed`,
      unit: 'requests',
      value: served.length,
      floor: { what: 'the burst and what comes back', value: capacity + rate * lasted },
      target: atLeast(0.95, 'ratio'),
      note: `${cuids.length} companies, ${PROCESSES} processes, ${lasted.toFixed(0)} s.`,
    },
  ];
  if (fair)
    return [...figures, { name: `delivery, ${name}: Jain’s index`, unit: '', value: jain, target: atLeast(0.99) }];
  const most = Math.max(...shares);
  return [
    ...figures,
    {
      name: `delivery, ${name}: most turns of one company`,
      unit: 'turns',
      value: most,
      target: atMost(Math.ceil(served.length / cuids.length)),
    },
  ];
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { CrashPoint } from '../../libs/service/src/index.ts';
import type { Company, DeliveryGround } from './ground.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');

/** What may be wrong when a connector was killed and another has taken over. */
export type DeliveryFault = 'record.stranded' | 'record.missing' | 'record.twice' | 'batch.in-doubt';

/** Where a connector dies, and the how-manieth time it gets there. */
export interface Death {
  readonly point: CrashPoint;
  readonly time: number;
}

export interface Killed {
  /** The signal that it died of. */
  readonly by: string | null;
  readonly faults: readonly DeliveryFault[];
}

/**
 * Kills a connector of the build below `checkout` when it gets there with two customers and a payroll batch to deliver,
 * lets another of the same build take over, and looks into Fivaldi.
 */
export async function killConnector(
  ground: DeliveryGround,
  { point, time }: Death,
  checkout = CHECKOUT,
  patience?: number,
): Promise<Killed> {
  const company = await ground.company();
  await ground.write(
    company,
    'company',
    ['1', '2'].map((code) => ({ company_code: code, name1: `Asiakas ${code}` })),
  );
  const row = { employee_id: '1001', pay_code: '100', payroll_date: '2025-02-15', quantity: '1' };
  await ground.write(company, 'payroll_batch', [{ payroll_batch_id: 'P-1', children: { rows: { '1': row } } }]);

  const victim = worker(ground, checkout, { CRASH_AT: `${point}#${time}` });
  const [, by] = (await once(victim, 'exit')) as [number | null, string | null];
  await ground.endLeases();
  const successor = worker(ground, checkout);
  try {
    await ground.quiet(patience);
  } finally {
    successor.kill('SIGKILL');
    await once(successor, 'exit');
  }
  return { by, faults: await faultsOf(ground, company) };
}

function worker(ground: DeliveryGround, checkout: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  const script = join(checkout, 'bench', 'delivery-worker.ts');
  return fork(script, ground.workerArguments, { env: { ...process.env, NODE_ENV: 'test', ...env }, silent: true });
}

/**
 *   each customer | is delivered, and was made in Fivaldi once
 *   the batch     | is delivered and was made once; or a person has to look, and it was made once at the most
 */
async function faultsOf(ground: DeliveryGround, company: Company): Promise<readonly DeliveryFault[]> {
  const rows = await ground.rows(company);
  const made = ground.sandbox
    .journal()
    .filter(({ cuid, applied }) => cuid === company.cuid && applied)
    .flatMap(({ records }) => records.map(({ register, externalKey }) => `${register} ${externalKey}`));
  const times = (start: string): number => made.filter((one) => one.startsWith(start)).length;
  const [first, second, batches] = [times('customer 1'), times('customer 2'), times('payroll')];
  const customers = rows.filter(({ key }) => key !== 'P-1').map(({ state }) => state);
  const batch = rows.find(({ key }) => key === 'P-1')?.state ?? '';
  const faults: readonly (DeliveryFault | false)[] = [
    (customers.some((state) => state !== 'delivered') || !['delivered', 'review'].includes(batch)) && 'record.stranded',
    (first === 0 || second === 0) && 'record.missing',
    (first > 1 || second > 1 || batches > 1) && 'record.twice',
    // Of a batch that may have been sent nobody knows, and it is not sent again.
    batch === 'delivered' && batches !== 1 && 'batch.in-doubt',
  ];
  return faults.filter((fault) => fault !== false);
}

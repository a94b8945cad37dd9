/** A connector that is killed around a request: whatever the moment, each record ends up in Fivaldi once. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { DELIVERY_CRASH_POINTS } from '../../libs/service/src/index.ts';
import { DeliveryGround } from './ground.ts';

const WORKER = join(import.meta.dirname, '..', '..', 'bench', 'delivery-worker.ts');

let ground: DeliveryGround;
beforeAll(async () => {
  ground = await DeliveryGround.open();
});
afterAll(() => ground.close());

describe.each(DELIVERY_CRASH_POINTS)('a connector killed at %s', (point) => {
  it.each([1, 2, 3])('for the time number %d', async (time) => {
    const company = await ground.company();
    await ground.write(
      company,
      'company',
      ['1', '2'].map((code) => ({ company_code: code, name1: `Asiakas ${code}` })),
    );
    await ground.write(company, 'payroll_batch', [
      {
        payroll_batch_id: 'P-1',
        children: {
          rows: { '1': { employee_id: '1001', pay_code: '100', payroll_date: '2025-02-15', quantity: '1' } },
        },
      },
    ]);
    const env = { ...process.env, NODE_ENV: 'test', CRASH_AT: `${point}#${time}` };
    const victim = fork(WORKER, ground.workerArguments, { env, silent: true });
    const [, signal] = (await once(victim, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');

    await ground.endLeases();
    await ground.drain(await ground.connector());
    const rows = await ground.rows(company);
    expect(rows.filter(({ key }) => key !== 'P-1').map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    const made = ground.sandbox
      .journal()
      .filter(({ cuid, applied }) => cuid === company.cuid && applied)
      .flatMap(({ records }) => records.map(({ register, externalKey }) => `${register} ${externalKey}`));
    expect(made.filter((one) => one.startsWith('customer')).sort()).toEqual(['customer 1', 'customer 2']);
    // Of a batch that may have been sent nobody knows, and it is not sent again.
    const batches = made.filter((one) => one.startsWith('payroll')).length;
    const state = rows.find(({ key }) => key === 'P-1')?.state;
    if (state === 'delivered') expect(batches).toBe(1);
    else expect([state, batches <= 1]).toEqual(['review', true]);
  });
});

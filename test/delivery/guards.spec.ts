import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { DELIVERY_CRASH_POINTS } from '../../libs/service/src/index.ts';
import { full } from '../faults/full.ts';
import { CHECKOUT } from '../faults/ground.ts';
import { breed, misfits } from '../faults/mutant.ts';
import { killConnector } from './crash.ts';
import { DeliveryGround } from './ground.ts';
import { DELIVERY_GUARDS } from './guards.ts';

/** What is stranded is waited for this long. */
const PATIENCE = 6_000;

describe('the crash tests of the delivery', () => {
  it.each(full ? DELIVERY_GUARDS : DELIVERY_GUARDS.slice(0, 1))(
    'fail without the guard: $name trips $trips ($point, time number $time)',
    async ({ trips, point, time, ...mutation }) => {
      const mutant = breed(CHECKOUT, mutation);
      const worker = join('bench', 'delivery-worker.ts');
      mkdirSync(join(mutant, 'bench'));
      cpSync(join(CHECKOUT, worker), join(mutant, worker));
      const ground = await DeliveryGround.open();
      try {
        const { by, faults } = await killConnector(ground, { point, time }, mutant, PATIENCE);
        expect(by).toBe('SIGKILL');
        expect(faults).toContain(trips);
      } finally {
        await ground.close();
        rmSync(mutant, { recursive: true });
      }
    },
    60_000,
  );

  it.each(DELIVERY_GUARDS)('cut words that stand in the build once: $name', (guard) => {
    expect(misfits(CHECKOUT, guard)).toEqual([]);
  });

  it.each(DELIVERY_CRASH_POINTS)('have a guard that is missed at %s', (crashPoint) => {
    expect(DELIVERY_GUARDS.map(({ point }) => point)).toContain(crashPoint);
  });

  it.each(DELIVERY_GUARDS)('are explained: $name', ({ name, point }) => {
    const page = readFileSync(join(CHECKOUT, 'docs', 'explanation', 'guarantees.md'), 'utf8');
    expect(page.split('\n').find((line) => line.includes(`\`${name}\``))).toContain(`\`${point}\``);
  });
});

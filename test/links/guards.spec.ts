import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { LINK_CRASH_POINTS } from '../../libs/service/src/index.ts';
import { full } from '../faults/full.ts';
import { breed, misfits } from '../faults/mutant.ts';
import { CHECKOUT, LinkGround } from './ground.ts';
import { LINK_GUARDS } from './guards.ts';

/** What is stranded is waited for this long. */
const PATIENCE = 10_000;

describe('the tests of the links', () => {
  it.each(full ? LINK_GUARDS : LINK_GUARDS.slice(0, 1))(
    'fail without the guard: $name trips $trips',
    async ({ trips, trial, ...mutation }) => {
      const checkout = breed(CHECKOUT, mutation);
      const links = join('test', 'links');
      mkdirSync(join(checkout, 'test'));
      cpSync(join(CHECKOUT, links), join(checkout, links), { recursive: true });
      const ground = await LinkGround.open();
      try {
        expect(await trial(ground, { checkout, patience: PATIENCE })).toContain(trips);
      } finally {
        await ground.close();
        rmSync(checkout, { recursive: true });
      }
    },
    90_000,
  );

  it.each(LINK_GUARDS)('cut words that stand in the build once: $name', (guard) => {
    expect(misfits(CHECKOUT, guard)).toEqual([]);
  });

  it.each(LINK_CRASH_POINTS)('have a guard that is missed at %s', (crashPoint) => {
    expect(LINK_GUARDS.map(({ death }) => death?.point)).toContain(crashPoint);
  });

  it.each(LINK_GUARDS)('are explained: $name', ({ name, death }) => {
    const page = readFileSync(join(CHECKOUT, 'docs', 'explanation', 'guarantees.md'), 'utf8');
    const row = page.split('\n').find((line) => line.includes(`\`${name}\``)) ?? '';
    expect(row).not.toBe('');
    if (death !== null) expect(row).toContain(`\`${death.point}\``);
  });
});

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CRASH_POINTS } from '../../libs/service/src/crash-point.ts';
import { full } from './full.ts';
import { CHECKOUT, sharedServers } from './ground.ts';
import { GUARDS } from './guards.ts';
import { breed, misfits } from './mutant.ts';
import { PrivateServers } from './private-servers.ts';
import { Stage } from './stage.ts';

const OUTAGES = ['rabbitmq.killed', 'postgresql.killed'];

describe('the fault tests', () => {
  it.each(full ? GUARDS : GUARDS.slice(0, 1))(
    'fail without the guard: $name trips $trips ($trial)',
    async ({ scene, trips, trial, sql = [], ...mutation }) => {
      const mutant = breed(CHECKOUT, mutation);
      const own = OUTAGES.includes(trial) ? await PrivateServers.start() : null;
      const stage = await Stage.open(own ?? (await sharedServers()), mutant);
      try {
        for (const statement of sql) await stage.database.query(statement);
        expect((await scene(stage, own)).map(({ fault }) => fault)).toContain(trips);
      } finally {
        await stage.close();
        rmSync(mutant, { recursive: true });
      }
    },
    300_000,
  );

  it.each(GUARDS)('cut words that stand in the build once: $name', (guard) => {
    expect(misfits(CHECKOUT, guard)).toEqual([]);
  });

  it.each([...CRASH_POINTS, ...OUTAGES])('have a guard that is missed at %s', (trial) => {
    expect(GUARDS.map((guard) => guard.trial.split('#')[0])).toContain(trial);
  });

  it.each(GUARDS)('are explained: $name', ({ name, trial }) => {
    const page = readFileSync(join(CHECKOUT, 'docs', 'explanation', 'guarantees.md'), 'utf8');
    const row = page.split('\n').find((line) => line.includes(`\`${name}\``)) ?? '';
    if (trial !== 'scene') expect(row).toContain(`\`${trial.split('#')[0]}\``);
    expect(row).not.toBe('');
  });
});

import { rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Fault, Violation } from './checker.ts';
import { crashAt } from './crash.ts';
import { full } from './full.ts';
import { CHECKOUT, sharedServers } from './ground.ts';
import { breed, type Mutation } from './mutant.ts';
import { deadlyDocument, ticketManyTimes, ticketTwiceBeforeOpening, ticketWithoutQueue } from './scenarios.ts';
import { Stage } from './stage.ts';

/** What never comes is waited for this long. */
const PATIENCE = 8_000;

interface Guard extends Mutation {
  readonly scene: (stage: Stage) => Promise<readonly Violation[]>;
  readonly trips: Fault;
}

const GUARDS: readonly Guard[] = [
  {
    name: 'delete-before-confirm',
    file: 'libs/store/src/outbox.js',
    guard: 'waiting.filter((_, index)=>sent[index])',
    without: 'waiting',
    scene: (stage) => ticketWithoutQueue(stage, PATIENCE),
    trips: 'transfer.stands-otherwise',
  },
  {
    name: 'key-that-never-conflicts',
    file: 'libs/transfers/src/acceptance.js',
    guard: 'values ($1, $2, $3, $4, $5)\n    on conflict do nothing',
    without: 'values ($1, $2, $3 || gen_random_uuid(), $4, $5)',
    scene: async (stage) => (await crashAt(stage, 'gateway.after-accept-commit', PATIENCE)).violations,
    trips: 'transfer.twice',
  },
  {
    name: 'no-fence',
    file: 'libs/transfers/src/lane.js',
    guard: 'where id = $1 and ticket = $2 and fence = $3 for update',
    without: 'where id = $1 and $2::uuid is not null and $3::bigint is not null for update',
    scene: (stage) => ticketTwiceBeforeOpening(stage, PATIENCE),
    trips: 'audit.differs',
  },
  {
    name: 'every-claim-is-an-attempt',
    file: 'libs/transfers/src/lane.js',
    guard: 'then 0 else 1 end',
    without: 'then 1 else 1 end',
    scene: (stage) => ticketManyTimes(stage, PATIENCE),
    trips: 'transfer.stands-otherwise',
  },
  {
    name: 'ack-before-commit',
    file: 'libs/bus/src/single-consumer.js',
    guard: 'handled = await this.options.handle(opened.delivery);',
    without: 'handled = void this.options.handle(opened.delivery).catch(() => undefined);',
    scene: async (stage) => (await crashAt(stage, 'connector.after-staging', PATIENCE)).violations,
    trips: 'transfer.stands-otherwise',
  },
  {
    name: 'attempts-uncounted',
    file: 'libs/transfers/src/lane.js',
    guard: 'then 0 else 1 end',
    without: 'then 0 else 0 end',
    scene: async (stage) => (await deadlyDocument(stage, PATIENCE)).violations,
    trips: 'transfer.stands-otherwise',
  },
];

describe('the fault tests', () => {
  it.each(full ? GUARDS : GUARDS.slice(0, 1))(
    'fail without the guard: $name trips $trips',
    async ({ scene, trips, ...mutation }) => {
      const mutant = breed(CHECKOUT, mutation);
      const stage = await Stage.open(await sharedServers(), mutant);
      try {
        expect((await scene(stage)).map(({ fault }) => fault)).toContain(trips);
      } finally {
        await stage.close();
        rmSync(mutant, { recursive: true });
      }
    },
    240_000,
  );
});

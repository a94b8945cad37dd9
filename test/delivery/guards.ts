import type { Mutation } from '../faults/mutant.ts';
import type { Death, DeliveryFault } from './crash.ts';

const DELIVERY = 'apps/fivaldi-connector/src/delivery';

/** A guard of the delivery, where a connector is killed while it is away, and what must then be wrong. */
export interface DeliveryGuard extends Mutation, Death {
  readonly trips: DeliveryFault;
}

/** The first is part of every run of the tests. */
export const DELIVERY_GUARDS: readonly DeliveryGuard[] = [
  {
    name: 'sent-before-it-is-written-down',
    cuts: [
      {
        file: `${DELIVERY}/deliverer.js`,
        guard: 'if (writes(step.action)) await beginSending(sql, turn, work, step.action);',
        without: '',
      },
    ],
    point: 'delivery.after-answer',
    time: 3,
    trips: 'record.twice',
  },
  {
    name: 'sending-is-not-taken-up-again',
    cuts: [
      {
        file: `${DELIVERY}/delivery-queue.js`,
        guard: `and state in ('due', 'sending', 'unknown') and next_try_at <= $3`,
        without: `and state in ('due', 'unknown') and next_try_at <= $3`,
      },
    ],
    point: 'delivery.before-send',
    time: 2,
    trips: 'record.stranded',
  },
  {
    name: 'unknown-is-sent-again',
    cuts: [{ file: `${DELIVERY}/delivery-queue.js`, guard: `unsure: next.state !== 'due'`, without: 'unsure: false' }],
    point: 'delivery.before-commit',
    time: 3,
    trips: 'record.twice',
  },
  {
    name: 'turn-that-never-ends',
    cuts: [
      {
        file: `${DELIVERY}/turns.js`,
        guard: '(c.leased_until is null or c.leased_until <= $4)',
        without: 'c.leased_until is null and $4::timestamptz is not null',
      },
    ],
    point: 'delivery.after-commit',
    time: 1,
    trips: 'record.stranded',
  },
];

import { setImmediate } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';

import { eventually, parcels, quiet } from './broker.spec-support.js';
import type { OutgoingMessage } from './envelope.js';
import { type Outbox, OutboxRelay } from './outbox-relay.js';
import type { PublishOutcome } from './publisher.js';

/** Keeps the contract of the table: one round at a time, in order, and only what is confirmed goes. */
class MemoryOutbox implements Outbox {
  rows: OutgoingMessage[] = [];
  rounds = 0;
  away = false;

  async relay(limit: number, publish: Parameters<Outbox['relay']>[1]): Promise<number> {
    this.rounds += 1;
    if (this.away) throw new Error('the database is away');
    const taken = this.rows.slice(0, limit);
    const confirmed = taken.length > 0 ? await publish(taken) : [];
    const gone = new Set(taken.filter((_, index) => confirmed[index] === true));
    this.rows = this.rows.filter((row) => !gone.has(row));
    return taken.length;
  }
}

class MemoryBus {
  readonly sent: string[] = [];
  outcome: (message: OutgoingMessage) => PublishOutcome = () => 'confirmed';

  publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishOutcome[]> {
    const outcomes = messages.map((message) => this.outcome(message));
    messages.forEach(({ id }, index) => outcomes[index] === 'confirmed' && this.sent.push(id));
    return Promise.resolve(outcomes);
  }
}

const relays: OutboxRelay[] = [];
afterEach(() => Promise.all(relays.splice(0).map((relay) => relay.stop())));

/** It polls so seldom that whatever happens has another cause. */
function relaying(batch = 10, pollMs = 600_000, lingerMs = 0) {
  const outbox = new MemoryOutbox();
  const bus = new MemoryBus();
  const relay = new OutboxRelay({ outbox, bus, log: quiet, batch, pollMs, lingerMs });
  relays.push(relay);
  return { outbox, bus, relay };
}

describe('the outbox relay', () => {
  it('publishes everything in order, batch after batch without a pause', async () => {
    const { outbox, bus, relay } = relaying(10);
    const rows = parcels(0, 95);
    outbox.rows = rows;
    relay.start();
    await eventually(
      () => outbox.rows.length,
      (left) => left === 0,
    );
    expect(bus.sent).toEqual(rows.map(({ id }) => id));
  });

  it('looks at once when nudged', async () => {
    const { outbox, relay } = relaying();
    relay.start();
    await eventually(
      () => outbox.rounds,
      (rounds) => rounds === 1,
    );
    outbox.rows = parcels(0, 1);
    relay.nudge();
    await eventually(
      () => outbox.rows.length,
      (left) => left === 0,
    );
  });

  it('looks by itself when nobody nudges', async () => {
    const { outbox, relay } = relaying(10, 20);
    relay.start();
    await eventually(
      () => outbox.rounds,
      (rounds) => rounds === 1,
    );
    outbox.rows = parcels(0, 1);
    await eventually(
      () => outbox.rows.length,
      (left) => left === 0,
    );
  });

  it('makes one look of a hundred nudges', async () => {
    const { outbox, relay } = relaying();
    relay.start();
    await eventually(
      () => outbox.rounds,
      (rounds) => rounds === 1,
    );
    for (let nudge = 0; nudge < 100; nudge += 1) relay.nudge();
    outbox.rows = parcels(0, 1);
    await eventually(
      () => outbox.rows.length,
      (left) => left === 0,
    );
    expect(outbox.rounds).toBeLessThanOrEqual(3);
  });

  it('gathers what comes while it lingers into one round', async () => {
    const { outbox, bus, relay } = relaying(10, 600_000, 50);
    relay.start();
    await eventually(
      () => outbox.rounds,
      (rounds) => rounds === 1,
    );
    for (const row of parcels(0, 3)) {
      outbox.rows.push(row);
      relay.nudge();
      await setImmediate();
    }
    await eventually(
      () => bus.sent.length,
      (sent) => sent === 3,
    );
    expect(outbox.rounds).toBe(2);
  });

  it('keeps what is not confirmed, and neither spins nor lets itself be nudged into spinning', async () => {
    const { outbox, bus, relay } = relaying(10);
    outbox.rows = parcels(0, 10);
    bus.outcome = () => 'unavailable';
    relay.start();
    const until = performance.now() + 1_000;
    await eventually(
      () => {
        relay.nudge();
        return performance.now();
      },
      (now) => now > until,
    );
    expect(outbox.rows).toHaveLength(10);
    expect(outbox.rounds).toBeLessThanOrEqual(6);
    bus.outcome = () => 'confirmed';
    await eventually(
      () => outbox.rows.length,
      (left) => left === 0,
    );
  });

  it('publishes the others beside one that has no queue', async () => {
    const { outbox, bus, relay } = relaying(10);
    outbox.rows = parcels(0, 3);
    const lost = outbox.rows[1]!.id;
    bus.outcome = ({ id }) => (id === lost ? 'unroutable' : 'confirmed');
    relay.start();
    await eventually(
      () => outbox.rows.length,
      (left) => left === 1,
    );
    expect(outbox.rows[0]!.id).toBe(lost);
  });

  it('outlives its database', async () => {
    const { outbox, relay } = relaying();
    outbox.away = true;
    relay.start();
    await eventually(
      () => outbox.rounds,
      (rounds) => rounds >= 2,
    );
    outbox.away = false;
    outbox.rows = parcels(0, 1);
    await eventually(
      () => outbox.rows.length,
      (left) => left === 0,
    );
  });

  it('relays once more when it is stopped, and not again', async () => {
    const { outbox, relay } = relaying();
    relay.start();
    await eventually(
      () => outbox.rounds,
      (rounds) => rounds === 1,
    );
    outbox.rows = parcels(0, 1);
    await relay.stop();
    expect(outbox.rows).toEqual([]);
    const { rounds } = outbox;
    relay.nudge();
    await setImmediate();
    expect(outbox.rounds).toBe(rounds);
  });
});

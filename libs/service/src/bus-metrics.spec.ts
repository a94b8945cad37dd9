import { describe, expect, it } from '@jest/globals';

import type { BusMetrics } from '#lib/bus';

import { busMetrics, watchOutbox } from './bus-metrics.js';
import { ServiceMetrics } from './metrics.js';

describe('busMetrics', () => {
  it('counts everything that the bus reports', async () => {
    const metrics = new ServiceMetrics('audit', { version: '1', revision: 'a' });
    const bus: Required<BusMetrics> = busMetrics(metrics);
    bus.published('tietovirta.messages', 'audit.event.v1', 'confirmed');
    bus.confirmed('tietovirta.messages', 0.002);
    bus.consumed('audit.events', 'acked');
    bus.processed('audit.events', 'audit.event.v1', 0.1);
    bus.messageAge('audit.events', 2);
    bus.inFlight('audit.events', 3);
    bus.redelivered('audit.events');
    bus.retried('audit.events', '5plus');
    bus.parked('audit.events', 'poison');
    bus.replayed('audit.events', 'confirmed');
    bus.inboxDuplicate('audit.events');
    bus.relayed('returned');
    bus.relayDelay(0.02);
    bus.connection('consumer', 'connected');
    bus.connection('consumer', 'blocked');

    const { body } = await metrics.scrape();
    const moved = body.split('\n').filter((line) => /^tietovirta_(bus|outbox|inbox)\S* (?!0$)/.test(line));
    expect(moved.filter((line) => !/_(bucket|sum)/.test(line))).toEqual([
      'tietovirta_bus_published_total{exchange="tietovirta.messages",type="audit.event.v1",outcome="confirmed"} 1',
      'tietovirta_bus_publish_confirm_duration_seconds_count{exchange="tietovirta.messages"} 1',
      'tietovirta_bus_consumed_total{queue="audit.events",outcome="acked"} 1',
      'tietovirta_bus_process_duration_seconds_count{queue="audit.events",type="audit.event.v1"} 1',
      'tietovirta_bus_message_age_seconds_count{queue="audit.events"} 1',
      'tietovirta_bus_in_flight_messages{queue="audit.events"} 3',
      'tietovirta_bus_redelivered_total{queue="audit.events"} 1',
      'tietovirta_bus_retries_total{queue="audit.events",attempt="5plus"} 1',
      'tietovirta_bus_dead_lettered_total{queue="audit.events",reason="poison"} 1',
      'tietovirta_bus_dead_letter_replays_total{queue="audit.events",outcome="confirmed"} 1',
      'tietovirta_bus_connection_state{role="consumer",state="blocked"} 1',
      'tietovirta_outbox_relayed_total{outcome="returned"} 1',
      'tietovirta_outbox_relay_delay_seconds_count 1',
      'tietovirta_inbox_duplicates_total{queue="audit.events"} 1',
    ]);
  });
});

describe('watchOutbox', () => {
  it('shows what waits when it is scraped, and no age when nothing does', async () => {
    const metrics = new ServiceMetrics('auth', { version: '1', revision: 'a' });
    let waiting: { messages: number; oldest: Date | null } = { messages: 2, oldest: new Date(1_700_000_000_500) };
    watchOutbox(metrics, { pending: () => Promise.resolve(waiting) });
    const outbox = async () =>
      (await metrics.scrape()).body.split('\n').filter((line) => /^tietovirta_outbox\S*pending/.test(line));

    expect(await outbox()).toEqual([
      'tietovirta_outbox_pending_messages 2',
      'tietovirta_outbox_oldest_pending_timestamp_seconds 1700000000.5',
    ]);
    waiting = { messages: 0, oldest: null };
    expect(await outbox()).toEqual(['tietovirta_outbox_pending_messages 0']);
  });
});

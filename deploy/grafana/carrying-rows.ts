import { type Row, series } from './panels.ts';
import { age, inRange, level, quantile, rate } from './promql.ts';

const ACCESS: Row = {
  title: 'Who is let in?',
  collapsed: true,
  panels: [
    series({
      title: 'Decisions',
      description: 'Access decisions a second. Every acceptance and every start is one.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: rate('tietovirta_authz_decisions_total', { by: ['decision'] }), legend: '{{decision}}' }],
    }),
    series({
      title: 'Denials, by first reason, and a week ago',
      description: 'A jump against last week is a changed right or a moved partner, or an attack. Ask the audit log.',
      unit: 'ops',
      queries: [
        {
          expr: rate('tietovirta_authz_decisions_total', { by: ['reason'], where: 'decision="deny"' }),
          legend: '{{reason}}',
        },
        {
          expr: rate('tietovirta_authz_decisions_total', { where: 'decision="deny"', offset: '1w' }),
          legend: 'all, a week ago',
        },
      ],
    }),
    series({
      title: 'Time to decide',
      description: 'From the question to the committed decision. Above the line, every request feels it.',
      unit: 's',
      steps: [
        { color: 'green', value: null },
        { color: 'red', value: 0.1 },
      ],
      queries: [
        { expr: quantile(0.5, 'tietovirta_authz_decision_duration_seconds'), legend: '50 %' },
        { expr: quantile(0.99, 'tietovirta_authz_decision_duration_seconds'), legend: '99 %' },
      ],
    }),
    series({
      title: 'Sign-ins, by outcome',
      description: 'Attempts to sign in a second.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [{ expr: rate('tietovirta_logins_total', { by: ['outcome'] }), legend: '{{outcome}}' }],
    }),
    series({
      title: 'Refused sign-ins, by reason',
      description: 'The caller hears no reason; this is the only place beside the audit log that tells it.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [
        { expr: rate('tietovirta_logins_total', { by: ['reason'], where: 'outcome="denied"' }), legend: '{{reason}}' },
      ],
    }),
    series({
      title: 'Chosen passwords, by what the service of breached ones said',
      description: 'Where nobody answered (not_asked), the password was taken; nothing at all where no service is set.',
      unit: 'ops',
      width: 24,
      stacked: true,
      queries: [
        { expr: rate('tietovirta_breached_password_checks_total', { by: ['outcome'] }), legend: '{{outcome}}' },
      ],
    }),
  ],
};

const BUS: Row = {
  title: 'Does the bus carry?',
  collapsed: true,
  panels: [
    series({
      title: 'Connection to the broker is down or blocked',
      description: '1 while a service has no broker, or one that takes nothing. Documents are accepted all the same.',
      unit: 'short',
      queries: [
        {
          expr: level('max', 'tietovirta_bus_connection_state', {
            by: ['job', 'state'],
            where: 'state!="connected"',
          }),
          legend: '{{job}} {{state}}',
        },
      ],
    }),
    series({
      title: 'Waiting in the outbox',
      description:
        'Messages committed and not yet confirmed by the broker. It grows while the broker is away, then empties.',
      unit: 'short',
      queries: [{ expr: level('max', 'tietovirta_outbox_pending_messages'), legend: 'messages' }],
    }),
    series({
      title: 'Age of the outbox',
      description:
        'Age of the oldest message in the outbox. Above the line for minutes: look at the broker, then at the relays.',
      unit: 's',
      steps: [
        { color: 'green', value: null },
        { color: 'red', value: 300 },
      ],
      queries: [{ expr: age('tietovirta_outbox_oldest_pending_timestamp_seconds'), legend: 'oldest' }],
    }),
    series({
      title: 'Published, by what the broker answered',
      description: 'Anything but confirmed stays in the outbox and is sent again.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: rate('tietovirta_bus_published_total', { by: ['outcome'] }), legend: '{{outcome}}' }],
    }),
    series({
      title: 'Confirm and relay, 95 %',
      description: 'Confirm: from publishing to the answer of the broker. Relay: from the commit to that answer.',
      unit: 's',
      queries: [
        { expr: quantile(0.95, 'tietovirta_bus_publish_confirm_duration_seconds'), legend: 'confirm' },
        { expr: quantile(0.95, 'tietovirta_outbox_relay_delay_seconds'), legend: 'relay' },
      ],
    }),
    series({
      title: 'Relayed, by how it went',
      description: 'Messages that the relays took from the outbox, a second.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: rate('tietovirta_outbox_relayed_total', { by: ['outcome'] }), legend: '{{outcome}}' }],
    }),
    series({
      title: 'Age of messages when taken, 95 %',
      description: 'The lag of a queue as its consumer feels it.',
      unit: 's',
      queries: [{ expr: quantile(0.95, 'tietovirta_bus_message_age_seconds', { by: ['queue'] }), legend: '{{queue}}' }],
    }),
    series({
      title: 'Consumed, by outcome',
      description: 'Deliveries settled a second.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: rate('tietovirta_bus_consumed_total', { by: ['outcome'] }), legend: '{{outcome}}' }],
    }),
    series({
      title: 'Time in hand, 95 %',
      description: 'From taking a delivery to settling it, by type.',
      unit: 's',
      queries: [
        { expr: quantile(0.95, 'tietovirta_bus_process_duration_seconds', { by: ['type'] }), legend: '{{type}}' },
      ],
    }),
    series({
      title: 'Retries, by attempt, and redeliveries',
      description: 'Late attempts mean that something has been away for long.',
      unit: 'ops',
      queries: [
        { expr: rate('tietovirta_bus_retries_total', { by: ['attempt'] }), legend: 'attempt {{attempt}}' },
        { expr: rate('tietovirta_bus_redelivered_total'), legend: 'redelivered' },
        { expr: rate('tietovirta_inbox_duplicates_total'), legend: 'done before' },
      ],
    }),
    series({
      title: 'Parked and put back',
      description: 'Messages parked, by reason, and parked ones put back to work by people, in the time shown.',
      unit: 'short',
      queries: [
        {
          expr: inRange('tietovirta_bus_dead_lettered_total', { by: ['queue', 'reason'] }),
          legend: '{{queue}} {{reason}}',
        },
        {
          expr: inRange('tietovirta_bus_dead_letter_replays_total', { by: ['outcome'] }),
          legend: 'put back: {{outcome}}',
        },
      ],
    }),
    series({
      title: 'In hand',
      description: 'Deliveries taken and not settled, by queue; 0 at the end of a drain.',
      unit: 'short',
      queries: [{ expr: level('sum', 'tietovirta_bus_in_flight_messages', { by: ['queue'] }), legend: '{{queue}}' }],
    }),
  ],
};

/** Who is let in, and whether messages arrive; closed until it is asked. */
export const CARRYING_ROWS: readonly Row[] = [ACCESS, BUS];

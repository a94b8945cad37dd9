import { connect } from 'amqplib';

import { EXCHANGE, parkedQueue, RETRY_DELAYS_MS, retryQueue } from '#lib/bus';
import { auditEvent } from '#lib/contracts';

/** Leaves nothing of a spec's namespace on the broker that all specs share. */
export async function forgetNamespace(url: string, namespace: string): Promise<void> {
  const events = namespace + auditEvent.queue;
  const waiting = RETRY_DELAYS_MS.map((delay) => retryQueue(events, delay));
  const connection = await connect(url);
  const channel = await connection.createChannel();
  for (const queue of [events, parkedQueue(events), ...waiting, `${namespace}audit.questions`]) {
    await channel.deleteQueue(queue);
  }
  await channel.deleteExchange(namespace + EXCHANGE);
  await connection.close();
}

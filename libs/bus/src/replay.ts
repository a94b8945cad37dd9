import type { Link } from './link.js';
import type { AnyMessage } from './delivery.js';
import type { BusMetrics } from './bus-metrics.js';
import { HEADER } from './delivery.js';
import { NotConnected } from './not-connected.js';
import type { Publisher } from './publisher.js';
import { copiedProperties } from './settler.js';
import { parkedQueue } from './topology.js';

export interface ReplayParts {
  readonly link: Link;
  readonly publisher: Publisher;
  readonly metrics: BusMetrics;
  /** With the namespace, as `queue` is. */
  readonly exchange: string;
  readonly queue: string;
}

/**
 * Gives parked messages back to their queue, oldest first, each as a first attempt.
 *
 * A copy again: a message leaves `.parked` when its queue has it. Ends early
 * when the broker refuses one; the rest stays parked.
 */
export async function replayParked(contract: AnyMessage, limit: number, parts: ReplayParts): Promise<number> {
  const { link, publisher, metrics, exchange, queue } = parts;
  const channel = await link.current?.createChannel();
  if (channel === undefined) throw new NotConnected();
  try {
    for (let replayed = 0; replayed < limit; replayed += 1) {
      const message = await channel.get(parkedQueue(queue));
      if (message === false) return replayed;
      const outcome = await publisher.send({
        exchange,
        routingKey: queue,
        content: message.content,
        properties: copiedProperties(message, { [HEADER.attempt]: 1 }),
        type: contract.type,
      });
      metrics.replayed?.(contract.queue, outcome === 'confirmed' ? 'confirmed' : 'failed');
      if (outcome !== 'confirmed') return replayed;
      channel.ack(message);
    }
    return limit;
  } finally {
    await channel.close().catch(() => undefined);
  }
}

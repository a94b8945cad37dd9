import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { ChannelModel } from 'amqplib';

import { batchWrites } from './write-batch.js';

/** A broker that refuses the channel as it is, and not only the moment, is asked again no faster than this. */
const AGAIN_MS = 1_000;

/**
 * Lets a line write in batches, and survive a channel that cannot be set up, as when the broker dies between the two: the manager says so by
 * an `error` event of the channel, Nest listens to none, and an `error` that nobody hears ends the process.
 *
 * A lost connection the manager opens again by itself; where only the channel failed, the connection is opened anew.
 */
export function survivingSetup<Manager extends Pick<AmqpConnectionManager, 'createChannel' | 'reconnect' | 'on'>>(
  manager: Manager,
  failed: (error: Error) => void,
): Manager {
  const create = manager.createChannel.bind(manager);
  manager.createChannel = (options) => {
    const channel = create(options);
    let again: NodeJS.Timeout | undefined;
    let closed = false;
    // A line that was closed meanwhile refuses to come back, and nobody would hear it.
    channel.once('close', () => {
      closed = true;
      clearTimeout(again);
    });
    channel.on('error', (error) => {
      failed(error);
      clearTimeout(again);
      if (closed) return;
      again = setTimeout(() => manager.reconnect(), AGAIN_MS).unref();
    });
    return channel;
  };
  manager.on('connect', ({ connection }) => batchWrites(connection as unknown as ChannelModel));
  return manager;
}

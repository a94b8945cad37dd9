import type { AmqpConnectionManager } from 'amqp-connection-manager';

/** A broker that refuses the channel as it is, and not only the moment, is asked again no faster than this. */
const AGAIN_MS = 1_000;

/**
 * Lets a line survive a channel that cannot be set up, as when the broker dies between the two: the manager says so by
 * an `error` event of the channel, Nest listens to none, and an `error` that nobody hears ends the process.
 *
 * A lost connection the manager opens again by itself; where only the channel failed, the connection is opened anew.
 */
export function survivingSetup<Manager extends Pick<AmqpConnectionManager, 'createChannel' | 'reconnect'>>(
  manager: Manager,
  failed: (error: Error) => void,
): Manager {
  const create = manager.createChannel.bind(manager);
  manager.createChannel = (options) => {
    const channel = create(options);
    channel.on('error', (error) => {
      failed(error);
      setTimeout(() => manager.reconnect(), AGAIN_MS).unref();
    });
    return channel;
  };
  return manager;
}

import type { Socket } from 'node:net';

import type { ChannelModel } from 'amqplib';

/**
 * Has a connection send what it writes in one turn of the event loop in one go.
 *
 * amqplib writes frame by frame: an answer with its ack is four writes, and each of them is a call of the kernel that
 * wakes the broker. Nothing is held back longer than the turn lasts.
 */
export function batchWrites(model: Pick<ChannelModel, 'connection'>): void {
  batchWritesOf((model.connection as unknown as { readonly stream: Socket }).stream);
}

/** The same for the socket itself. */
export function batchWritesOf(socket: Socket): void {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  let corked = false;
  socket.write = (...given: unknown[]): boolean => {
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(() => {
        corked = false;
        socket.uncork();
      });
    }
    return write(...given);
  };
}

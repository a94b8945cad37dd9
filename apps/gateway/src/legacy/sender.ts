import type { Readable } from 'node:stream';

import { SenderStalled } from '../errors.js';
import type { ReadBytes } from './multipart.js';

export interface Sender {
  readonly read: ReadBytes;
  /** Lets go of the body; nothing is read any more. */
  readonly leave: () => void;
}

/**
 * The bytes of a request's body. `silence` is how long its sender may send nothing, in seconds; then, or when the
 * connection breaks, {@link SenderStalled} is thrown.
 */
export function senderOf(body: Readable, silence: number): Sender {
  // Leaving the body early must not destroy it: that would take the socket, and with it the answer that says why.
  const parts = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  const read = async (): Promise<Buffer | undefined> => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new SenderStalled(silence)), silence * 1000);
    try {
      return (await Promise.race([parts.next(), late.promise])).value;
    } catch (error) {
      throw error instanceof SenderStalled ? error : new SenderStalled(silence, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
  return { read, leave: () => void parts.return?.() };
}

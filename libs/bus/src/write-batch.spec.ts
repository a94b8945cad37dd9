import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { batchWritesOf } from './write-batch.js';

describe('a connection that writes in batches', () => {
  let near: Socket;
  let far: Socket;
  let calls: number;

  beforeEach(async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('A server without a port');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    near = connect({ port: address.port, host: '127.0.0.1' });
    await once(near, 'connect');
    [far] = await accepted;
    server.close();
    calls = 0;
    // What Node calls once for each call of the kernel.
    const socket = near as unknown as { _writeGeneric: (...given: unknown[]) => unknown };
    const send = socket._writeGeneric.bind(near);
    socket._writeGeneric = (...given) => {
      calls += 1;
      return send(...given);
    };
    batchWritesOf(near);
  });

  afterEach(() => {
    near.destroy();
    far.destroy();
  });

  const received = async (bytes: number): Promise<string> => {
    let text = '';
    for await (const part of far) {
      text += String(part);
      if (text.length >= bytes) break;
    }
    return text;
  };

  it('sends what is written in one turn with one call, in order', async () => {
    for (const frame of ['one ', 'two ', 'three']) near.write(frame);
    expect(await received(13)).toBe('one two three');
    expect(calls).toBe(1);
  });

  it('keeps nothing for the next turn', async () => {
    near.write('now');
    expect(await received(3)).toBe('now');
  });

  it('says when the other side is behind, as a socket does', () => {
    expect(near.write(Buffer.alloc(near.writableHighWaterMark))).toBe(false);
  });

  it('sends the last words before it ends', async () => {
    near.write('last ');
    near.end('words');
    expect(await received(10)).toBe('last words');
  });
});

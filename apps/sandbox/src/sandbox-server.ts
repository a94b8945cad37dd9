import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Log } from '#lib/service';

export type Handle = (incoming: IncomingMessage, response: ServerResponse) => Promise<void>;

/** One port that a sandbox listens on. */
export interface SandboxServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Cuts what is under way. */
  close(): Promise<void>;
}

/**
 * Listens when the promise settles; port 0 is a free one. A handler that throws is a fault of ours: it is logged, and
 * the connection cut, which no client takes for an answer.
 */
export async function startServer(
  port: number,
  host: string,
  handle: Handle,
  log?: Pick<Log, 'error'>,
): Promise<SandboxServer> {
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      if (!incoming.destroyed || incoming.complete) log?.error({ error }, 'the sandbox failed');
      response.destroy();
    });
  });
  // Longer than clients keep a connection: it is theirs to close.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

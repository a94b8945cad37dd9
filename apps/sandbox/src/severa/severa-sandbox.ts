/**
 * The Severa sandbox: a stand-in for Severa's REST interface, and for the call of its older SOAP interface that a key is
 * checked with. It speaks the real wire, keeps a journal of what it applied, and fails when told to. It shares no code
 * with the product: a client that is wrong about the contract is found out here.
 *
 * A call's way is `severa-api.ts`; the operations are `operations.ts` and beside it; what a record is made of is in
 * `kinds/`; what a test may do is `severa-control.ts`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Log } from '#lib/service';

import { PREFIX, SeveraApi } from './severa-api.js';
import { severaControl } from './severa-control.js';
import { SeveraWorld } from './severa-world.js';
import { SOAP_PATH } from './soap.js';

export interface SeveraSandboxOptions {
  /** 0, or absent: a free port. */
  readonly port?: number;
  readonly controlPort?: number;
  readonly host?: string;
  /** Absent: the journal is in memory alone. */
  readonly journalFile?: string;
  readonly now?: () => Date;
  readonly log?: Pick<Log, 'error'>;
}

/** A stand-in for Severa, running. */
export interface SeveraSandbox {
  /** What a client takes for the REST interface's address; the version comes after it. */
  readonly url: string;
  /** The same of the SOAP interface. */
  readonly soapUrl: string;
  readonly controlUrl: string;
  close(): Promise<void>;
}

/** Starts the interfaces and the control routes, on two ports; ready when the promise settles. */
export async function startSeveraSandbox(options: SeveraSandboxOptions = {}): Promise<SeveraSandbox> {
  const { host = '127.0.0.1', port = 0, controlPort = 0, journalFile, now = () => new Date(), log } = options;
  const world = new SeveraWorld(journalFile, now);
  const api = new SeveraApi(world);
  const servers = [
    serverOf(log, (incoming, response) => api.serve(incoming, response)),
    serverOf(log, (incoming, response) => severaControl(world, incoming, response)),
  ] as const;
  const [address, controlUrl] = await Promise.all([
    listening(servers[0], port, host),
    listening(servers[1], controlPort, host),
  ]);
  return {
    url: `${address}${PREFIX}`,
    soapUrl: `${address}${SOAP_PATH}`,
    controlUrl,
    close: async () => {
      await Promise.all(servers.map(closed));
      world.journal.close();
    },
  };
}

type Handle = (incoming: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A handler that throws is a fault of ours: it is logged, and the connection cut, which no client takes for an answer. */
function serverOf(log: Pick<Log, 'error'> | undefined, handle: Handle): Server {
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      if (!incoming.destroyed || incoming.complete) log?.error({ error }, 'the Severa sandbox failed');
      response.destroy();
    });
  });
  // Longer than clients keep a connection: it is theirs to close.
  server.keepAliveTimeout = 75_000;
  return server;
}

function listening(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(`http://${host}:${(server.address() as AddressInfo).port}`));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * The Netvisor sandbox: a stand-in for Netvisor's interface that speaks its real wire, keeps a journal of what it
 * applied, and fails when told to. It has its own reading of the contract, signature and order of elements included: a
 * client that reads it otherwise is found out here.
 *
 * A call's way is `netvisor-api.ts`; signatures are `authentication.ts`; what may stand where in a body is in
 * `shapes/`, checked by `shape.ts`; what a resource does is in its own file, by `resources.ts`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Log } from '#lib/service';

import { NetvisorApi } from './netvisor-api.js';
import { netvisorControl } from './netvisor-control.js';
import { NetvisorFaults } from './netvisor-faults.js';
import { NetvisorJournal } from './netvisor-journal.js';
import { NetvisorWorld } from './netvisor-world.js';

export interface NetvisorSandboxOptions {
  /** 0, or absent: a free port. */
  readonly port?: number;
  readonly controlPort?: number;
  readonly host?: string;
  /** JSON Lines, appended to. Absent: in memory alone. */
  readonly journalFile?: string;
  readonly partner: { readonly id: string; readonly key: string };
  readonly now?: () => Date;
  readonly log?: Log;
}

/** A stand-in for Netvisor, running. */
export interface NetvisorSandbox {
  /** With its slash: what a client takes for Netvisor's address. */
  readonly url: string;
  /** Without one. */
  readonly controlUrl: string;
  close(): Promise<void>;
}

/** Starts the interface and its control routes, on two ports; ready when the promise settles. */
export async function startNetvisorSandbox(options: NetvisorSandboxOptions): Promise<NetvisorSandbox> {
  const { host = '127.0.0.1', log = SILENT, partner, now = () => new Date() } = options;
  const journal = new NetvisorJournal(options.journalFile);
  const world = new NetvisorWorld(partner, journal, new NetvisorFaults(), now);
  const api = new NetvisorApi(world, log);
  const servers = [
    serverOf(log, (incoming, response) => api.serve(incoming, response)),
    serverOf(log, (incoming, response) => netvisorControl(world, incoming, response)),
  ] as const;
  const [url, controlUrl] = await Promise.all([
    listening(servers[0], options.port ?? 0, host),
    listening(servers[1], options.controlPort ?? 0, host),
  ]);
  return {
    url: `${url}/`,
    controlUrl,
    close: async () => {
      await Promise.all(servers.map(closed));
      journal.close();
    },
  };
}

/** A handler that throws is a fault of ours: it is logged, and the connection cut, which no client takes for an answer. */
function serverOf(log: Log, handle: (incoming: IncomingMessage, response: ServerResponse) => Promise<void>): Server {
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      if (!incoming.destroyed || incoming.complete) log.error({ error }, 'the sandbox failed');
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

const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => SILENT,
};

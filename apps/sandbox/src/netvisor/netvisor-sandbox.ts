/**
 * The Netvisor sandbox: a stand-in for Netvisor's interface that speaks its real wire, keeps a journal of what it
 * applied, and fails when told to. It has its own reading of the contract, signature and order of elements included: a
 * client that reads it otherwise is found out here.
 *
 * A call's way is `netvisor-api.ts`; signatures are `authentication.ts`; what may stand where in a body is in
 * `shapes/`, checked by `shape.ts`; what a resource does is in its own file, by `resources.ts`.
 */
import type { Log } from '#lib/service';

import { startServer } from '../sandbox-server.js';
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
  const [calls, orders] = await Promise.all([
    startServer(options.port ?? 0, host, (incoming, response) => api.serve(incoming, response), log),
    startServer(
      options.controlPort ?? 0,
      host,
      (incoming, response) => netvisorControl(world, incoming, response),
      log,
    ),
  ]);
  return {
    url: `${calls.url}/`,
    controlUrl: orders.url,
    close: async () => {
      await Promise.all([calls.close(), orders.close()]);
      journal.close();
    },
  };
}

const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => SILENT,
};

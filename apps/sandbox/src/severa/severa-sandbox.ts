/**
 * The Severa sandbox: a stand-in for Severa's REST interface, and for the call of its older SOAP interface that a key is
 * checked with. It speaks the real wire, keeps a journal of what it applied, and fails when told to. It shares no code
 * with the product: a client that is wrong about the contract is found out here.
 *
 * A call's way is `severa-api.ts`; the operations are `operations.ts` and beside it; what a record is made of is in
 * `kinds/`; what a test may do is `severa-control.ts`.
 */
import type { Log } from '#lib/service';

import { startServer } from '../sandbox-server.js';
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
  const [calls, orders] = await Promise.all([
    startServer(port, host, (incoming, response) => api.serve(incoming, response), log),
    startServer(controlPort, host, (incoming, response) => severaControl(world, incoming, response), log),
  ]);
  return {
    url: `${calls.url}${PREFIX}`,
    soapUrl: `${calls.url}${SOAP_PATH}`,
    controlUrl: orders.url,
    close: async () => {
      await Promise.all([calls.close(), orders.close()]);
      world.journal.close();
    },
  };
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';

import type { Log } from './log.js';
import type { ServiceMetrics } from './metrics.js';
import { type ReadinessCheck, ReadinessGate } from './readiness.js';
import type { MetricsReader, ShownTls } from './servers.js';

export interface OperationsOptions {
  readonly host: string;
  /** `0` takes a free port. */
  readonly port: number;
  /** Without it, plain HTTP. */
  readonly tls?: ShownTls | undefined;
  /** Who alone is given the metrics, by a certificate; over TLS only. Without it, whoever asks. */
  readonly reader?: MetricsReader | undefined;
  readonly metrics: Pick<ServiceMetrics, 'scrape'>;
  readonly readiness: readonly ReadinessCheck[];
  readonly log: Log;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const json = (status: number, value: object): Answer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value)}\n`,
});

/**
 * Health and metrics, on a port of their own that no ingress reaches.
 *
 *   path            | 200                            | 503
 *   ----------------+--------------------------------+----------------------------
 *   /health/live    | the event loop turns           | never: no answer is the no
 *   /health/startup | was ready once                 | never ready yet
 *   /health/ready   | every check is well            | one is not, or it drains
 *   /metrics        | always, whatever readiness says| never
 *
 * Where metrics have a reader, everybody else gets 403 for them; health is told to all, since probes show nothing.
 *
 * An answer names each check and how it went, never an error's text. Outside
 * systems are no checks: one that is down must not take the whole fleet out.
 */
export class OperationsServer {
  private readonly server: Server;
  private readonly gate: ReadinessGate;
  private started = false;

  constructor(private readonly options: OperationsOptions) {
    this.gate = new ReadinessGate(options.readiness);
    const limits = { requestTimeout: 10_000, headersTimeout: 5_000 };
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.respond(request, response);
    const { tls, reader } = options;
    // Asked for and looked at, but not demanded: who reads nothing but health has none.
    const asking = reader && { ca: reader.ca, requestCert: true, rejectUnauthorized: false };
    this.server = tls ? createSecureServer({ ...limits, ...tls, ...asking }, answer) : createServer(limits, answer);
  }

  /** Listens, and says on which port. */
  async start(): Promise<number> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    return (this.server.address() as AddressInfo).port;
  }

  /** From here on it is not ready, whatever the checks say; it still answers. */
  drain(): void {
    this.gate.drain();
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, contentType, body } = await this.answer(request).catch((error: unknown) => {
      this.options.log.error({ error }, 'an operations request failed');
      return json(500, { status: 'failed' });
    });
    response
      .writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' })
      .end(request.method === 'HEAD' ? undefined : body);
  }

  private async answer({ method, url, socket }: IncomingMessage): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD') return json(405, { status: 'method-not-allowed' });
    const path: string = url?.split('?', 1)[0] ?? '';
    switch (path) {
      case '/health/live':
        return json(200, { status: 'live' });
      case '/health/ready':
        return this.ready();
      case '/health/startup':
        return this.started ? json(200, { status: 'started' }) : this.ready();
      case '/metrics':
        if (!this.mayRead(socket)) return json(403, { status: 'refused' });
        return { status: 200, ...(await this.options.metrics.scrape()) };
      default:
        return json(404, { status: 'absent' });
    }
  }

  private mayRead(socket: IncomingMessage['socket']): boolean {
    const { reader } = this.options;
    if (reader === undefined) return true;
    return socket instanceof TLSSocket && socket.authorized && socket.getPeerCertificate().subject.CN === reader.name;
  }

  private async ready(): Promise<Answer> {
    const readiness = await this.gate.ask();
    this.started ||= readiness.status === 'ready';
    return json(readiness.status === 'ready' ? 200 : 503, readiness);
  }
}

/**
 * The one way out of the services: a proxy that opens tunnels (HTTP CONNECT) to the hosts of a list, and to nowhere else.
 *
 *   EGRESS_URLS="https://sms.example/v1 id.example:8443" TLS_CERT_FILE=… TLS_KEY_FILE=… node deploy/egress/egress-proxy.ts
 *
 * It speaks TLS to those who ask and sees nothing of what goes through the tunnel, which is TLS from end to end. Services
 * find it by Node's own NODE_USE_ENV_PROXY and HTTPS_PROXY.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';

const CONNECT_MS = 10_000;
const IDLE_MS = 300_000;

export interface EgressOptions {
  /** In PEM. */
  readonly cert: string;
  readonly key: string;
  readonly allowed: ReadonlySet<string>;
  /** Told of each tunnel, and of each that was refused. */
  readonly told: (line: { readonly event: 'opened' | 'refused' | 'failed'; readonly to: string }) => void;
}

/**
 * `host:port` of each URL or `host[:port]` in the text, separated by spaces or commas; 443 unless told. An exact name each:
 * no patterns, and nothing of a name's subdomains. Throws for a URL that is not `https://`.
 */
export function allowedIn(text: string): ReadonlySet<string> {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return new Set(
    words.map((word) => {
      const url = new URL(word.includes('://') ? word : `https://${word}`);
      if (url.protocol !== 'https:') throw new Error('EGRESS_URLS: each must be an https:// URL or a host');
      return `${url.hostname}:${url.port || '443'}`;
    }),
  );
}

/** Anything but CONNECT is answered 405, a host that is not on the list 403, one that cannot be reached 502. */
export function egressProxy({ cert, key, allowed, told }: EgressOptions): Server {
  const server = createServer({ cert, key, minVersion: 'TLSv1.2', headersTimeout: 10_000 }, (_, reply) => {
    reply.writeHead(405, { allow: 'CONNECT', connection: 'close' }).end();
  });
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    const to = (request.url ?? '').toLowerCase();
    client.on('error', () => client.destroy());
    if (!allowed.has(to)) {
      // What was asked for is a stranger's text as far as the log is concerned.
      told({ event: 'refused', to: to.replace(/[^\w.:[\]-]/g, '?').slice(0, 260) });
      client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    tunnel(client, head, to, told);
  });
  return server;
}

function tunnel(client: Duplex, head: Buffer, to: string, told: EgressOptions['told']): void {
  const [, host = '', port = ''] = /^\[?(.+?)\]?:(\d+)$/.exec(to) ?? [];
  const far = connect({ host, port: Number(port) });
  let open = false;
  far.setTimeout(CONNECT_MS, () => far.destroy(new Error('nothing came in time')));
  far.once('connect', () => {
    open = true;
    told({ event: 'opened', to });
    far.setTimeout(IDLE_MS);
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    far.write(head);
    far.pipe(client);
    client.pipe(far);
  });
  far.on('error', () => {
    if (open) return void client.destroy();
    told({ event: 'failed', to });
    client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  client.once('close', () => far.destroy());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = (variable: string): string => readFileSync(process.env[variable] ?? '', 'utf8');
  const allowed = allowedIn(process.env['EGRESS_URLS'] ?? '');
  const told: EgressOptions['told'] = (line) =>
    console.log(JSON.stringify({ time: new Date().toISOString(), service: 'egress', ...line }));
  const server = egressProxy({ cert: file('TLS_CERT_FILE'), key: file('TLS_KEY_FILE'), allowed, told });
  server.listen(Number(process.env['PORT'] ?? '3128'), '0.0.0.0');
  process.once('SIGTERM', () => process.exit(0));
}

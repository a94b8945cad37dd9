import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.js';

export const PARTNER = { id: 'ws-example', secret: 'test-secret-do-not-use-0000000000' };
export const UNLIMITED = { rate: 1e6, capacity: 1e6 };
/** The vectors' timestamp. */
export const SECONDS = 1_735_689_600;
export const NOON = new Date('2025-02-03T10:00:00Z');

/** A request as it is to be put on the wire. `path` stands with its prefix and query. */
export interface Wire {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: Buffer | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

/** Sends exactly this, on a connection of its own. Rejects when the connection is cut. */
export function send(url: string, { method, path, headers, body }: Wire): Promise<Answered> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': body.length };
    const request = httpRequest({ hostname, port, method, path, headers: { ...headers, ...length }, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) });
      });
    });
    request.end(body);
  });
}

export interface Signing {
  readonly seconds?: number;
  readonly contentType?: string;
  /** Sign neither the body nor its type, as for a form. */
  readonly form?: boolean;
  readonly secret?: string;
}

/** A signed request, made by the recipe and by nothing of the sandbox's. */
export function signedWire(method: string, path: string, body: Buffer | undefined, signing: Signing = {}): Wire {
  const { seconds = SECONDS, contentType = 'application/json', form = false, secret = PARTNER.secret } = signing;
  const has = body !== undefined && !form;
  const [before = '', query] = path.split('?');
  const lines = [
    method,
    has ? createHash('md5').update(body).digest('hex') : '',
    has ? contentType : '',
    `x-fivaldi-partner:${PARTNER.id}`,
    `x-fivaldi-timestamp:${seconds}`,
    before,
    ...(query === undefined ? [] : [query]),
  ];
  const signature = createHmac('sha256', secret).update(lines.join('\n')).digest('base64');
  return {
    method,
    path,
    headers: {
      'X-Fivaldi-Partner': PARTNER.id,
      'X-Fivaldi-Timestamp': String(seconds),
      Authorization: `Fivaldi ${signature}`,
      ...(body === undefined ? {} : { 'Content-Type': contentType }),
    },
    body,
  };
}

/** A sandbox with one company, a signing caller and a clock that stands still until it is moved. */
export interface Bench {
  readonly sandbox: Sandbox;
  readonly cuid: string;
  readonly clock: { now: Date };
  /** `path` stands after `/companies/{cuid}`. Gives the status and what the body is as JSON, or its text. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: unknown }>;
  readonly control: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: unknown }>;
}

export async function startBench(options: Partial<SandboxOptions> = {}): Promise<Bench> {
  const clock = { now: NOON };
  const sandbox = await startSandbox({
    journalFile: join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'journal.jsonl'),
    partners: [{ ...PARTNER, limit: UNLIMITED }],
    now: () => clock.now,
    ...options,
    companies: [],
  });
  const { cuid } = sandbox.addCompany(options.companies?.[0]);
  return {
    sandbox,
    cuid,
    clock,
    call: async (method, path, body) => {
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body), 'utf8');
      const seconds = Math.floor(clock.now.getTime() / 1000);
      const target = `/customer/api/companies/${cuid}${path}`;
      const answered = await send(sandbox.url, signedWire(method, target, bytes, { seconds }));
      return { status: answered.status, json: jsonOf(answered.bytes) };
    },
    control: async (method, path, body) => {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${sandbox.controlUrl}${path}`, { method, ...init });
      return { status: response.status, json: jsonOf(Buffer.from(await response.arrayBuffer())) };
    },
  };
}

export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return bytes.toString('utf8');
  }
}

/** Creates a customer of that name and external id; rejects when the connection is cut. */
export function creating({ sandbox, cuid, clock }: Bench, name: string): Promise<Answered> {
  const path = `/customer/api/companies/${cuid}/customers/createCustomer`;
  const body = Buffer.from(JSON.stringify({ customerName: name, externalId: name }), 'utf8');
  const seconds = Math.floor(clock.now.getTime() / 1000);
  return send(sandbox.url, signedWire('POST', path, body, { seconds }));
}

/** The customers that are really there. */
export async function namesOf({ control, cuid }: Bench): Promise<string[]> {
  const { json } = await control('GET', `/companies/${cuid}`);
  const { customers } = json as { customers: { fields: { customerName: string } }[] };
  return customers.map(({ fields }) => fields.customerName);
}

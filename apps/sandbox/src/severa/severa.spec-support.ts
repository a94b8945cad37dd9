import { jsonOf, send } from '../sandbox.spec-support.js';
import { type SeveraSandbox, type SeveraSandboxOptions, startSeveraSandbox } from './severa-sandbox.js';

export const NOON = new Date('2026-03-05T10:00:00Z');
export const CLIENT = { clientId: 'client-example', clientSecret: 'test-secret-do-not-use-0000000000' };
export const KEY = 'k3y;with=<any>&"signs" and spaces';

/** Every scope that some operation here needs. */
export const SCOPES = [
  'customers:read',
  'customers:write',
  'settings:read',
  'settings:write',
  'projects:read',
  'invoices:read',
  'invoices:write',
  'files:read',
  'fees:read',
  'fees:write',
  'hours:read',
  'travels:read',
  'users:read',
  'activities:read',
  'organization:read',
];

export type Json = Record<string, unknown>;

export interface Said {
  readonly status: number;
  readonly json: unknown;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A sandbox with one organisation, a caller whose token does not run out, and a clock that stands still until it is moved. */
export interface SeveraBench {
  readonly sandbox: SeveraSandbox;
  readonly clock: { now: Date };
  /** Guids of the statuses that every organisation has, by name. */
  readonly statuses: Readonly<Record<string, string>>;
  /** `path` stands after `/rest-api`. */
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Said>;
  readonly control: (method: string, path: string, body?: unknown) => Promise<Said>;
  /** Seeds into the one organisation; gives what was made. */
  readonly seed: (register: string, given?: Json) => Promise<Json>;
  readonly token: (more?: Json) => Promise<Said>;
}

export async function startSeveraBench(options: SeveraSandboxOptions = {}): Promise<SeveraBench> {
  const clock = { now: NOON };
  const sandbox = await startSeveraSandbox({ now: () => clock.now, ...options });
  const put =
    (url: string, own: Record<string, string>) =>
    async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Said> => {
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body), 'utf8');
      const type = bytes ? { 'Content-Type': 'application/json' } : {};
      const { pathname } = new URL(url);
      const target = `${pathname === '/' ? '' : pathname}${path}`;
      const wire = { method, path: target, headers: { ...type, ...own, ...headers }, body: bytes };
      const answered = await send(url, wire);
      return { ...answered, json: jsonOf(answered.bytes) };
    };
  const control = put(sandbox.controlUrl, {});
  await control('PUT', '/limit', { perSecond: 1_000_000 });
  const forAges = { name: 'Myyjä Oy', key: KEY, scopes: SCOPES, tokenSeconds: 100_000_000 };
  const made = await control('POST', '/organisations', { ...CLIENT, ...forAges });
  const token = (more: Json = {}): Promise<Said> =>
    put(sandbox.url, {})('POST', '/v1/token', {
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      scope: SCOPES.join(','),
      ...more,
    });
  const { access_token: access } = (await token()).json as { access_token: string };
  await control('PATCH', `/organisations/${CLIENT.clientId}`, { tokenSeconds: 3600 });
  return {
    sandbox,
    clock,
    statuses: (made.json as { invoiceStatuses: Record<string, string> }).invoiceStatuses,
    call: put(sandbox.url, { Authorization: `Bearer ${access}`, Client_Id: CLIENT.clientId }),
    control,
    seed: async (register, given = {}) => {
      const { status, json } = await control('POST', `/organisations/${CLIENT.clientId}/${register}`, given);
      if (status !== 201) throw new Error(`${register} was not seeded: ${JSON.stringify(json)}`);
      return json as Json;
    },
    token,
  };
}

/** Asks for a list, page by page; gives the records of every page. */
export async function pagesOf(bench: SeveraBench, path: string, by: 'token' | 'rows'): Promise<Json[][]> {
  const pages: Json[][] = [];
  for (let more = ''; ;) {
    const { json, headers } = await bench.call('GET', `${path}${more}`);
    const records = json as Json[];
    if (records.length > 0 || by === 'token') pages.push(records);
    const token = headers['nextpagetoken'];
    if (by === 'token' ? token === undefined : records.length === 0) return pages;
    const sign = path.includes('?') ? '&' : '?';
    more = by === 'token' ? `${sign}pageToken=${String(token)}` : `${sign}firstRow=${pages.flat().length}`;
  }
}

/** The kind of failure that an answer names. */
export const typeOf = ({ json }: Said): unknown => (json as { error?: { type?: string } }).error?.type;

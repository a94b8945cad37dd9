import type { IncomingMessage, ServerResponse } from 'node:http';

import { z } from 'zod';

import { FAULT_KINDS } from './netvisor-faults.js';
import type { NetvisorWorld } from './netvisor-world.js';
import { SEEDERS } from './seeds.js';
import { stateOf } from './state.js';
import { isDay } from './value.js';

const text = z.string().min(1);

const company = z.strictObject({
  organisationId: text,
  customerId: text,
  customerKey: text,
  resources: z.array(text).optional(),
  hasExtendedProducts: z.boolean().optional(),
});

const fault = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  operation: text.optional(),
  organisationId: text.optional(),
  skip: z.int().min(0).optional(),
  times: z.int().min(1).optional(),
  share: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  latencyMs: z.int().min(0).optional(),
});

const latency = z.strictObject({ ms: z.int().min(0) });
const clock = z.strictObject({ seconds: z.int().min(0) });
const lock = z.strictObject({ date: z.string().refine(isDay, 'a date, YYYY-MM-DD').nullable() });
const resources = z.strictObject({ resources: z.array(text).nullable() });

interface Told {
  readonly status: number;
  readonly value?: unknown;
}
type Handle = (world: NetvisorWorld, body: unknown, first: string, second: string) => Told;

const shown = (value: unknown): Told => (value === undefined ? { status: 404 } : { status: 200, value });
const done = (was = true): Told => ({ status: was ? 204 : 404 });

/** What a test may do to the sandbox. `:` stands for any one segment of the path. */
const ROUTES: Readonly<Record<string, Handle>> = {
  'GET /health': () => shown({ status: 'well' }),
  'POST /companies': (world, body) => {
    const seeds = z.union([z.array(company), company.transform((one) => [one])]).parse(body);
    return { status: 201, value: seeds.map((seed) => ({ organisationId: world.addCompany(seed).id })) };
  },
  'GET /companies': (world) => shown(world.all().map(({ id, calls, overlaps }) => ({ id, calls, overlaps }))),
  'GET /companies/:/state': (world, _, id) => {
    const organisation = world.organisation(id);
    return shown(organisation && stateOf(organisation));
  },
  'PUT /companies/:/period-lock': (world, body, id) => {
    const { date } = lock.parse(body);
    const organisation = world.organisation(id);
    if (organisation) organisation.lockDay = date;
    return done(organisation !== undefined);
  },
  'PUT /companies/:/resources': (world, body, id) => {
    const given = resources.parse(body).resources;
    const organisation = world.organisation(id);
    if (organisation) organisation.resources = given && new Set(given.map((name) => name.toLowerCase()));
    return done(organisation !== undefined);
  },
  'POST /companies/:/:': (world, body, id, register) => {
    const organisation = world.organisation(id);
    const put = SEEDERS[register];
    return organisation && put ? { status: 201, value: { keys: put(organisation, body, world.now()) } } : done(false);
  },
  'DELETE /users/:': (world, _, id) => done(world.removeUser(id)),
  'POST /faults': (world, body) => ({ status: 201, value: { id: world.faults.add(fault.parse(body)) } }),
  'GET /faults': (world) => shown(world.faults.list()),
  'DELETE /faults': (world) => (world.faults.clear(), done()),
  'DELETE /faults/:': (world, _, id) => done(world.faults.remove(Number(id))),
  'PUT /latency': (world, body) => ((world.latencyMs = latency.parse(body).ms), done()),
  'PUT /clock-window': (world, body) => ((world.windowMs = clock.parse(body).seconds * 1000), done()),
  'GET /journal': (world) => shown(world.journal.entries()),
  'DELETE /journal': (world) => (world.journal.clear(), done()),
};

/** Cards that are removed stand deeper than any other route. */
const REMOVALS = {
  customers: (world: NetvisorWorld, id: string, key: number) => world.organisation(id)?.customers.remove(key),
  products: (world: NetvisorWorld, id: string, key: number) => {
    const card = world.organisation(id)?.products.cards.get(key);
    if (card) card.isDeleted = true;
    return card !== undefined;
  },
} as const;

/** Answers one control call with JSON; a body that is not understood is a 400 that says why. */
export async function netvisorControl(
  world: NetvisorWorld,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, value } = await told(world, incoming);
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(value === undefined ? undefined : JSON.stringify(value));
}

async function told(world: NetvisorWorld, incoming: IncomingMessage): Promise<Told> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  try {
    const segments = (incoming.url ?? '').split('?')[0]?.split('/').slice(1).map(decodeURIComponent) ?? [];
    const given = body === '' ? undefined : (JSON.parse(body) as unknown);
    return routed(world, incoming.method ?? '', segments, given);
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError || error instanceof URIError) {
      return { status: 400, value: { message: error.message } };
    }
    throw error;
  }
}

function routed(world: NetvisorWorld, method: string, segments: readonly string[], body: unknown): Told {
  const [noun = '', first = '', second = '', third = ''] = segments;
  if (segments.length === 4) {
    if (method !== 'DELETE' || noun !== 'companies' || (second !== 'customers' && second !== 'products'))
      return done(false);
    return done(REMOVALS[second](world, first, Number(third)));
  }
  const shapes = [segments.join('/'), `${noun}/:/${second}`, `${noun}/:/:`, `${noun}/:`].filter(
    (shape) => shape.split('/').length === segments.length,
  );
  const found = shapes.map((shape) => ROUTES[`${method} /${shape}`]).find((handle) => handle !== undefined);
  return found ? found(world, body, first, second) : done(false);
}

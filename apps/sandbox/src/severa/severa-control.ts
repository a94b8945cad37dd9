import type { IncomingMessage, ServerResponse } from 'node:http';

import { z } from 'zod';

import { EXCEPTION_TYPES } from './exception.js';
import { kindOf, seed } from './kinds/index.js';
import { remembered } from './kinds/travels.js';
import { type Given, type RegisterName, REGISTERS } from './model.js';
import type { Organisation } from './organisation.js';
import { change } from './record.js';
import { FAULT_KINDS } from './severa-faults.js';
import { type SeveraWorld, shown } from './severa-world.js';

const settings = {
  name: z.string().min(1).optional(),
  scopes: z.array(z.string().min(1)).optional(),
  key: z.string().min(1).nullable().optional(),
  tokenSeconds: z.int().min(0).optional(),
  otherScopes: z.enum(['refused', 'left-out']).optional(),
  largePages: z.enum(['capped', 'refused']).optional(),
  refuses: z.enum(EXCEPTION_TYPES).nullable().optional(),
  soapQuota: z.int().min(0).optional(),
};
const organisation = z.strictObject({
  ...settings,
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  guid: z.uuid().optional(),
});
const changes = z.strictObject({ ...settings, clientSecret: z.string().min(1).optional() });
const record = z.record(z.string(), z.unknown());
const latency = z.strictObject({ ms: z.int().min(0).max(600_000) });
const limit = z.strictObject({ perSecond: z.int().min(0), retryAfter: z.int().min(0).nullable().default(null) });
const fault = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  operation: z.string().min(1).optional(),
  organisation: z.string().min(1).optional(),
  skip: z.int().min(0).optional(),
  times: z.int().min(1).optional(),
  share: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  latencyMs: z.int().min(0).optional(),
});

interface Answered {
  readonly status: number;
  readonly value?: unknown;
}
type Handle = (world: SeveraWorld, parts: readonly string[], body: unknown) => Answered;

const created = (value: unknown): Answered => ({ status: 201, value });
const found = (value: unknown): Answered => (value === undefined ? { status: 404 } : { status: 200, value });
const gone = (was: boolean): Answered => ({ status: was ? 204 : 404 });
const done = (): Answered => ({ status: 204 });

/** One body, or a list of them; answered alike. */
function each<Body, Made>(body: unknown, shape: z.ZodType<Body>, make: (one: Body) => Made): Made | Made[] {
  return Array.isArray(body) ? z.array(shape).parse(body).map(make) : make(shape.parse(body));
}

const registerOf = (name: string): RegisterName | undefined => REGISTERS.find((known) => known === name);

const inOrganisation =
  (
    handle: (organisation: Organisation, world: SeveraWorld, parts: readonly string[], body: unknown) => Answered,
  ): Handle =>
  (world, [name = '', ...parts], body) => {
    const of = world.organisation(name);
    return of ? handle(of, world, parts, body) : { status: 404 };
  };

const inRegister = (
  handle: (
    at: { organisation: Organisation; register: RegisterName; guid: string; now: Date },
    body: unknown,
  ) => Answered,
): Handle =>
  inOrganisation((of, world, [name = '', guid = ''], body) => {
    const register = registerOf(name);
    return register ? handle({ organisation: of, register, guid, now: world.clock() }, body) : { status: 404 };
  });

const stateOf = (of: Organisation): Given => ({
  ...shown(of),
  registers: Object.fromEntries(REGISTERS.map((name) => [name, of.register(name).models()])),
});

/** What a test may do to the sandbox. A `:` is one part of the path. */
const ROUTES: Readonly<Record<string, Handle>> = {
  'GET /health': () => found({ status: 'well' }),
  'POST /organisations': (world, _, body) =>
    created(each(body, organisation, (one) => shown(world.addOrganisation(withoutAbsent(one))))),
  'GET /organisations': (world) => found(world.organisations().map(shown)),
  'GET /organisations/:': inOrganisation((of) => found(shown(of))),
  'PATCH /organisations/:': inOrganisation((of, world, _, body) => {
    world.change(of, withoutAbsent(changes.parse(body)));
    return found(shown(of));
  }),
  'GET /organisations/:/state': inOrganisation((of) => found(stateOf(of))),
  'GET /organisations/:/:': inRegister(({ organisation: of, register }) => found(of.register(register).models())),
  'POST /organisations/:/:': inRegister(({ organisation: of, register, now }, body) => {
    const made = each(body, record, (one) => seed(of, register, one, now));
    return made === undefined ? { status: 404 } : created(made);
  }),
  'PATCH /organisations/:/:': inRegister(({ organisation: of, register, now }, body) => {
    const [kind, given] = [kindOf(register), record.parse(body)];
    if (!kind) return { status: 404 };
    for (const model of of.register(register).models()) change(kind, of, model, given, now);
    return done();
  }),
  'PATCH /organisations/:/:/:': inRegister(({ organisation: of, register, guid, now }, body) => {
    const [kind, model] = [kindOf(register), of.register(register).get(guid)];
    return kind && model ? found(change(kind, of, model, record.parse(body), now)) : { status: 404 };
  }),
  'DELETE /organisations/:/:/:': inRegister(({ organisation: of, register, guid, now }) => {
    if (!kindOf(register)) return { status: 404 };
    const model = of.register(register).remove(guid);
    if (model) remembered(of, register, model, now);
    if (model && guid === of.user?.guid) of.userRemoved = true;
    return gone(model !== undefined);
  }),
  'DELETE /users/:': inOrganisation((of) => ((of.userRemoved = true), done())),
  'PUT /users/:': inOrganisation((of) => ((of.userRemoved = false), done())),
  'GET /faults': (world) => found(world.faults.list()),
  'POST /faults': (world, _, body) => {
    const { organisation: name, ...order } = fault.parse(body);
    const of = name === undefined ? undefined : world.organisation(name);
    if (name !== undefined && !of) throw new RangeError(`there is no organisation ${name}`);
    return created({ id: world.faults.add({ ...order, organisation: of?.guid }) });
  },
  'DELETE /faults': (world) => (world.faults.clear(), done()),
  'DELETE /faults/:': (world, [id]) => gone(world.faults.remove(Number(id))),
  'PUT /latency': (world, _, body) => ((world.latencyMs = latency.parse(body).ms), done()),
  'PUT /limit': (world, _, body) => {
    const { perSecond, retryAfter } = limit.parse(body);
    world.limit.most = perSecond;
    world.retryAfter = retryAfter;
    return done();
  },
  'GET /journal': (world) => found(world.journal.entries()),
  'DELETE /journal': (world) => (world.journal.clear(), done()),
  'GET /traffic': (world) => found(Object.fromEntries(world.traffic)),
};

/** Zod leaves an absent field `undefined`, which would stand in place of a default. */
const withoutAbsent = <Body extends object>(body: Body): WithoutAbsent<Body> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as WithoutAbsent<Body>;
type WithoutAbsent<Body> = { [Name in keyof Body]: Exclude<Body[Name], undefined> };

/** Answers one control call with JSON; a body that is not understood is a 400 that says why. */
export async function severaControl(
  world: SeveraWorld,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = ''] = (incoming.url ?? '').split('?');
  const { status, value } = await handled(world, incoming, path);
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(value === undefined ? undefined : JSON.stringify(value));
}

async function handled(world: SeveraWorld, incoming: IncomingMessage, path: string): Promise<Answered> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const way = routeOf(incoming.method ?? '', path);
  if (!way) return { status: 404 };
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return way.handle(world, way.parts, text === '' ? undefined : (JSON.parse(text) as unknown));
  } catch (error) {
    if (error instanceof z.ZodError) return { status: 400, value: { message: z.prettifyError(error) } };
    if (error instanceof SyntaxError || error instanceof RangeError) {
      return { status: 400, value: { message: error.message } };
    }
    throw error;
  }
}

/** Words come before parts: `/organisations/x/state` is not a register. */
function routeOf(method: string, path: string): { handle: Handle; parts: string[] } | null {
  const [, first = '', ...rest] = path.split('/').map(decodeURIComponent);
  const forms = [rest.map(() => ':'), rest.map((part, index) => (index === 1 ? part : ':'))];
  for (const form of forms.reverse()) {
    const handle = ROUTES[[`${method} /${first}`, ...form].join('/')];
    if (handle) return { handle, parts: rest };
  }
  return null;
}
